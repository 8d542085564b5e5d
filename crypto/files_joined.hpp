// SPDX-License-Identifier: GPL-3.0-or-later
// Several files as one, in their order: the parts of a parcel that no single file of a stick could hold.
#pragma once

#include <vector>

#include "crypto/files.hpp"
#include "crypto/readable.hpp"

namespace dokaz {

/// Reads them where they lie. A file that grows or shrinks meanwhile is not noticed here: hashes show it.
class JoinedFiles : public Readable {
 public:
  /// Links are followed: the names were given by a person. The failures of File::open, of the first that fails;
  /// `too_large` where their sizes add up to more than 2^62.
  static Result<JoinedFiles> open(const std::vector<Path>& paths);

  std::uint64_t size() const override { return size_; }
  Status read(std::span<Byte> into, std::uint64_t offset) const override;

  /// All of it in a file without a name, in `folder`, which is gone when it is closed: for whoever can pass on one
  /// file only. `no_space`; `io_error` also where the folder's disk has no such files.
  Result<File> in_one(const Path& folder) const;

 private:
  struct Part {
    File file;
    std::uint64_t at = 0, size = 0;  // of its first byte in the whole; bytes
  };
  JoinedFiles(std::vector<Part> parts, std::uint64_t size) : parts_(std::move(parts)), size_(size) {}
  std::vector<Part> parts_;
  std::uint64_t size_ = 0;
};

}  // namespace dokaz
