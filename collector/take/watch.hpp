// SPDX-License-Identifier: GPL-3.0-or-later
// Files that come into a folder while it is watched, each given once it is complete.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "crypto/files.hpp"
#include "crypto/result.hpp"

namespace dokaz {

/// Which files of a folder are complete: a file is, when its size and times were the same at two looks. Pure apart from
/// looking: it does not wait.
class FolderLooks {
 public:
  explicit FolderLooks(std::string folder) : folder_(std::move(folder)) {}

  /// Looks at the folder and all below it: the files that are complete, by name, each once; one that changed since it
  /// was given is given again. Empty files wait.
  std::vector<std::string> look();
  /// Whether files were seen that are not complete yet.
  bool some_wait() const { return waiting_ > 0; }

 private:
  struct Seen {
    std::uint64_t size = 0, inode = 0;
    std::int64_t modified = 0, modified_ns = 0;
    friend bool operator==(const Seen&, const Seen&) = default;
  };
  struct Known {
    Seen seen;
    bool given = false;
  };

  std::string folder_;
  std::map<std::string, Known> known_;
  std::size_t waiting_ = 0;
};

/// Wakes up when something changes in a folder or below it, where the system tells (inotify); else, and where it may
/// have missed something, after a while.
class FolderBell {
 public:
  static FolderBell on(const std::string& folder);
  FolderBell(FolderBell&&) noexcept;
  FolderBell& operator=(FolderBell&&) = delete;
  ~FolderBell();

  /// Returns when something changed, at the latest after `most`, or at once when a signal comes.
  void wait(std::chrono::milliseconds most);

 private:
  explicit FolderBell(std::string folder) : folder_(std::move(folder)) {}
  void listen();

  std::string folder_;
  int descriptor_ = -1;  // none where the system does not tell
};

}  // namespace dokaz
