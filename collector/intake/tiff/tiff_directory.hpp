// SPDX-License-Identifier: GPL-3.0-or-later
// TIFF's directories as they stand in the file: entries, where their values lie, and numbers in either byte order.
#pragma once

#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz::intake::tiff {

/// What a value of one type may be (TIFF 6.0 page 15).
enum Type : unsigned { byte = 1, ascii = 2, short_ = 3, long_ = 4, rational = 5, undefined = 7 };

struct Entry {
  unsigned tag = 0, type = 0;
  std::uint64_t count = 0;
  std::uint64_t at = 0;        ///< of the entry's 12 bytes
  std::uint64_t value_at = 0;  ///< in the entry itself where the value fits into 4 bytes
  std::uint64_t size = 0;      ///< of the value in bytes; 0 where the type is unknown or the value not in the file
  bool outside() const { return size > 4; }
};

struct Directory {
  std::uint64_t at = 0;
  std::vector<Entry> entries;  ///< in file order
  std::uint64_t next = 0;      ///< offset of the next directory, 0 after the last
  std::uint64_t size() const { return 6 + 12 * std::uint64_t{entries.size()}; }
};

class File {
 public:
  /// `file` begins with "II" or "MM", and lives as long.
  explicit File(ByteView file) : bytes_(file), big_(file[0] == 'M') {}
  ByteView bytes() const { return bytes_; }
  bool big_endian() const { return big_; }
  /// Bytes [at, at + size), which lie in the file.
  ByteView part(std::uint64_t at, std::uint64_t size) const {
    return bytes_.subspan(static_cast<std::size_t>(at), static_cast<std::size_t>(size));
  }
  unsigned number16(std::uint64_t at) const;
  std::uint32_t number32(std::uint64_t at) const;

  /// `truncated_media` where it does not lie in the file. Caps nothing but by the file's size.
  Result<Directory> directory(std::uint64_t at) const;
  /// The values of a BYTE, SHORT or LONG entry; `malformed_media` for other types and for values that are not there.
  Result<std::vector<std::uint32_t>> numbers(const Entry& entry) const;

 private:
  ByteView bytes_;
  bool big_;
};

/// Writes numbers in one byte order.
class Writer {
 public:
  explicit Writer(bool big_endian) : big_(big_endian) {}
  void number(std::uint64_t value, unsigned size);
  void bytes(ByteView bytes) { append(out_, bytes); }
  Bytes take() { return std::move(out_); }
  std::size_t size() const { return out_.size(); }

 private:
  bool big_;
  Bytes out_;
};

}  // namespace dokaz::intake::tiff
