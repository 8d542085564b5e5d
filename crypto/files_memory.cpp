// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/files_memory.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace dokaz {
namespace {

Error failure() { return fail(errno == ENOSPC || errno == ENOMEM ? Errc::no_space : Errc::io_error, "memory file"); }

}  // namespace

Result<MemoryFile> MemoryFile::create() {
  const int fd = memfd_create("dokaz", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0) return failure();
  return MemoryFile(fd);
}

Result<MemoryFile> MemoryFile::holding(ByteView bytes) {
  DOKAZ_LET(file, create());
  DOKAZ_TRY(file.append(bytes));
  DOKAZ_TRY(file.seal());
  return file;
}

MemoryFile::MemoryFile(MemoryFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      mapped_(std::exchange(other.mapped_, nullptr)),
      mapped_size_(std::exchange(other.mapped_size_, 0)) {}

MemoryFile::~MemoryFile() {
  if (mapped_) munmap(mapped_, mapped_size_);
  if (fd_ >= 0) close(fd_);
}

Status MemoryFile::append(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return failure();
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Status MemoryFile::seal() {
  if (fcntl(fd_, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0) return failure();
  return {};
}

Result<ByteView> MemoryFile::map() {
  struct stat about {};
  if (fstat(fd_, &about) != 0) return failure();
  if (!mapped_ && about.st_size > 0) {
    void* at = mmap(nullptr, static_cast<std::size_t>(about.st_size), PROT_READ, MAP_PRIVATE, fd_, 0);
    if (at == MAP_FAILED) return failure();
    mapped_ = at;
    mapped_size_ = static_cast<std::size_t>(about.st_size);
  }
  return ByteView(static_cast<const Byte*>(mapped_), mapped_size_);
}

Result<Bytes> MemoryFile::read(std::uint64_t cap) const {
  struct stat about {};
  if (fstat(fd_, &about) != 0) return failure();
  if (static_cast<std::uint64_t>(about.st_size) > cap) return fail(Errc::too_large, "memory file");
  Bytes out(static_cast<std::size_t>(about.st_size));
  for (std::size_t at = 0; at < out.size();) {
    const ssize_t got = pread(fd_, out.data() + at, out.size() - at, static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return failure();
    at += static_cast<std::size_t>(got);
  }
  return out;
}

}  // namespace dokaz
