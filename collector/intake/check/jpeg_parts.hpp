// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of a JPEG as its judges read them (ITU-T T.81): tables, headers, intervals of coded data. Private to the folder.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/result.hpp"

namespace dokaz::intake::check {

inline unsigned u8(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }
inline unsigned u16(std::string_view text, std::size_t at) { return u8(text, at) << 8 | u8(text, at + 1); }

/// (class, id) of a table: class 0 DC, 1 AC, 2 quantisation.
using TableName = std::pair<unsigned, unsigned>;
using Tables = std::map<TableName, std::string>;

/// Length of the table at the front of a DQT (class 2) or DHT segment, its id byte included; 0: none.
std::size_t table_length(bool quantisation, std::string_view rest);
TableName table_name(bool quantisation, std::string_view table);

struct FrameComponent {
  unsigned id, across, down, quantisation;
};
struct FrameHeader {
  unsigned marker = 0, width = 0, height = 0;
  std::vector<FrameComponent> components;
};
Result<FrameHeader> frame_header(unsigned marker, std::string_view body);

/// The tables that a scan needs, and the number of restart markers in it.
struct ScanNeeds {
  std::set<TableName> tables;
  std::vector<unsigned> components;
  bool selectors_exact = true;  ///< those of tables that are not used are zero
  std::uint64_t units = 0;
};
Result<ScanNeeds> scan_needs(const FrameHeader& frame, std::string_view body);

struct Interval {
  std::string_view coded;
  bool fill = false;            ///< in it or behind it
  std::optional<char> restart;  ///< the marker that ends it
};

/// Cuts coded data off `rest` up to the next marker, and that marker too where it is a restart.
std::optional<Interval> next_interval(std::string_view& rest);

}  // namespace dokaz::intake::check
