// SPDX-License-Identifier: GPL-3.0-or-later
// C2SP signed notes: format.md sections 7 and 9. Reading a note trusts nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "proto/format/ids.hpp"

namespace dokaz {

inline constexpr std::size_t max_note_size = 65536;
inline constexpr std::size_t max_note_signatures = 32;

/// One or more of 0x21 to 0x7E without "+": names of keys and witnesses.
bool is_note_name(std::string_view name);

struct NoteSignature {
  std::string name;
  std::array<Byte, 4> key_id{};
  Bytes signature;  // what follows the key id: 64 bytes, or 72 for a cosignature
};

enum class NoteKeyType : Byte { ed25519 = 0x01, cosignature = 0x04 };
std::array<Byte, 4> note_key_id(std::string_view name, NoteKeyType type, const PublicKey& key);

class Note {
 public:
  /// Text of ASCII lines, split at the last empty line; 1 to 32 signature lines, no two with the same
  /// name and key id; at most 64 KiB: malformed.
  static Result<Note> parse(ByteView bytes);
  /// A note with one signature line by `key` under `name`. The text ends with LF and leaves room for the line.
  static Note sign(std::string text, std::string_view name, const SigningKey& key);

  const std::string& text() const { return text_; }
  const std::vector<NoteSignature>& signatures() const { return signatures_; }
  const Bytes& bytes() const { return bytes_; }
  /// The line of that name and key id, or nullptr.
  const NoteSignature* find_line(std::string_view name, const std::array<Byte, 4>& key_id) const;

  /// bad_signature unless the line of (name, key) is there and holds.
  Status verify(std::string_view name, const PublicKey& key) const;
  /// The same; malformed if it is not the only line.
  Status verify_only(std::string_view name, const PublicKey& key) const;
  /// Adds a line (a witness's cosignature as it came); keeps the bytes before it. malformed as in `parse`,
  /// so also for a second line by the same key.
  Result<Note> with_line(const NoteSignature& line) const;

 private:
  Note() = default;
  std::string text_;
  std::vector<NoteSignature> signatures_;
  Bytes bytes_;
};

}  // namespace dokaz
