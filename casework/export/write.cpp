// SPDX-License-Identifier: GPL-3.0-or-later
// An exhibit's folder appears whole or not at all.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <set>
#include <system_error>
#include <utility>

#include "casework/export/exhibit.hpp"
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

/// Removed on destruction, unless it was given its final name.
class PendingFolder {
 public:
  static Result<PendingFolder> beside(const fs::path& folder) {
    std::string name = (folder.parent_path() / (temporary_prefix(folder) + std::string(random_part))).string();
    if (::mkdtemp(name.data()) == nullptr) {
      if (errno == ENOSPC || errno == EDQUOT) return Errc::no_space;
      return errno == ENOENT ? Errc::not_found : Errc::io_error;
    }
    return PendingFolder(name, lock_folder(name));
  }
  /// What earlier runs for the same name left when they were killed: it holds what the exhibit would show.
  static Status remove_stale(const fs::path& folder) {
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
  PendingFolder(PendingFolder&& other) noexcept
      : path_(std::exchange(other.path_, {})), lock_(std::exchange(other.lock_, -1)) {}
  PendingFolder& operator=(PendingFolder&&) = delete;
  ~PendingFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
    if (lock_ >= 0) ::close(lock_);
  }

  const fs::path& path() const { return path_; }

  Status publish(const fs::path& folder) {
    if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, folder.c_str(), RENAME_NOREPLACE) != 0)
      return errno == EEXIST ? Errc::already_exists : Errc::io_error;
    path_.clear();
    return {};
  }

 private:
  PendingFolder(fs::path path, int lock) : path_(std::move(path)), lock_(lock) {}
  fs::path path_;
  int lock_ = -1;
};

Status write_file(const fs::path& path, const BagFile& content) {
  DOKAZ_LET(file, PendingFile::start(path));
  DOKAZ_TRY(content.copy_to([&](ByteView bytes) { return file.append(bytes); }));
  return file.create();
}

}  // namespace

Status write_exhibit(const Bag& files, const fs::path& folder, const WriteProgress& progress) {
  // "out/" names the folder out.
  const fs::path named = (folder.filename().empty() ? folder.parent_path() : folder);
  const fs::path target = named.parent_path().empty() ? fs::path(".") / named : named;
  DOKAZ_TRY(PendingFolder::remove_stale(target));
  std::error_code error;
  if (fs::symlink_status(target, error).type() != fs::file_type::not_found) return Errc::already_exists;

  DOKAZ_LET(pending, PendingFolder::beside(target));
  std::size_t written = 0;
  std::set<fs::path> folders = {pending.path()};
  for (const auto& [path, content] : files) {
    const fs::path file = pending.path() / path;
    for (fs::path above = file.parent_path(); above != pending.path(); above = above.parent_path())
      folders.insert(above);
    DOKAZ_TRY(make_private_folder(file.parent_path()));
    DOKAZ_TRY(write_file(file, content));
    if (progress) progress(++written, files.size());
  }
  for (const fs::path& one : folders) DOKAZ_TRY(sync_folder(one));
  DOKAZ_TRY(pending.publish(target));
  return sync_folder(target.parent_path());
}

}  // namespace dokaz
