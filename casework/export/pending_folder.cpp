// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/export/pending_folder.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "crypto/files.hpp"

namespace dokaz {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view random_part = "XXXXXX";  // mkdtemp's

std::string temporary_prefix(const fs::path& folder) { return "." + folder.filename().string() + ".pending-"; }

/// The lock that says "somebody is writing this folder", or -1 if somebody else has it. Dies with its process.
int lock_folder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) return -1;
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return descriptor;
  ::close(descriptor);
  return -1;
}

/// What earlier runs for the same name left when they were killed: it holds what the exhibit would show.
Status remove_stale(const fs::path& folder) {
  const std::string prefix = temporary_prefix(folder);
  std::error_code error;
  std::vector<fs::path> stale;
  for (auto at = fs::directory_iterator(folder.parent_path(), error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with(prefix) && name.size() == prefix.size() + random_part.size()) stale.push_back(at->path());
  }
  if (error) return error == std::errc::no_such_file_or_directory ? Errc::not_found : Errc::io_error;
  for (const fs::path& one : stale) {
    const int lock = lock_folder(one);
    if (lock < 0) continue;
    fs::remove_all(one, error);
    ::close(lock);
    if (error) return fail(Errc::io_error, "what an earlier run left could not be removed");
  }
  return {};
}

}  // namespace

Result<PendingFolder> PendingFolder::start(const fs::path& folder) {
  // "out/" names the folder out.
  const fs::path named = (folder.filename().empty() ? folder.parent_path() : folder);
  const fs::path target = named.parent_path().empty() ? fs::path(".") / named : named;
  DOKAZ_TRY(remove_stale(target));
  std::error_code error;
  if (fs::symlink_status(target, error).type() != fs::file_type::not_found) return Errc::already_exists;
  std::string name = (target.parent_path() / (temporary_prefix(target) + std::string(random_part))).string();
  if (::mkdtemp(name.data()) == nullptr) {
    if (errno == ENOSPC || errno == EDQUOT) return Errc::no_space;
    return errno == ENOENT ? Errc::not_found : Errc::io_error;
  }
  return PendingFolder(name, target, lock_folder(name));
}

PendingFolder::PendingFolder(fs::path path, fs::path target, int lock)
    : path_(std::move(path)), target_(std::move(target)), lock_(lock) {}

PendingFolder::PendingFolder(PendingFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})), target_(std::move(other.target_)), lock_(std::exchange(other.lock_, -1)) {}

PendingFolder::~PendingFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
  if (lock_ >= 0) ::close(lock_);
}

Status PendingFolder::publish() {
  if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE) != 0)
    return errno == EEXIST ? Errc::already_exists : Errc::io_error;
  path_.clear();
  return sync_folder(target_.parent_path());
}

Status PendingFolder::sync_all() const {
  const int descriptor = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) return Errc::io_error;
  const int outcome = ::syncfs(descriptor);
  ::close(descriptor);
  return outcome == 0 ? Status() : Status(Errc::io_error);
}

}  // namespace dokaz
