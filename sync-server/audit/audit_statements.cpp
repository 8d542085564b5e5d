// SPDX-License-Identifier: GPL-3.0-or-later
// The statements of the database beside the leaves of the log, and each chain in itself.
#include <map>

#include "crypto/encoding.hpp"
#include "proto/format/fact.hpp"
#include "proto/format/statement.hpp"
#include "sync-server/audit/audit_parts.hpp"

namespace dokaz::server::auditing {
namespace {

constexpr std::uint64_t progress_step = 4096;

}  // namespace

StatementWalk::StatementWalk(Audit& audit, RevokedMembers revoked)
    : audit_(audit),
      revoked_(std::move(revoked)),
      rows_(audit.database.prepare(
          "SELECT id, leaf, member, signature, bytes, hash, disclosure, signer, case_id FROM statements ORDER BY leaf")) {}

Result<std::optional<StatementWalk::Row>> StatementWalk::next() {
  if (ahead_) return std::exchange(ahead_, std::nullopt);
  if (ended_) return std::optional<Row>();  // another step would begin again
  DOKAZ_LET(there, rows_.step());
  ended_ = !there;
  if (ended_) return std::optional<Row>();
  return std::optional(Row{rows_.integer(0), rows_.integer(8), static_cast<std::uint64_t>(rows_.integer(1)), rows_.blob(2), rows_.blob(7),
                           rows_.blob(3), rows_.blob(4), rows_.blob(5), rows_.text(6)});
}

/// The leaf that the row must have in the log; nothing where the row itself is not sound.
Result<std::optional<Leaf>> StatementWalk::check(const Row& row) {
  ++audit_.report.statements;
  const auto nothing = [&](const char* what) {
    audit_.find("statements", "the statement at {} {}", row.leaf, what);
    return std::optional<Leaf>();
  };
  const auto statement = Statement::parse(row.statement);
  if (!statement) return nothing("cannot be read");
  if (!std::ranges::equal(statement->hash().view(), row.hash)) return nothing("is filed under another hash");
  const auto key = PublicKey::from(row.signer);
  const auto signature = Signature::from(row.signature);
  if (!key || !signature || !verify_signature({*statement, *key, *signature})) return nothing("is not signed by its member");
  // No fault: the roster that says so may be younger than the entry.
  if (const auto since = revoked_.find({row.of_case, row.member}); since != revoked_.end() && row.leaf >= since->second)
    ++audit_.report.revoked;
  check_chain(row, {*statement, *key, *signature});
  note_fork(row, *statement);
  return std::optional(leaf_of(statement->hash(), *signature, key->hash()));
}

/// Which second statement a fork-found names, if its disclosure is there and the one that was signed.
void StatementWalk::note_fork(const Row& row, const Statement& statement) {
  if (statement.fields().act != Act::fork_found) return;
  constexpr std::string_view other = "\"other\":\"";
  const auto fact = Fact::parse(row.disclosure);
  const auto& facts = statement.fields().facts;
  if (!fact || fact->name() != "fork" || std::ranges::find(facts, fact->digest()) == facts.end()) return;
  const std::string& value = fact->value_json();
  const std::size_t at = value.find(other);
  if (at == std::string::npos) return;
  if (const auto hash = id_from_hex<StatementHash>(value.substr(at + other.size(), 2 * StatementHash::size)))
    said_.insert(*hash);
}

void StatementWalk::check_chain(const Row& row, const SignedStatement& signed_statement) {
  const StatementFields& fields = signed_statement.statement.fields();
  const auto known = chains_.find(fields.chain);
  const bool first = known == chains_.end();
  if (first ? fields.seq != 0 : fields.seq != known->second.seq + 1 || fields.previous != known->second.hash)
    audit_.find("statements", "the statement at {} does not follow the one before it in its chain", row.leaf);
  if (!first && row.member != known->second.member)
    audit_.find("statements", "the statement at {} is filed under another member than its chain", row.leaf);
  if (row.signer != (first ? row.member : known->second.signer))
    audit_.find("statements", "the statement at {} is signed by the key of another epoch", row.leaf);
  const auto newest = newest_.find({row.of_case, row.member});
  if (row.signer != (newest == newest_.end() ? row.member : newest->second))
    audit_.find("statements", "the statement at {} is signed by a key that another one followed", row.leaf);
  if (fields.next_key) {
    ++rotations_;
    newest_.insert_or_assign({row.of_case, row.member}, to_bytes(fields.next_key->key.view()));
  }
  chains_.insert_or_assign(fields.chain, End{fields.seq, signed_statement.statement.hash(), row.member,
                                             to_bytes(next_signer(signed_statement).view())});
}

/// Each key that followed a member's first one is that of a key-rotate in the log, numbered without a gap, and each
/// key-rotate has its key there.
Status StatementWalk::check_epochs() {
  auto rows = audit_.database.prepare(
      "SELECT e.key, s.bytes, e.number, e.member = s.member, coalesce((SELECT max(b.number) FROM epochs b"
      " WHERE b.case_id = e.case_id AND b.member = e.member AND b.number < e.number), 0)"
      " FROM epochs e LEFT JOIN statements s ON s.id = e.statement AND s.case_id = e.case_id ORDER BY e.id");
  std::uint64_t keys = 0;
  for (;;) {
    DOKAZ_LET(there, rows.step());
    if (!there) break;
    ++keys;
    const auto rotation = Statement::parse(rows.blob(1));
    const auto& next = rotation ? rotation->fields().next_key : std::optional<NextKey>();
    if (!next || !std::ranges::equal(next->key.view(), rows.blob(0)) || rows.integer(3) == 0 ||
        rows.integer(2) != rows.integer(4) + 1)
      audit_.find("statements", "a key of a member, number {}, is none that a key-rotate names", keys);
  }
  if (keys != rotations_) audit_.find("statements", "{} key-rotates are in the log, and {} keys that they name", rotations_, keys);
  return {};
}

Status StatementWalk::compare(std::uint64_t index, const Leaf& leaf) {
  for (;;) {
    DOKAZ_LET(row, next());
    if (!row || row->leaf > index) {
      audit_.find("statements", "the log's entry {} has no statement in the database", index);
      ahead_ = std::move(row);
      return {};
    }
    if (row->leaf < index) {  // two rows cannot have one place: the index is unique
      audit_.find("statements", "the statement at {} is not where the log has it", row->leaf);
      continue;
    }
    DOKAZ_LET(expected, check(*row));
    if (expected && *expected != leaf) audit_.find("statements", "the log's entry {} is another statement's", index);
    return {};
  }
}

Status StatementWalk::finish() {
  std::optional<std::uint64_t> before;
  for (;;) {
    DOKAZ_LET(row, next());
    if (!row) break;
    // Where the log broke off these rows have entries that could not be read; otherwise they wait for theirs.
    if (row->leaf >= audit_.report.log_size) {
      ++audit_.report.waiting;
      const std::uint64_t expected = before ? *before + 1 : audit_.report.log_size;
      if (row->leaf != expected) audit_.find("statements", "the place {} in the log has no statement", expected);
      before = row->leaf;
    }
    DOKAZ_LET(leaf, check(*row));
    static_cast<void>(leaf);
    if (audit_.report.statements % progress_step == 0) audit_.progress("statements", row->leaf, row->leaf + 1);
  }
  DOKAZ_TRY(check_epochs());
  return check_forks();
}

/// Every fork that was kept is its member's, and the log says of each place that was claimed twice that it was.
Status StatementWalk::check_forks() {
  auto forks = audit_.database.prepare("SELECT signer, signature, bytes, hash, found FROM forks ORDER BY id");
  for (;;) {
    DOKAZ_LET(there, forks.step());
    if (!there) return {};
    ++audit_.report.forks;
    const auto statement = Statement::parse(forks.blob(2));
    const auto key = PublicKey::from(forks.blob(0));
    const auto signature = Signature::from(forks.blob(1));
    if (!statement || !key || !signature || !verify_signature({*statement, *key, *signature}))
      audit_.find("statements", "a kept fork, number {}, is not what its member signed", audit_.report.forks);
    else if (!std::ranges::equal(statement->hash().view(), forks.blob(3)))
      audit_.find("statements", "a kept fork, number {}, is filed under another hash", audit_.report.forks);
    else if (forks.integer(4) != 0 && !said_.contains(statement->hash()))
      audit_.find("statements", "the log does not say of a kept fork, number {}, that it was found", audit_.report.forks);
  }
}

}  // namespace dokaz::server::auditing
