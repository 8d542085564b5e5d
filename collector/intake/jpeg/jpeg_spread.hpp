// SPDX-License-Identifier: GPL-3.0-or-later
// What JPEG spreads over several segments, since one holds 64 KiB: colour profiles, long XMP, C2PA boxes.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "crypto/bytes.hpp"

namespace dokaz::intake::jpeg {

/// ICC.1 annex B.4: each part says its number and how many there are.
class ProfileParts {
 public:
  /// What stands behind "ICC_PROFILE" and its NUL.
  void add(ByteView body);
  bool any() const { return any_; }
  /// Empty where a part is missing, comes twice or contradicts the others.
  Bytes whole() const;

 private:
  std::map<unsigned, ByteView> parts_;
  unsigned count_ = 0;
  bool any_ = false, broken_ = false;
};

/// The segment in which a reduced profile stands: always one.
Bytes profile_segment(ByteView profile);

/// XMP part 3, 1.1.3.1: each part says which packet it is of, how long that is, and where the part goes.
class LongXmp {
 public:
  void add(ByteView body);
  /// What there is of each packet, zeros where nothing came.
  std::vector<Bytes> packets() const;

 private:
  static constexpr std::size_t most_packets = 8, longest = std::size_t{64} << 20;
  struct Packet {
    std::uint32_t length = 0;
    std::vector<std::pair<std::uint32_t, ByteView>> parts;
  };
  std::map<std::string_view, Packet> packets_;
};

/// ISO 19566-5: which APP11 segments carry a C2PA manifest store.
class C2paBoxes {
 public:
  /// Whether this one does; `body` stands behind "JP".
  bool holds(ByteView body);

 private:
  std::set<unsigned> numbers_;
};

}  // namespace dokaz::intake::jpeg
