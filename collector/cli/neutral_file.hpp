// SPDX-License-Identifier: GPL-3.0-or-later
// Clean copies as files that tell nothing by their name, time or owner's settings.
#pragma once

#include "collector/intake/intake.hpp"
#include "crypto/files.hpp"

namespace dokaz::cli {

/// 1980-01-01T12:00:00Z, the time that every clean copy has as last changed and last read: memory cards can
/// name it in every time zone, and it says nothing.
inline constexpr std::int64_t neutral_time = 315'576'000;  // Unix time

std::uint64_t size_of_original(const TakenIn& item);
std::uint64_t size_of_clean_copy(const TakenIn& item);

/// Writes the clean copy: whole or not at all, mode 0600, with the neutral time and no extended attribute of
/// the original. `already_exists`; `not_found` where there is no such folder; `no_space`; `io_error`.
Status write_neutral(const TakenIn& item, const Path& file);

/// Numbers files in a folder: "0001.jpg", and on from the highest number that is there.
class NumberedFolder {
 public:
  explicit NumberedFolder(Path folder);
  /// Writes it under the next number that is free. The failures of write_neutral but `already_exists`.
  Result<Path> write(const TakenIn& item);

 private:
  Path folder_;
  std::uint64_t last_ = 0;
};

}  // namespace dokaz::cli
