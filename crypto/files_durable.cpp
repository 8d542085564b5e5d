// SPDX-License-Identifier: GPL-3.0-or-later
// Names that appear whole or not at all: temporary file, fsync, rename, fsync of the folder.
#include <dirent.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <utility>

#include "crypto/encoding.hpp"
#include "crypto/files.hpp"
#include "crypto/files_errno.hpp"
#include "crypto/files_steps.hpp"

namespace dokaz {
namespace {

constexpr std::string_view temporary_prefix = ".pending-";
constexpr std::size_t temporary_random = 16;

/// Exactly what temporary_name makes: in a folder of the user, others may have names that begin alike.
bool is_temporary_name(std::string_view name) {
  return name.starts_with(temporary_prefix) && name.size() == temporary_prefix.size() + 2 * temporary_random &&
         name.find_first_not_of("0123456789abcdef", temporary_prefix.size()) == name.npos;
}

Result<std::string> temporary_name() {
  std::array<Byte, temporary_random> random{};
  if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size()))
    return failure_from_errno();
  return std::string(temporary_prefix) + hex(random);
}

bool is_file_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == name.npos;
}

}  // namespace

Result<PendingFile> PendingFile::start(const Path& path, mode_t mode) {
  const std::string name = path.filename().string();
  if (!is_file_name(name)) return Errc::not_regular_file;
  DOKAZ_LET(pending, start_in(path.parent_path(), mode));
  pending.name_ = name;
  return pending;
}

Result<PendingFile> PendingFile::start_in(const Path& where, mode_t mode) {
  DOKAZ_LET(folder, open_folder(where));
  DOKAZ_LET(temporary, temporary_name());
  const int descriptor = ::openat(folder.descriptor(), temporary.c_str(),
                                  O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, private_file_mode);
  if (descriptor < 0) return failure_from_errno();
  PendingFile pending(where, std::move(folder), File::adopt(descriptor), std::move(temporary), {});
  if (::fchmod(descriptor, mode) != 0) return failure_from_errno();
  return pending;
}

PendingFile::PendingFile(PendingFile&& other) noexcept
    : where_(std::move(other.where_)),
      folder_(std::move(other.folder_)),
      file_(std::move(other.file_)),
      temporary_(std::exchange(other.temporary_, {})),
      name_(std::move(other.name_)) {}

PendingFile& PendingFile::operator=(PendingFile&& other) noexcept {
  if (this != &other) {
    discard();
    where_ = std::move(other.where_);
    folder_ = std::move(other.folder_);
    file_ = std::move(other.file_);
    temporary_ = std::exchange(other.temporary_, {});
    name_ = std::move(other.name_);
  }
  return *this;
}

PendingFile::~PendingFile() { discard(); }

void PendingFile::discard() {
  if (!temporary_.empty()) ::unlinkat(folder_.descriptor(), temporary_.c_str(), 0);
  temporary_.clear();
}

Path PendingFile::temporary_path() const { return where_ / temporary_; }

Status PendingFile::replace() { return publish(true); }
Status PendingFile::create() { return publish(false); }

Status PendingFile::create_as(const std::string& name) {
  if (!is_file_name(name)) return Errc::not_regular_file;
  name_ = name;
  return create();
}

Status PendingFile::publish(bool may_replace) {
  DOKAZ_TRY(sync_fresh(file_));
  DOKAZ_TRY(take_name(may_replace));
  return folder_.sync();
}

Status PendingFile::take_name(bool may_replace) {
  DOKAZ_CHECK(!temporary_.empty() && !name_.empty());
  const int folder = folder_.descriptor();
  if (may_replace) {
    if (::renameat(folder, temporary_.c_str(), folder, name_.c_str()) != 0) return failure_from_errno();
    temporary_.clear();
  } else if (::renameat2(folder, temporary_.c_str(), folder, name_.c_str(), RENAME_NOREPLACE) == 0) {
    temporary_.clear();
  } else {
    if (errno != EINVAL && errno != ENOSYS) return failure_from_errno();
    // A file system without RENAME_NOREPLACE: a second name, then the first one goes (by `discard`).
    if (::linkat(folder, temporary_.c_str(), folder, name_.c_str(), 0) != 0) return failure_from_errno();
    discard();
  }
  return {};
}

Status write_file_durably(const Path& path, ByteView bytes, mode_t mode) {
  DOKAZ_LET(pending, PendingFile::start(path, mode));
  DOKAZ_TRY(pending.append(bytes));
  return pending.replace();
}

Status create_file_durably(const Path& path, ByteView bytes, mode_t mode) {
  DOKAZ_LET(pending, PendingFile::start(path, mode));
  DOKAZ_TRY(pending.append(bytes));
  return pending.create();
}

Status remove_file_durably(const Path& path) {
  DOKAZ_LET(folder, open_folder(path.parent_path()));
  if (::unlinkat(folder.descriptor(), path.filename().c_str(), 0) != 0) return failure_from_errno();
  return folder.sync();
}

namespace {

using Entries = std::unique_ptr<DIR, int (*)(DIR*)>;

/// Null on failure, with errno.
Entries entries_of(const File& folder) {
  const int own = ::fcntl(folder.descriptor(), F_DUPFD_CLOEXEC, 0);  // fdopendir takes its descriptor over
  return {own < 0 ? nullptr : ::fdopendir(own), ::closedir};
}

Result<bool> is_empty(const File& folder) {
  const Entries entries = entries_of(folder);
  if (!entries) return failure_from_errno();
  while (const dirent* entry = ::readdir(entries.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") return false;
  }
  return true;
}

enum class Shared { refuse, narrow };

/// A folder that could not be made durable is not there: the next call would take its name for a promise.
Status make_one(const Path& path, const Path& parent) {
  if (::mkdir(path.c_str(), private_folder_mode) != 0) return failure_from_errno();
  Status synced = sync_folder(parent);
  if (!synced) ::rmdir(path.c_str());
  return synced;
}

/// Whoever made it may have died before its name was on the disk. Nobody made it in a parent that may not be read, or
/// where no folder can be synced.
Status settle_name(const Path& parent) {
  const auto folder = open_folder(parent);
  if (!folder || ::fsync(folder->descriptor()) == 0 || errno == EINVAL || errno == EROFS) return {};
  return Errc::io_error;
}

Status make_folder(const Path& path, Shared shared) {
  if (path.empty()) return {};
  if (!path.has_filename()) return make_folder(path.parent_path(), shared);  // "a/b/"
  const Path parent = path.has_parent_path() ? path.parent_path() : Path(".");
  const Status made = make_one(path, parent);
  if (made) return made;
  if (made.code() == Errc::not_found) {
    if (parent == "." || parent == path) return Errc::not_found;
    DOKAZ_TRY(make_folder(parent, shared));
    return make_one(path, parent);
  }
  if (made.code() != Errc::already_exists) return made;
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) return errno == ENOTDIR ? fail(Errc::not_regular_file) : failure_from_errno();
  const File folder = File::adopt(descriptor);
  struct stat info {};
  if (::fstat(descriptor, &info) != 0) return failure_from_errno();
  if ((info.st_mode & 07777) == private_folder_mode) return settle_name(parent);
  if (shared == Shared::refuse) {
    DOKAZ_LET(empty, is_empty(folder));
    if (!empty || info.st_uid != ::geteuid()) return Errc::already_exists;
  }
  return ::fchmod(descriptor, private_folder_mode) == 0 ? settle_name(parent) : Status(failure_from_errno());
}

}  // namespace

Status make_private_folder(const Path& path) { return make_folder(path, Shared::refuse); }
Status make_inner_folder(const Path& path) { return make_folder(path, Shared::narrow); }

Status remove_leftovers(const Path& path) {
  DOKAZ_LET(folder, open_folder(path));
  const Entries entries = entries_of(folder);
  if (!entries) return failure_from_errno();
  bool removed = false;
  while (const dirent* entry = ::readdir(entries.get())) {
    if (!is_temporary_name(entry->d_name)) continue;
    if (::unlinkat(folder.descriptor(), entry->d_name, 0) != 0) return failure_from_errno();
    removed = true;
  }
  return removed ? folder.sync() : Status{};
}

void drop_flat_folder(const Path& path) {
  const auto folder = open_folder(path);
  if (!folder) return;
  const Entries entries = entries_of(*folder);
  while (const dirent* entry = entries ? ::readdir(entries.get()) : nullptr)
    ::unlinkat(folder->descriptor(), entry->d_name, 0);  // not the folder's own names
  ::rmdir(path.c_str());
}

}  // namespace dokaz
