// SPDX-License-Identifier: GPL-3.0-or-later
// The file as it is taken in: a photo as a sealed copy in memory, a film as the open file itself.
#pragma once

#include <filesystem>
#include <memory>

#include "collector/intake/intake.hpp"

namespace dokaz::intake {

/// Opened once, never by way of a link. What lies in memory cannot change any more.
class Original : public Readable {
 public:
  /// By its first bytes: films and sound stay where they are, everything else is copied into memory.
  /// `not_found`, `not_regular_file`, `io_error`, `empty_file`, `too_large`, the failures of recognise().
  static Result<std::shared_ptr<const Original>> open(const std::filesystem::path& path, const IntakeLimits& limits);
  /// Whatever its kind, stays where it is. The same failures, but those of recognise().
  static Result<std::shared_ptr<const Original>> open_in_place(const std::filesystem::path& path,
                                                               std::uint64_t cap);

  /// For a worker: it can be read and not written.
  virtual int descriptor() const = 0;
  /// `io_error` where the file is not as it was when it was opened, by its size and times.
  virtual Status unchanged() const = 0;
};

}  // namespace dokaz::intake
