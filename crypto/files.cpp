// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "crypto/files_errno.hpp"
#include "crypto/files_steps.hpp"

namespace dokaz {
namespace {

Result<File> checked_regular(int descriptor) {
  if (descriptor < 0) return failure_from_errno();
  File file = File::adopt(descriptor);
  struct stat info {};
  if (::fstat(descriptor, &info) != 0) return failure_from_errno();
  if (!S_ISREG(info.st_mode)) return Errc::not_regular_file;
  return file;
}

}  // namespace

Error failure_from_errno(int number) {
  switch (number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return fail(Errc::no_space);
    case ENOENT:
    case ENOTDIR: return fail(Errc::not_found);
    case EEXIST: return fail(Errc::already_exists);
    case ELOOP:
    case EISDIR:
    case ENXIO: return fail(Errc::not_regular_file);
    // Says nothing about the disk, which io_error does.
    case EMFILE:
    case ENFILE:
    case ENOMEM: return fail(Errc::internal, "the system has no descriptor or no memory left");
    default: return fail(Errc::io_error);  // the kernel's list of numbers is open
  }
}

Error failure_from_errno() { return failure_from_errno(errno); }

Result<File> File::open(const Path& path, Access access, Links links) {
  // O_NONBLOCK: opening a pipe must not wait for its other end; it has no effect on a regular file.
  int flags = O_CLOEXEC | O_NOCTTY | O_NONBLOCK | (links == Links::refuse ? O_NOFOLLOW : 0);
  switch (access) {
    case Access::read: flags |= O_RDONLY; break;
    case Access::read_write: flags |= O_RDWR; break;
    case Access::create_new: flags |= O_RDWR | O_CREAT | O_EXCL; break;
  }
  return checked_regular(::open(path.c_str(), flags, private_file_mode));
}

File::File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::uint64_t> File::size() const {
  struct stat info {};
  if (::fstat(descriptor_, &info) != 0) return failure_from_errno();
  return static_cast<std::uint64_t>(info.st_size);
}

Result<std::size_t> File::read_at(std::span<Byte> into, std::uint64_t offset) const {
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t got =
        ::pread(descriptor_, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure_from_errno();
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

Status File::read_exactly_at(std::span<Byte> into, std::uint64_t offset) const {
  DOKAZ_LET(got, read_at(into, offset));
  if (got != into.size()) return fail(Errc::io_error, "the file ends too early");
  return {};
}

Status File::write_at(ByteView bytes, std::uint64_t offset) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t put =
        ::pwrite(descriptor_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return failure_from_errno();
    done += static_cast<std::size_t>(put);
  }
  return {};
}

Status File::append(ByteView bytes) {
  DOKAZ_LET(end, size());
  return write_at(bytes, end);
}

Status File::truncate(std::uint64_t size) {
  if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) return failure_from_errno();
  return {};
}

Status File::sync() {
  if (::fsync(descriptor_) != 0) return Errc::io_error;  // a full disk, too, has lost what was to be kept
  return {};
}

Status sync_fresh(File& file) {
  if (::fsync(file.descriptor()) != 0) return failure_from_errno();
  return {};
}

Result<Bytes> read_file(const Path& path, std::uint64_t cap, Links links) {
  DOKAZ_LET(file, File::open(path, File::Access::read, links));
  DOKAZ_LET(size, file.size());
  if (size > cap) return Errc::too_large;
  Bytes bytes(static_cast<std::size_t>(size) + 1);  // one more, to notice a file that grows
  DOKAZ_LET(got, file.read_at(bytes, 0));
  if (got > cap) return Errc::too_large;
  if (got > size) return fail(Errc::io_error, "the file changed while it was read");
  bytes.resize(got);
  return bytes;
}

Result<File> open_folder(const Path& path) {
  const int descriptor = ::open(path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return failure_from_errno();
  return File::adopt(descriptor);
}

Status sync_folder(const Path& path) {
  DOKAZ_LET(folder, open_folder(path));
  return folder.sync();
}

Status sync_file_system(const File& folder) {
  if (::syncfs(folder.descriptor()) != 0) return failure_from_errno();
  return {};
}

Status rename_path(const Path& from, const Path& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) return failure_from_errno();
  return {};
}

namespace {

Result<File> open_lock(const Path& folder) {
  return checked_regular(::open((folder / ".lock").c_str(),
                                O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, private_file_mode));
}

}  // namespace

Result<FolderLock> FolderLock::take(const Path& folder) {
  DOKAZ_LET(file, open_lock(folder));
  if (::flock(file.descriptor(), LOCK_EX | LOCK_NB) != 0)
    return errno == EWOULDBLOCK ? fail(Errc::busy) : failure_from_errno();
  return FolderLock(std::move(file));
}

/// A lock of the open file description: flock and these do not see each other.
Result<FolderLock> FolderLock::take_turn(const Path& folder) {
  DOKAZ_LET(file, open_lock(folder));
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (::fcntl(file.descriptor(), F_OFD_SETLK, &whole) != 0)
    return errno == EAGAIN || errno == EACCES ? fail(Errc::busy) : failure_from_errno();
  return FolderLock(std::move(file));
}

}  // namespace dokaz
