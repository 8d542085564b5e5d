// SPDX-License-Identifier: GPL-3.0-or-later
// Strict reading of the text formats: exact key, exact count of fields, end of input: format.md section 1.
#pragma once

#include <array>

#include "crypto/encoding.hpp"
#include "crypto/signature.hpp"

namespace dokaz {

/// Views into the caller's bytes, which must outlive it. Keeps no copy, so it may read secrets.
class LineReader {
 public:
  /// Bytes 0x20 to 0x7E and LF only, no empty line, LF at the end, at most `max_size` bytes: malformed.
  static Result<LineReader> open(ByteView bytes, std::size_t max_size);
  /// The same for a text whose first line must be `header`, such as "custody/v1", which is consumed.
  /// unsupported_version for another version of the same kind, whatever follows it.
  static Result<LineReader> open(ByteView bytes, std::size_t max_size, std::string_view header);

  /// The value of the next line, "<key> <value>".
  Result<std::string_view> value(std::string_view key);
  /// The next line, whole.
  Result<std::string_view> line();
  /// The next line's value split into exactly N fields by single spaces.
  template <std::size_t N>
  Result<std::array<std::string_view, N>> fields(std::string_view key) {
    DOKAZ_LET(text, value(key));
    std::array<std::string_view, N> out;
    DOKAZ_TRY(split(text, out));
    return out;
  }
  /// Whether the next line has this key.
  bool next_is(std::string_view key) const;
  /// malformed unless everything was read.
  Status end() const;

 private:
  LineReader(std::string_view rest, std::size_t line) : rest_(rest), line_(line) {}
  Status split(std::string_view text, std::span<std::string_view> out) const;
  Error malformed() const;

  std::string_view rest_;
  std::size_t line_ = 0;  // lines already read
};

/// The single-space separated fields of a value whose count is not fixed: malformed if one is empty.
Result<std::vector<std::string_view>> split_fields(std::string_view text);

/// Exactly 64 digits of a key: malformed; then bad_key if it is none.
Result<PublicKey> key_from_hex(std::string_view text);

/// Bytes 0x20 to 0x7E.
inline bool is_printable(char c) { return c >= 0x20 && c <= 0x7e; }

/// "custody/v1" and "custody/v2" are versions of one kind.
bool is_other_version(std::string_view line, std::string_view header);

}  // namespace dokaz
