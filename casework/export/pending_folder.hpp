// SPDX-License-Identifier: GPL-3.0-or-later
// A folder that appears whole or not at all: made beside its name, and given it when everything is on the disk.
#pragma once

#include <filesystem>

#include "crypto/result.hpp"

namespace dokaz {

/// Removed on destruction, unless it was published. One thread.
class PendingFolder {
 public:
  /// For a folder of this name, which must not be there yet (already_exists). What an earlier run for the same name left
  /// when it was killed is removed first. not_found where there is nothing above it, no_space, io_error.
  static Result<PendingFolder> start(const std::filesystem::path& folder);
  PendingFolder(PendingFolder&& other) noexcept;
  PendingFolder& operator=(PendingFolder&&) = delete;
  ~PendingFolder();

  const std::filesystem::path& path() const { return path_; }

  /// Gives it its name; the caller has synced what is in it. Durable when it returns. already_exists.
  Status publish();
  /// Everything in it to the disk, with one call for the whole file system: for thousands of files. io_error.
  Status sync_all() const;

 private:
  PendingFolder(std::filesystem::path path, std::filesystem::path target, int lock);
  std::filesystem::path path_, target_;
  int lock_ = -1;
};

}  // namespace dokaz
