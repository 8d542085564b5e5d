// SPDX-License-Identifier: GPL-3.0-or-later
// Checkpoints of the log: format.md section 9. Parsed here, trusted only by Policy.
#pragma once

#include "proto/format/note.hpp"

namespace dokaz {

struct TreeHead {
  std::uint64_t size = 0;
  TreeHash root;
  friend bool operator==(const TreeHead&, const TreeHead&) = default;
};

/// "sigsum.org/v1/tree/<hex of H(log key)>": origin and note name.
std::string log_origin(const PublicKey& log);

struct Checkpoint {
  std::string origin;
  TreeHead head;
  Note note;
};
/// malformed; nothing is verified. The empty tree has the root H("").
Result<Checkpoint> parse_checkpoint(const Note& note);
Checkpoint sign_checkpoint(const TreeHead& head, const SigningKey& log);

/// A witness's line: 72 bytes after the key id, u64 time || signature.
NoteSignature cosign(const Checkpoint& checkpoint, std::string_view witness_name, std::uint64_t unix_time,
                     const SigningKey& witness);
/// The time of a witness's line, if it holds: bad_signature.
Result<std::uint64_t> verify_cosignature(const Note& checkpoint, const NoteSignature& line, const PublicKey& witness);

}  // namespace dokaz
