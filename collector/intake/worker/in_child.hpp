// SPDX-License-Identifier: GPL-3.0-or-later
// Memory files in a child of the worker program: mapped before the sandbox, written in it.
#pragma once

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>

#include "crypto/bytes.hpp"

namespace dokaz::intake {

/// A sealed memory file, for as long as the child lives; nothing where it cannot be mapped.
inline std::optional<ByteView> map(int fd) {
  struct stat about {};
  if (fstat(fd, &about) != 0) return std::nullopt;
  const auto size = static_cast<std::size_t>(about.st_size);
  if (size == 0) return ByteView();
  void* at = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (at == MAP_FAILED) return std::nullopt;
  return ByteView(static_cast<const Byte*>(at), size);
}

inline bool write_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace dokaz::intake
