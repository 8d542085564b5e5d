// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/take/watch.hpp"

#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <set>
#include <utility>

#include "collector/take/given.hpp"

namespace dokaz {

std::vector<std::string> FolderLooks::look() {
  std::vector<std::string> complete;
  std::set<std::string> present;
  waiting_ = 0;
  for (const std::string& file : files_given({folder_}).files) {
    struct stat about {};
    if (::lstat(file.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) continue;
    present.insert(file);
    const Seen now{static_cast<std::uint64_t>(about.st_size), about.st_ino, about.st_mtim.tv_sec, about.st_mtim.tv_nsec};
    const auto [at, is_new] = known_.try_emplace(file, Known{now});
    const bool same = !is_new && at->second.seen == now;
    if (!same) at->second = Known{now};
    if (same && !at->second.given && now.size > 0) {
      at->second.given = true;
      complete.push_back(file);
    } else if (!at->second.given) {
      ++waiting_;
    }
  }
  std::erase_if(known_, [&](const auto& one) { return !present.contains(one.first); });
  return complete;
}

FolderBell FolderBell::on(const std::string& folder) {
  FolderBell bell(folder);
  bell.descriptor_ = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  bell.listen();
  return bell;
}

FolderBell::FolderBell(FolderBell&& other) noexcept
    : folder_(std::move(other.folder_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderBell::~FolderBell() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

/// Of folders that are listened to already nothing changes.
void FolderBell::listen() {
  if (descriptor_ < 0) return;
  constexpr std::uint32_t what = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR | IN_DONT_FOLLOW;
  static_cast<void>(::inotify_add_watch(descriptor_, folder_.c_str(), what));
  std::error_code error;
  std::filesystem::recursive_directory_iterator entry(folder_, error), end;
  for (; !error && entry != end; entry.increment(error)) {
    std::error_code unknown;
    if (entry->symlink_status(unknown).type() == std::filesystem::file_type::directory)
      static_cast<void>(::inotify_add_watch(descriptor_, entry->path().c_str(), what));
  }
}

void FolderBell::wait(std::chrono::milliseconds most) {
  struct pollfd one {descriptor_, POLLIN, 0};  // a negative descriptor is left out
  static_cast<void>(::poll(&one, 1, static_cast<int>(most.count())));
  if (descriptor_ < 0 || (one.revents & POLLIN) == 0) return;
  std::array<char, 4096> events;  // read and thrown away: the look says what there is
  while (::read(descriptor_, events.data(), events.size()) > 0) {
  }
  listen();
}

}  // namespace dokaz
