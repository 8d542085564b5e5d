// SPDX-License-Identifier: GPL-3.0-or-later
// The .tlog-proof, its translation for Sigsum's tools, and what a receipt proves.
#include "proto/format/receipt.hpp"

#include "proto/format/line_reader.hpp"
#include "proto/format/sigsum_proof.hpp"

namespace dokaz {
namespace {

constexpr std::string_view header = "c2sp.org/tlog-proof@v1";
constexpr std::size_t max_path = 63;
constexpr std::size_t max_head_size = 4096;  // header, extra, index and 63 hashes

std::vector<ObjectRef> sorted_objects(const Statement& statement) {
  auto objects = statement.fields().objects;
  std::sort(objects.begin(), objects.end());
  return objects;
}

std::uint64_t read_u64(ByteView bytes) {
  std::uint64_t out = 0;
  for (Byte b : bytes.first(8)) out = out << 8 | b;
  return out;
}

}  // namespace

Result<Receipt> read_tlog_proof(ByteView bytes) {
  const std::string_view text = text_of(bytes);
  const auto empty_line = text.find("\n\n");
  if (empty_line == std::string_view::npos) return fail(Errc::malformed, "no checkpoint");
  if (is_other_version(text.substr(0, text.find('\n')), header)) return Errc::unsupported_version;
  DOKAZ_LET(lines, LineReader::open(bytes.first(empty_line + 1), max_head_size));
  DOKAZ_LET(first, lines.line());
  if (first != header) return fail(Errc::malformed, "line 1");
  DOKAZ_LET(extra_text, lines.value("extra"));
  DOKAZ_LET(extra, from_base64(extra_text));
  if (extra.size() != Signature::size + KeyHash::size) return fail(Errc::malformed, "extra");
  DOKAZ_LET(index_text, lines.value("index"));
  DOKAZ_LET(index, from_decimal(index_text));
  InclusionPath path;
  while (!lines.end()) {
    DOKAZ_LET(line, lines.line());
    DOKAZ_LET(hash, id_from_base64<TreeHash>(line));
    if (path.size() == max_path) return fail(Errc::malformed, "path too long");
    path.push_back(hash);
  }
  DOKAZ_LET(note, Note::parse(bytes.subspan(empty_line + 2)));
  DOKAZ_TRY(parse_checkpoint(note));
  Receipt receipt{*Signature::from(ByteView(extra).first(Signature::size)),
                  *KeyHash::from(ByteView(extra).last(KeyHash::size)), index, std::move(path),
                  std::move(note)};
  if (text_of(write_tlog_proof(receipt)) != text) return fail(Errc::malformed, "not canonical");
  return receipt;
}

Bytes write_tlog_proof(const Receipt& receipt) {
  Bytes extra = to_bytes(receipt.signature.view());
  append(extra, receipt.member.view());
  std::string head(header);
  head += "\nextra " + base64(extra) + "\nindex " + std::to_string(receipt.index) + "\n";
  for (const TreeHash& hash : receipt.path) head += base64(hash.view()) + "\n";
  Bytes out = to_bytes(head + "\n");
  append(out, receipt.checkpoint.bytes());
  return out;
}

Result<Bytes> write_sigsum_proof(const Receipt& receipt, const Policy& policy) {
  const Note& note = receipt.checkpoint;
  DOKAZ_LET(checkpoint, parse_checkpoint(note));
  const std::string origin = log_origin(policy.log());
  const NoteSignature* log = note.find_line(origin, note_key_id(origin, NoteKeyType::ed25519, policy.log()));
  if (!log || checkpoint.origin != origin) return fail(Errc::policy_unmet, "another log");
  SigsumProof proof;
  proof.log = policy.log().hash();
  proof.member = receipt.member;
  proof.signature = receipt.signature;
  proof.head = checkpoint.head;
  const auto log_signature = Signature::from(log->signature);
  if (!log_signature) return fail(Errc::malformed, "log signature");
  proof.log_signature = *log_signature;
  for (const Witness& witness : policy.witnesses()) {
    const auto id = note_key_id(witness.name, NoteKeyType::cosignature, witness.key);
    const NoteSignature* line = note.find_line(witness.name, id);
    if (!line) continue;
    if (line->signature.size() != 8 + Signature::size) return fail(Errc::malformed, "cosignature");
    const ByteView bytes(line->signature);
    proof.cosignatures.push_back(
        {witness.key.hash(), read_u64(bytes), *Signature::from(bytes.last(Signature::size))});
  }
  proof.index = receipt.index;
  proof.path = receipt.path;
  // Not written: what a strict reader would refuse (an empty tree) or not get back (an index in a tree of one).
  const Bytes out = write_sigsum_proof(proof);
  DOKAZ_LET(again, read_sigsum_proof(out));
  if (again != proof) return fail(Errc::malformed, "no such place in the tree");
  return out;
}

namespace {

Result<SignedStatement> check_signer(const Statement& statement, const Receipt& receipt, const Membership& members) {
  const Member* member = members.find(receipt.member);
  if (!member) return fail(Errc::not_a_member, "key hash");
  DOKAZ_LET(signed_statement, members.check({statement, member->key, receipt.signature}));
  if (const auto since = members.revoked_since(member->key); since && receipt.index >= *since) return Errc::key_revoked;
  return *signed_statement;
}

Status check_place(const Statement& statement, const Receipt& receipt, const TreeHead& head) {
  const TreeHash leaf = leaf_hash(leaf_of(statement.hash(), receipt.signature, receipt.member));
  return verify_inclusion(leaf, receipt.index, receipt.path, head);
}

/// It is a `receive`, by a server.
Status check_receiver(const StoredReceipt& stored, const Membership& members) {
  if (stored.receive.fields().act != Act::receive) return fail(Errc::malformed, "act");
  const Member* server = members.find(stored.receipt.member);
  return server && server->role == Role::server ? Status() : fail(Errc::not_a_member, "role");
}

/// It answers this statement: the fact is one of those it commits to, and names M; and it names each object of
/// the statement, and no other.
Status check_answer(const Statement& statement, const StoredReceipt& stored) {
  const StatementFields& receive = stored.receive.fields();
  const bool committed =
      std::find(receive.facts.begin(), receive.facts.end(), stored.answered.digest()) != receive.facts.end();
  if (!committed) return fail(Errc::bad_disclosure, "not committed to");
  if (stored.answered.name() != "statement" || stored.answered.as_text() != hex(statement.hash()))
    return fail(Errc::bad_disclosure, "another statement");
  if (sorted_objects(stored.receive) != sorted_objects(statement)) return fail(Errc::hash_mismatch, "objects");
  return {};
}

}  // namespace

// 1. Statement and receipt are what their strict readers gave.
// 2. K is the hash of a member's key, and the member was entitled to the act; 3. S verifies over C, and the member was
// not revoked at `index`.
// 4. The checkpoint satisfies the policy. 5. The proof leads from the leaf at `index` to the checkpoint's root.
Result<Logged> check_receipt(const Statement& statement, const Receipt& receipt, const Membership& members,
                             const Verified<TrustedCheckpoint>& under) {
  DOKAZ_LET(signed_statement, check_signer(statement, receipt, members));
  if (under->checkpoint.note.bytes() != receipt.checkpoint.bytes()) return fail(Errc::policy_unmet, "another checkpoint");
  DOKAZ_TRY(check_place(statement, receipt, under->checkpoint.head));
  return Logged(std::move(signed_statement), receipt.index, *under);
}

Result<Logged> check_receipt(const Statement& statement, const Receipt& receipt, const Membership& members,
                             const Policy& policy) {
  DOKAZ_LET(signed_statement, check_signer(statement, receipt, members));
  DOKAZ_LET(trusted, policy.check(receipt.checkpoint));
  DOKAZ_TRY(check_place(statement, receipt, trusted->checkpoint.head));
  return Logged(std::move(signed_statement), receipt.index, *trusted);
}

Result<LogSigned> check_log_receipt(const Statement& statement, const Receipt& receipt, const Membership& members,
                                    const Policy& policy) {
  DOKAZ_LET(signed_statement, check_signer(statement, receipt, members));
  DOKAZ_LET(signed_by_log, policy.check_log(receipt.checkpoint));
  DOKAZ_TRY(check_place(statement, receipt, signed_by_log->checkpoint.head));
  return LogSigned(std::move(signed_statement), receipt.index, *signed_by_log);
}

Result<Logged> check_stored(const Statement& statement, const StoredReceipt& stored,
                            const Membership& members, const Policy& policy) {
  DOKAZ_TRY(check_receiver(stored, members));
  DOKAZ_LET(logged, check_receipt(stored.receive, stored.receipt, members, policy));
  DOKAZ_TRY(check_answer(statement, stored));
  return logged;
}

Result<Logged> check_stored(const Statement& statement, const StoredReceipt& stored,
                            const Membership& members, const Verified<TrustedCheckpoint>& under) {
  DOKAZ_TRY(check_receiver(stored, members));
  DOKAZ_LET(logged, check_receipt(stored.receive, stored.receipt, members, under));
  DOKAZ_TRY(check_answer(statement, stored));
  return logged;
}

Result<LogSigned> check_log_stored(const Statement& statement, const StoredReceipt& stored,
                                   const Membership& members, const Policy& policy) {
  DOKAZ_TRY(check_receiver(stored, members));
  DOKAZ_LET(logged, check_log_receipt(stored.receive, stored.receipt, members, policy));
  DOKAZ_TRY(check_answer(statement, stored));
  return logged;
}

}  // namespace dokaz
