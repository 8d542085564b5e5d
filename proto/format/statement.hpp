// SPDX-License-Identifier: GPL-3.0-or-later
// A custody statement: format.md section 3. Parsed strictly; the bytes that were signed are kept.
#pragma once

#include <optional>
#include <vector>

#include "proto/format/ids.hpp"
#include "proto/format/time.hpp"

namespace dokaz {

inline constexpr std::size_t max_statement_size = 16384;
inline constexpr std::size_t max_statement_objects = 128;  // so that a receive can always repeat them
inline constexpr std::size_t max_rotation_size = 462;      // of a key-rotate

enum class Act {
  genesis, seal, derive, redact, transfer_out, transfer_in, receive, access, verify, export_, disclose,
  note, consent, withdraw, heartbeat, close, fork_found, key_bind, key_rotate, key_revoke, device_lost,
  renew, destroy
};
/// "transfer-out" for Act::transfer_out, "export" for Act::export_.
std::string_view name_of(Act act);
std::optional<Act> act_from_name(std::string_view name);

/// Section 3: how many chains a member may have in one case.
inline constexpr std::uint32_t max_member_chains = 64;
/// The id of the member's chain number `n` in that case; n below max_member_chains.
ChainId chain_id(const Fingerprint& of_case, const PublicKey& member, std::uint32_t n);
/// broken_chain unless it is the id of a chain of this member in this case.
Status check_chain_id(const ChainId& chain, const Fingerprint& of_case, const PublicKey& member);

struct ObjectRef {
  ObjectId id;
  std::uint64_t size = 0;  // bytes of ciphertext
  friend auto operator<=>(const ObjectRef&, const ObjectRef&) = default;
};

/// The newest checkpoint the signer has verified. Size 0 means none; then the root is zero.
struct Seen {
  std::uint64_t size = 0;
  TreeHash root;
  friend bool operator==(const Seen&, const Seen&) = default;
};

/// Section 3, key epochs: what a `key-rotate` says.
struct NextKey {
  PublicKey key;
  Signature consent;  // by that very key: consent_to_follow
};

struct StatementFields {
  ChainId chain;
  std::uint64_t seq = 0;
  StatementHash previous;
  Act act = Act::genesis;
  ClaimedTime time;
  Seen seen;
  std::vector<ObjectRef> objects;   // in any order; written ascending
  std::vector<FactDigest> facts;    // in any order; written ascending in the ASCII order of base64url
  std::optional<NextKey> next_key = {};  // of a key-rotate, and of nothing else
};

class Statement {
 public:
  /// malformed for anything that is not canonical; unsupported_version for custody/v2 and later.
  static Result<Statement> parse(ByteView bytes);
  /// malformed if the fields break a rule of section 3 (no fact, seq and act disagree, too long …).
  static Result<Statement> make(StatementFields fields);

  const StatementFields& fields() const { return fields_; }
  const Bytes& bytes() const { return bytes_; }
  /// M
  StatementHash hash() const;

  friend bool operator==(const Statement& a, const Statement& b) { return a.bytes_ == b.bytes_; }

 private:
  Statement(StatementFields fields, Bytes bytes) : fields_(std::move(fields)), bytes_(std::move(bytes)) {}
  StatementFields fields_;
  Bytes bytes_;
};

/// A statement with who says to have signed it. Untrusted until Membership::check.
struct SignedStatement {
  Statement statement;
  PublicKey member;
  Signature signature;  // over the leaf message: sign_statement
};

/// Section 9: S = Ed25519(key, "sigsum.org/v1/tree-leaf" || 00 || H(M)).
SignedStatement sign_statement(Statement statement, const SigningKey& key);
/// bad_signature; of a key-rotate also whether the next key agrees, and bad_key where it is the signer's own.
/// Says nothing about membership.
Status verify_signature(const SignedStatement& signed_statement);

/// Key epochs a member has at most, the first one included.
inline constexpr std::uint32_t max_epochs = 1024;
/// What the next key signs: "dokaz/v1/key-rotate" || 00 || chain || u64 seq || present key || next key.
Signature consent_to_follow(const ChainId& chain, std::uint64_t seq, const PublicKey& present, const SigningKey& next);
/// Whose key signs what follows this statement in its chain.
inline const PublicKey& next_signer(const SignedStatement& of) {
  const auto& next = of.statement.fields().next_key;
  return next ? next->key : of.member;
}

}  // namespace dokaz
