// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>

#include "casework/casefile/case_parts.hpp"
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

Result<Invitation> CaseFile::invite(const std::string& pseudonym, Role role, ClaimedTime until, Network network) {
  if (!is_pseudonym(pseudonym))
    return fail(Errc::usage, "a pseudonym has 1 to 32 of a-z, 0-9 and -, and is not \"log\"");
  for (const Member& member : roster_->members)
    if (member.pseudonym == pseudonym) return fail(Errc::already_exists, "the roster has this pseudonym");
  DOKAZ_TRY(check_not_passed_on());
  DOKAZ_LET(root, need_root());
  SigningKey ticket_key = SigningKey::generate();
  DOKAZ_LET(ticket, sign_ticket({root->public_key(), ticket_key.public_key(), pseudonym, role, until}, *root));
  const Status remembered =
      db_.run("INSERT INTO invitation (ticket, pseudonym, role, until, tor_only) VALUES (?, ?, ?, ?, ?)", ticket_key.public_key(),
              pseudonym, name_of(role), format_time(until), std::int64_t{network == Network::tor_only});
  if (!remembered && remembered.code() == Errc::already_exists)
    return fail(Errc::already_exists, "somebody was invited under this pseudonym");
  DOKAZ_TRY(remembered);
  return Invitation{server_,      card_.pin,         std::move(ticket_key), policy_.bytes(),
                    roster_note_, std::move(ticket), card_.parcels,         card_.next_pin,       network};
}

Result<std::vector<Invited>> CaseFile::invited() {
  std::vector<Invited> all;
  Query query = db_.prepare("SELECT pseudonym, role, ticket, until, tor_only FROM invitation ORDER BY pseudonym");
  while (true) {
    DOKAZ_LET(row, query.step());
    if (!row) return all;
    DOKAZ_LET(ticket, PublicKey::from(query.blob(2)));
    all.push_back({query.text(0), role_from_name(query.text(1)).value_or(Role::documenter), ticket, query.text(3),
                   query.integer(4) != 0 ? Network::tor_only : Network::any});
  }
}

Result<Member> CaseFile::self() {
  DOKAZ_LET(members, membership());
  const Member* found = members.find(member_.public_key());
  if (found == nullptr) return fail(Errc::not_a_member, "this folder's own key");
  return *found;
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

struct CaseFile::Split {
  std::vector<CaseEntry> good, revoked;
};

/// In the order of the log. One that does not hold is left out: whoever checks its entry, or what it would explain,
/// finds that.
Status CaseFile::learn_epochs(Membership& members) {
  DOKAZ_LET(rotations, all_of(Act::key_rotate));
  for (const CaseEntry& entry : rotations) {
    const Member* signer = members.find(entry.receipt.member);
    if (signer == nullptr) continue;
    const auto checked = members.check({entry.statement, signer->key, entry.receipt.signature});
    if (checked) static_cast<void>(members.learn(*checked).has_value());
  }
  return {};
}

/// Revoked ones, too.
Result<std::vector<CaseEntry>> CaseFile::all_of(Act act) {
  std::vector<CaseEntry> all;
  Query query =
      db_.prepare("SELECT position, statement, proof, answered FROM entry WHERE act = ? ORDER BY position");
  query.bind(name_of(act));
  while (true) {
    DOKAZ_LET(row, query.step());
    if (!row) return all;
    DOKAZ_LET(entry, read_entry(static_cast<std::uint64_t>(query.integer(0)), query.blob(1), query.blob(2),
                                query.text(3)));
    all.push_back(std::move(entry));
  }
}

Result<std::vector<CaseEntry>> CaseFile::entries_of(Act act) {
  DOKAZ_LET(all, all_of(act));
  DOKAZ_LET(split, split_revoked(std::move(all)));
  return std::move(split.good);
}

Result<bool> CaseFile::has_chain(const ChainId& chain) {
  Query query = db_.prepare("SELECT 1 FROM entry WHERE chain = ? LIMIT 1");
  return query.bind(chain).step();
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
    DOKAZ_TRY(db_.run("INSERT INTO entry (position, act, chain, statement, proof, answered) VALUES (?, ?, ?, ?, ?, ?)",
                      entry.index, name_of(entry.statement.fields().act), entry.statement.fields().chain,
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

Result<CaseFile::Split> CaseFile::split_revoked(std::vector<CaseEntry> all) {
  if (roster_->revoked.empty()) return Split{std::move(all), {}};
  DOKAZ_LET(members, membership());
  // Who came by a ticket that was closed is revoked from that line's place on.
  std::map<PublicKey, std::uint64_t> by_ticket;
  DOKAZ_LET(came, admitted());
  for (const Admitted& one : came) {
    DOKAZ_LET(admission, parse_admission(one.admission));
    if (const auto closed = members.revoked_since(admission.ticket)) by_ticket.emplace(admission.member, *closed);
  }
  Split split;
  for (CaseEntry& entry : all) {
    const Member* signer = members.find(entry.receipt.member);
    auto since = signer ? members.revoked_since(signer->key) : std::optional<std::uint64_t>();
    if (const auto closed = signer ? by_ticket.find(members.first_of(signer->key)) : by_ticket.end(); closed != by_ticket.end())
      since = std::min(closed->second, since.value_or(closed->second));
    (since && entry.index >= *since ? split.revoked : split.good).push_back(std::move(entry));
  }
  return split;
}

Result<std::vector<CaseEntry>> CaseFile::all_entries() {
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

Result<std::vector<CaseEntry>> CaseFile::entries() {
  DOKAZ_LET(all, all_entries());
  DOKAZ_LET(split, split_revoked(std::move(all)));
  return std::move(split.good);
}

Result<std::vector<CaseEntry>> CaseFile::revoked_entries() {
  if (roster_->revoked.empty()) return std::vector<CaseEntry>();
  DOKAZ_LET(all, all_entries());
  DOKAZ_LET(split, split_revoked(std::move(all)));
  return std::move(split.revoked);
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
