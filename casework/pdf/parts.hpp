// SPDX-License-Identifier: GPL-3.0-or-later
// A long document in files of a bounded size, whose page numbers go on from one to the next.
#pragma once

#include "casework/pdf/draw.hpp"
#include "casework/pdf/finish.hpp"

namespace dokaz::pdf {

/// The most that the Court's electronic service takes of one file.
inline constexpr std::uint64_t max_part_size = 50'000'000;

struct Part {
  std::size_t from = 0, to = 0;  // pages of the laid-out document, from 0, `to` not included
  bool archive = true;           // PDF/A-1b: no foreign page is in it
};

struct PartsMaking {
  Numbering numbering;
  std::string date;
  std::vector<ForeignPdf> foreign;
  std::uint64_t max_size = max_part_size;
  std::vector<std::string> words = {};  // for the scan
};

/// Takes each finished part, which was scanned, in their order.
using PartSink = std::function<Status(const Part&, Bytes)>;

/// rule_unmet where one page alone is larger than a part may be; leaves_traces; bad_pdf; what the sink gives.
/// Memory: about three parts.
Status make_parts(const Laid& laid, const PartsMaking& making, const Fonts& fonts, const PartSink& sink);

}  // namespace dokaz::pdf
