// SPDX-License-Identifier: GPL-3.0-or-later
// A file without a name, in memory only: how bytes go to the worker and how its answer comes back.
#pragma once

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz {

class MemoryFile {
 public:
  /// `no_space` where the system has no memory for it, else `io_error`.
  static Result<MemoryFile> create();
  /// A sealed file with these bytes.
  static Result<MemoryFile> holding(ByteView bytes);

  MemoryFile(MemoryFile&& other) noexcept;
  MemoryFile& operator=(MemoryFile&&) = delete;
  ~MemoryFile();

  int fd() const { return fd_; }
  Status append(ByteView bytes);
  /// From now on nobody can change or resize it.
  Status seal();
  /// The bytes of a sealed file; valid while this object lives.
  Result<ByteView> map();
  /// All bytes of a file that nobody else holds open any more. `too_large` over `cap`.
  Result<Bytes> read(std::uint64_t cap) const;

 private:
  explicit MemoryFile(int fd) : fd_(fd) {}
  int fd_ = -1;
  void* mapped_ = nullptr;
  std::size_t mapped_size_ = 0;
};

}  // namespace dokaz
