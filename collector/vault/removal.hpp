// SPDX-License-Identifier: GPL-3.0-or-later
// Removing many files at once: several threads, for each of which the disk is waited for on its own.
#pragma once

#include <functional>
#include <vector>

#include "crypto/files.hpp"

namespace dokaz {

/// Files that are gone, of how many. Called by the thread that asked for the removal.
using RemovalProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// Listed first, so that it is known how many they are; then removed, files before the folders that held them. Links are
/// removed, not followed.
class Removal {
 public:
  /// The file; the folder with all below it. What is not there is nothing; what cannot be looked at fails in `run`.
  void add(const Path& path);
  /// Sealed objects, by their names.
  std::size_t objects() const;

  /// Goes on after a failure, and names the first: io_error. What is gone already is no failure. Syncs no folder.
  Status run(unsigned threads, const RemovalProgress& progress = nullptr) const;
  /// The same by one thread, with a breath after every few files.
  Status run_between(const std::function<void()>& breath) const;

 private:
  Status end(bool failed) const;

  std::vector<Path> files_, folders_;  // each folder before those below it
  bool unclear_ = false;
};

inline constexpr unsigned removal_threads = 8;

}  // namespace dokaz
