// SPDX-License-Identifier: GPL-3.0-or-later
// What the server says, checked before the vault believes it: format.md sections 9 and 10.
#include <algorithm>

#include "collector/vault/envelopes.hpp"
#include "collector/vault/vault.hpp"
#include "proto/format/roster_number.hpp"

namespace dokaz {
namespace {

std::vector<std::string> without(const std::vector<std::string>& these, const std::vector<std::string>& others) {
  std::vector<std::string> left;
  for (const std::string& one : these)
    if (std::ranges::find(others, one) == others.end()) left.push_back(one);
  return left;
}

std::vector<RecipientChange> changes_between(const Roster& before, const Roster& now) {
  std::vector<RecipientChange> changes;
  for (const Group group : {Group::team, Group::legal}) {
    RecipientChange change{group, without(before.recipients_of(group), now.recipients_of(group)),
                           without(now.recipients_of(group), before.recipients_of(group)), now.number};
    if (!change.gone.empty() || !change.fresh.empty()) changes.push_back(std::move(change));
  }
  return changes;
}

}  // namespace

Status Vault::keep_place(const char* sql, const Receipt& receipt, std::uint64_t number) {
  DOKAZ_LET(checkpoint, parse_checkpoint(receipt.checkpoint));
  return database_.run(sql, receipt.index, checkpoint.head.size, number);
}

Status Vault::keep_receipt(std::uint64_t number, ByteView tlog_proof) {
  DOKAZ_LET(own, statement(number));
  DOKAZ_LET(receipt, read_tlog_proof(tlog_proof));
  if (receipt.member != own.signed_statement.member.hash())
    return fail(Errc::bad_signature, "the receipt is for another key");
  DOKAZ_TRY(check_log_receipt(own.signed_statement.statement, receipt, view_.members, view_.policy));
  return together([&]() -> Status {
    DOKAZ_TRY(database_.run("INSERT OR IGNORE INTO receipt (seq, tlog_proof) VALUES (?, ?)", number, tlog_proof));
    DOKAZ_TRY(database_.run("UPDATE receipt SET tlog_proof = ? WHERE seq = ?", tlog_proof, number));
    return keep_place("UPDATE statement SET logged_index = ?, logged_size = ?, tried = NULL WHERE seq = ?", receipt, number);
  });
}

Status Vault::keep_stored(std::uint64_t number, const StoredAnswer& answer) {
  DOKAZ_LET(own, statement(number));
  DOKAZ_LET(receive, Statement::parse(answer.receive));
  DOKAZ_LET(answered, Fact::parse(answer.answered));
  DOKAZ_LET(receipt, read_tlog_proof(answer.tlog_proof));
  if (own.tlog_proof.empty()) return Errc::missing_part;
  DOKAZ_TRY(check_log_stored(own.signed_statement.statement,
                             StoredReceipt{std::move(receive), std::move(answered), receipt}, view_.members, view_.policy));
  return together([&]() -> Status {
    DOKAZ_TRY(database_.run("UPDATE receipt SET receive = ?, answered = ?, receive_proof = ? WHERE seq = ?", answer.receive,
                            answer.answered, answer.tlog_proof, number));
    return keep_place("UPDATE statement SET stored_index = ?, stored_size = ?, tried = NULL WHERE seq = ?", receipt, number);
  });
}

Status Vault::keep_cosigned(std::uint64_t number, const CosignedProofs& proofs, const ConsistencyPath& path) {
  DOKAZ_LET(own, statement(number));
  if (!own.stored) return Errc::missing_part;
  const Statement& sealed = own.signed_statement.statement;
  DOKAZ_LET(receipt, read_tlog_proof(proofs.statement));
  if (receipt.member != own.signed_statement.member.hash())
    return fail(Errc::bad_signature, "the receipt is for another key");
  DOKAZ_LET(logged, check_receipt(sealed, receipt, view_.members, view_.policy));
  DOKAZ_LET(receive, Statement::parse(own.stored->receive));
  DOKAZ_LET(answered, Fact::parse(own.stored->answered));
  DOKAZ_LET(received, read_tlog_proof(proofs.receive));
  DOKAZ_LET(stored, check_stored(sealed, StoredReceipt{std::move(receive), std::move(answered), std::move(received)},
                                 view_.members, view_.policy));
  const TreeHead& head = logged.checkpoint.checkpoint.head;
  if (stored.checkpoint.checkpoint.head != head) return fail(Errc::bad_consistency, "two checkpoints in one answer");

  DOKAZ_LET(newest, newest_head());
  if (newest && newest->size == head.size && newest->root != head.root)
    return fail(Errc::server_rolled_back, "another log of the same size");
  if (newest) DOKAZ_TRY(verify_one_history(*newest, head, path));
  DOKAZ_LET(transaction, database_.begin());
  if (!newest || newest->size < head.size)
    DOKAZ_TRY(database_.run("UPDATE membership SET checkpoint = ?", receipt.checkpoint.bytes()));
  DOKAZ_TRY(database_.run("UPDATE receipt SET cosigned = ?, cosigned_receive = ? WHERE seq = ?", proofs.statement,
                          proofs.receive, number));
  DOKAZ_TRY(keep_place("UPDATE statement SET cosigned_index = ?, cosigned_size = ?, history = 1 WHERE seq = ?", receipt, number));
  return transaction.commit();
}

Status Vault::keep_history(std::uint64_t number, History history) {
  const int kept = history == History::unseen ? 0 : history == History::confirmed ? 1 : 2;
  return database_.run("UPDATE statement SET history = ?, contradicted = contradicted OR ? WHERE seq = ?", kept,
                       history == History::contradicted ? 1 : 0, number);
}

Result<std::optional<TreeHead>> Vault::newest_head() {
  Query query = database_.prepare("SELECT checkpoint FROM membership WHERE checkpoint IS NOT NULL");
  DOKAZ_LET(found, query.step());
  if (!found) return std::optional<TreeHead>();
  DOKAZ_LET(note, Note::parse(query.blob(0)));
  DOKAZ_LET(signed_by_log, view_.policy.check_log(note));
  return std::optional(signed_by_log->checkpoint.head);
}

Result<Seen> Vault::seen() {
  DOKAZ_LET(head, newest_head());
  // An empty log has a root, too, but in a statement it is "none": format.md section 3.
  return head && head->size > 0 ? Seen{head->size, head->root} : Seen{};
}

Status Vault::keep_roster(ByteView bytes) {
  DOKAZ_LET(note, Note::parse(bytes));
  DOKAZ_LET(roster, view_.root.check_roster(note));
  DOKAZ_LET(kept_note, roster_note());
  DOKAZ_LET(kept, parse_roster(kept_note));
  if (note.bytes() == kept_note.bytes()) return {};
  if (roster->number <= kept.number) return Errc::server_rolled_back;
  DOKAZ_TRY(check_jump(kept.number, roster->number));
  for (const Group group : {Group::team, Group::legal}) DOKAZ_TRY(check_recipients(roster->recipients_of(group)));
  return together([&]() -> Status {
    if (!changes_between(kept, *roster).empty())
      DOKAZ_TRY(database_.run("INSERT OR IGNORE INTO confirmed VALUES (1, ?)", kept_note.bytes()));
    return database_.run("UPDATE membership SET roster = ?", note.bytes());
  });
}

Result<std::optional<Note>> Vault::confirmed_roster() {
  Query query = database_.prepare("SELECT roster FROM confirmed");
  DOKAZ_LET(found, query.step());
  if (!found) return std::optional<Note>();
  DOKAZ_LET(note, Note::parse(query.blob(0)));
  return std::optional(std::move(note));
}

Result<std::vector<RecipientChange>> Vault::recipient_changes() {
  DOKAZ_LET(confirmed, confirmed_roster());
  if (!confirmed) return std::vector<RecipientChange>();
  DOKAZ_LET(before, parse_roster(*confirmed));
  DOKAZ_LET(kept, roster_note());
  DOKAZ_LET(now, parse_roster(kept));
  return changes_between(before, now);
}

Status Vault::confirm_recipients(std::uint64_t number) {
  DOKAZ_LET(note, roster_note());
  DOKAZ_LET(roster, parse_roster(note));
  if (roster.number != number) return fail(Errc::usage, "another roster came meanwhile, and may name other keys");
  return database_.run("DELETE FROM confirmed");
}

Status Vault::keep_checkpoint(ByteView bytes, const ConsistencyPath& path) {
  DOKAZ_LET(note, Note::parse(bytes));
  DOKAZ_LET(signed_by_log, view_.policy.check_log(note));
  const TreeHead& head = signed_by_log->checkpoint.head;
  DOKAZ_LET(newest, newest_head());
  if (newest) {
    if (head.size < newest->size) return fail(Errc::server_rolled_back, "the log is shorter than before");
    if (head.size == newest->size && head.root != newest->root)
      return fail(Errc::server_rolled_back, "another log of the same size");
    DOKAZ_TRY(verify_consistency(*newest, head, path));
  }
  return database_.run("UPDATE membership SET checkpoint = ?", bytes);
}

Result<History> Vault::keep_checkpoint_since(const Seen& packed, ByteView bytes, const ConsistencyPath& path) {
  DOKAZ_LET(now, seen());
  if (now == packed) {
    DOKAZ_TRY(keep_checkpoint(bytes, path));
    return History::confirmed;
  }
  DOKAZ_LET(note, Note::parse(bytes));
  DOKAZ_LET(trusted, view_.policy.check_log(note));
  const TreeHead& head = trusted->checkpoint.head;
  if (head.size < packed.size) return fail(Errc::server_rolled_back, "the log is shorter than before");
  if (head.size == now.size && head.root != now.root)
    return fail(Errc::server_rolled_back, "another log of the same size");
  // Held to what was seen when it was packed; to what is watched now only where it is the same.
  const History held = head.size == now.size ? History::confirmed : History::unseen;
  if (packed.size == 0) return held;
  if (head.size == packed.size && head.root != packed.root)
    return fail(Errc::server_rolled_back, "another log of the same size");
  if (head.size > packed.size) DOKAZ_TRY(verify_consistency({packed.size, packed.root}, head, path));
  return held;
}

}  // namespace dokaz
