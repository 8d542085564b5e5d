// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/case_file.hpp"

#include <algorithm>

#include "casework/casefile/settings.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

Result<CaseEntry> read_entry(std::uint64_t index, ByteView statement_bytes, ByteView proof, const std::string& answered) {
  DOKAZ_LET(statement, Statement::parse(statement_bytes));
  DOKAZ_LET(receipt, read_tlog_proof(proof));
  CaseEntry entry{index, std::move(statement), std::move(receipt), {}};
  if (!answered.empty()) {
    DOKAZ_LET(fact, Fact::parse(answered));
    entry.answered = std::move(fact);
  }
  return entry;
}

Result<std::uint64_t> number_or_zero(Database& db, Setting setting) {
  DOKAZ_LET(text, get_setting(db, setting));
  if (!text) return std::uint64_t{0};
  return from_decimal(text_of(*text));
}

Status put_number(Database& db, Setting setting, std::uint64_t number) {
  return put_setting(db, setting, bytes_of(std::to_string(number)));
}

}  // namespace

Result<Invitation> CaseFile::invite(const std::string& pseudonym, Role role, ClaimedTime until) {
  if (!is_pseudonym(pseudonym))
    return fail(Errc::usage, "a pseudonym has 1 to 32 of a-z, 0-9 and -, and is not \"log\"");
  for (const Member& member : roster_->members)
    if (member.pseudonym == pseudonym) return fail(Errc::already_exists, "the roster has this pseudonym");
  SigningKey ticket_key = SigningKey::generate();
  DOKAZ_LET(ticket, sign_ticket({root_.public_key(), ticket_key.public_key(), pseudonym, role, until}, root_));
  const Status remembered = db_.run("INSERT INTO invitation (ticket, pseudonym, role, until) VALUES (?, ?, ?, ?)",
                                    ticket_key.public_key(), pseudonym, name_of(role), format_time(until));
  if (!remembered && remembered.code() == Errc::already_exists)
    return fail(Errc::already_exists, "somebody was invited under this pseudonym");
  DOKAZ_TRY(remembered);
  return Invitation{server_,      card_.pin,         std::move(ticket_key), policy_.bytes(),
                    roster_note_, std::move(ticket), card_.parcels,         card_.next_pin};
}

Result<std::vector<Admitted>> CaseFile::admitted() {
  std::vector<Admitted> all;
  Query query = db_.prepare("SELECT pseudonym, ticket, admission FROM admission ORDER BY pseudonym");
  while (true) {
    DOKAZ_LET(row, query.step());
    if (!row) return all;
    DOKAZ_LET(ticket, Note::parse(query.blob(1)));
    DOKAZ_LET(admission, Note::parse(query.blob(2)));
    all.push_back({query.text(0), std::move(ticket), std::move(admission)});
  }
}

Result<Membership> CaseFile::membership() {
  Membership members(roster_);
  DOKAZ_LET(all, admitted());
  const CaseRoot root(fingerprint());
  for (const Admitted& one : all) {
    DOKAZ_LET(member, root.check_admission(one.ticket, one.admission));
    DOKAZ_LET(ticket, parse_ticket(one.ticket));
    members.add(member);
    members.reserve(ticket.ticket);
  }
  members.reserve(policy_.log());
  for (const Witness& witness : policy_.witnesses()) members.reserve(witness.key);
  DOKAZ_TRY(learn_epochs(members));
  return members;
}

/// In the order of the log. One that does not hold is left out: whoever checks its entry, or what it would explain,
/// finds that.
Status CaseFile::learn_epochs(Membership& members) {
  Query query = db_.prepare(
      // "\nact key-rotate\n" is a line of a statement, and nothing else in it can be.
      "SELECT statement, proof FROM entry WHERE instr(statement, x'0a616374206b65792d726f746174650a') > 0 ORDER BY position");
  while (true) {
    DOKAZ_LET(row, query.step());
    if (!row) return {};
    const auto statement = Statement::parse(query.blob(0));
    const auto receipt = read_tlog_proof(query.blob(1));
    const Member* signer = receipt ? members.find(receipt->member) : nullptr;
    if (!statement || signer == nullptr) continue;
    const auto checked = members.check({*statement, signer->key, receipt->signature});
    if (checked) static_cast<void>(members.learn(*checked).has_value());
  }
}

Status CaseFile::admit(const AdmissionNotes& notes) {
  DOKAZ_LET(ticket, Note::parse(notes.ticket));
  DOKAZ_LET(admission, Note::parse(notes.admission));
  DOKAZ_LET(member, CaseRoot(fingerprint()).check_admission(ticket, admission));
  Query query = db_.prepare("SELECT member FROM admission WHERE pseudonym = ?");
  DOKAZ_LET(known, query.bind(member->pseudonym).step());
  // A ticket admits one key, ever: a second key under it is a fraud or a copied invitation.
  if (known) return query.blob(0) == to_bytes(member->key.view()) ? Status() : Status(Errc::ticket_used);
  return db_.run("INSERT INTO admission (member, pseudonym, ticket, admission) VALUES (?, ?, ?, ?)", member->key,
                 member->pseudonym, notes.ticket, notes.admission);
}

Result<TreeHead> CaseFile::trusted_head() {
  DOKAZ_LET(size, number_or_zero(db_, Setting::trusted_size));
  if (size == 0) return TreeHead{};
  DOKAZ_LET(bytes, need_setting(db_, Setting::trusted_root));
  const auto root = TreeHash::from(bytes);
  if (!root) return Errc::damaged_store;
  return TreeHead{size, *root};
}

Status CaseFile::set_trusted_head(const TreeHead& head) {
  DOKAZ_LET(transaction, db_.begin());
  DOKAZ_TRY(put_number(db_, Setting::trusted_size, head.size));
  DOKAZ_TRY(put_setting(db_, Setting::trusted_root, head.root.view()));
  return transaction.commit();
}

Result<std::uint64_t> CaseFile::next_index() { return number_or_zero(db_, Setting::next_index); }

Status CaseFile::add_entries(const std::vector<CaseEntry>& entries, const std::vector<SetAside>& aside) {
  if (entries.empty() && aside.empty()) return {};
  std::uint64_t next = 0;
  DOKAZ_LET(transaction, db_.begin());
  for (const CaseEntry& entry : entries) {
    DOKAZ_TRY(db_.run("INSERT INTO entry (position, statement, proof, answered) VALUES (?, ?, ?, ?)", entry.index,
                      entry.statement.bytes(), write_tlog_proof(entry.receipt),
                      entry.answered ? entry.answered->disclosure() : std::string()));
    next = std::max(next, entry.index + 1);
  }
  for (const SetAside& one : aside) {
    DOKAZ_TRY(db_.run("INSERT INTO aside VALUES (?, ?, ?, ?, ?, ?, ?)", one.index, one.chain, std::to_string(one.seq), one.statement,
                      one.proof, one.member, std::int64_t{one.ends_key}));
    next = std::max(next, one.index + 1);
  }
  DOKAZ_TRY(put_number(db_, Setting::next_index, next));
  return transaction.commit();
}

Result<std::vector<SetAside>> CaseFile::set_aside() {
  std::vector<SetAside> all;
  Query query = db_.prepare("SELECT position, chain, seq, statement, proof, member, ends_key FROM aside ORDER BY position");
  while (true) {
    DOKAZ_LET(row, query.step());
    if (!row) return all;
    DOKAZ_LET(chain, query.id<ChainId>(1));
    DOKAZ_LET(seq, from_decimal(query.text(2)));
    const auto member = PublicKey::from(query.blob(5));
    if (!member) return fail(Errc::damaged_store, "a statement that was set aside");
    all.push_back({static_cast<std::uint64_t>(query.integer(0)), chain, seq, query.blob(3), query.blob(4), *member,
                   query.integer(6) != 0});
  }
}

Result<std::vector<CaseEntry>> CaseFile::entries() {
  std::vector<CaseEntry> all;
  Query query = db_.prepare("SELECT position, statement, proof, answered FROM entry ORDER BY position");
  while (true) {
    DOKAZ_LET(row, query.step());
    if (!row) return all;
    DOKAZ_LET(entry, read_entry(static_cast<std::uint64_t>(query.integer(0)), query.blob(1), query.blob(2),
                                query.text(3)));
    all.push_back(std::move(entry));
  }
}

Status CaseFile::keep_fork(const StatementHash& other, ByteView statements) {
  return db_.run("INSERT OR REPLACE INTO fork (other, statements) VALUES (?, ?)", other, statements);
}

Result<Bytes> CaseFile::fork(const StatementHash& other) {
  Query query = db_.prepare("SELECT statements FROM fork WHERE other = ?");
  DOKAZ_LET(there, query.bind(other).step());
  return there ? query.blob(0) : Bytes();
}

Path CaseFile::object_path(const ObjectId& id) const { return folder_ / "objects" / (hex(id) + ".age"); }
Path CaseFile::partial_object_path(const ObjectId& id) const { return folder_ / "objects" / (hex(id) + ".part"); }

}  // namespace dokaz
