// SPDX-License-Identifier: GPL-3.0-or-later
// A file as a Readable: read where it lies, never as a whole.
#pragma once

#include "crypto/files.hpp"
#include "crypto/readable.hpp"

namespace dokaz {

/// As long as at its making; `io_error` where the file has become shorter since.
class ReadableFile : public Readable {
 public:
  ReadableFile(File file, std::uint64_t size) : file_(std::move(file)), size_(size) {}
  std::uint64_t size() const override { return size_; }
  Status read(std::span<Byte> into, std::uint64_t offset) const override {
    if (offset > size_ || into.size() > size_ - offset) return fail(Errc::truncated_media);
    return file_.read_exactly_at(into, offset);
  }
  const File& file() const { return file_; }

 private:
  File file_;
  std::uint64_t size_;
};

}  // namespace dokaz
