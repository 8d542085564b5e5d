// SPDX-License-Identifier: GPL-3.0-or-later
// The file of a parcel, or its parts where it is larger than a file may be: format.md section 17. Private to the folder.
#pragma once

#include <optional>
#include <vector>

#include "crypto/files.hpp"

namespace dokaz {

/// "parcel.bin.part001" for the first: by name they stand in their order.
Path part_name(Path parcel, std::size_t number);

/// Written under hidden names; destroyed before `create`, it leaves nothing behind.
class Parts {
 public:
  static constexpr std::size_t most = 400;  // all are open at once

  /// `part_size`: most bytes of one part; nothing: one file, which has the parcel's own name.
  Parts(Path parcel, std::optional<std::uint64_t> part_size) : parcel_(std::move(parcel)), part_size_(part_size) {}

  /// The failures of PendingFile; `usage` where there would be too many parts.
  Status append(ByteView bytes);
  /// Names, durable: all of them or none. `already_exists`.
  Result<std::vector<Path>> create();

 private:
  Path name_of(std::size_t index) const { return part_size_ ? part_name(parcel_, index + 1) : parcel_; }
  Status begin();

  Path parcel_;
  std::optional<std::uint64_t> part_size_;
  std::vector<PendingFile> files_;
  std::uint64_t in_last_ = 0;  // bytes
};

}  // namespace dokaz
