// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/pulling.hpp"

#include <algorithm>

#include "casework/casefile/roster_changes.hpp"

#include "proto/merkle/tree.hpp"

namespace dokaz {
namespace {

Result<CaseEntry> read_answer(const Entries::Entry& entry) {
  DOKAZ_LET(statement, Statement::parse(entry.statement));
  DOKAZ_LET(receipt, read_tlog_proof(entry.tlog_proof));
  if (receipt.index != entry.index || receipt.signature != entry.signature || receipt.member != entry.member.hash())
    return fail(Errc::bad_inclusion, "the proof is about another entry");
  CaseEntry read{entry.index, std::move(statement), std::move(receipt), {}};
  if (entry.answered.empty()) return read;
  DOKAZ_LET(fact, Fact::parse(entry.answered));
  const auto& committed = read.statement.fields().facts;
  if (std::find(committed.begin(), committed.end(), fact.digest()) == committed.end()) return Errc::bad_disclosure;
  read.answered = std::move(fact);
  return read;
}

}  // namespace

Error made_elsewhere(const Roster& theirs) {
  return fail(Errc::wrong_root, "the server has roster " + std::to_string(theirs.number) +
                                    ", which this case folder did not make: pull --accept-roster shows it and takes it over");
}

Result<TreeHead> accept_welcome(CaseFile& file, const Welcome& welcome) {
  DOKAZ_LET(note, Note::parse(welcome.checkpoint));
  DOKAZ_LET(checkpoint, file.policy().check_log(note));
  const TreeHead head = checkpoint->checkpoint.head;
  DOKAZ_LET(before, file.trusted_head());
  if (head.size < before.size) return Errc::server_rolled_back;
  DOKAZ_TRY(verify_consistency(before, head, welcome.consistency));
  DOKAZ_TRY(file.set_trusted_head(head));
  return head;
}

Status accept_members(CaseFile& file, const Members& members, NewerRoster newer) {
  DOKAZ_LET(note, Note::parse(members.roster));
  DOKAZ_LET(roster, CaseRoot(file.fingerprint()).check_roster(note));
  const bool is_other = roster->number == file.roster()->number && note.bytes() != file.roster_note().bytes();
  if (roster->number > file.roster()->number || is_other) {
    if (newer == NewerRoster::refuse && (is_other || !file.own_admission())) return made_elsewhere(*roster);
    DOKAZ_TRY(take_roster(file, note));
  }
  for (const AdmissionNotes& notes : members.admissions) DOKAZ_TRY(file.admit(notes));
  return {};
}

namespace {

bool names_a_key(const Entries::Entry& entry) {
  return text_of(entry.statement).find("\nact key-rotate\n") != std::string_view::npos;
}

/// A statement that goes on in a chain which is known here, by a key that nobody here knows: a key-rotate is missing.
Result<bool> goes_on(CaseFile& file, const std::vector<CaseEntry>& before, const Statement& statement) {
  const auto is_chain = [&](const CaseEntry& one) { return one.statement.fields().chain == statement.fields().chain; };
  if (std::any_of(before.begin(), before.end(), is_chain)) return true;
  return file.has_chain(statement.fields().chain);
}

/// It is in the log, and signed by the key that is shown, whoever's that is: a signature that does not hold would set a
/// genuine statement aside.
Status check_place(const CaseEntry& entry, const PublicKey& member, const Policy& policy, std::optional<TreeHead>& head) {
  DOKAZ_TRY(verify_signature({entry.statement, member, entry.receipt.signature}));
  DOKAZ_LET(trusted, policy.check(entry.receipt.checkpoint));
  head = trusted->checkpoint.head;
  const TreeHash leaf = leaf_hash(leaf_of(entry.statement.hash(), entry.receipt.signature, entry.receipt.member));
  return verify_inclusion(leaf, entry.receipt.index, entry.receipt.path, *head);
}

}  // namespace

Result<Learned> learned_by(CaseFile& file) {
  DOKAZ_LET(members, file.membership());
  DOKAZ_LET(rotations, file.entries_of(Act::key_rotate));
  Learned out{std::move(members), {}};
  for (const CaseEntry& entry : rotations) out.over.insert(entry.receipt.member);
  DOKAZ_LET(aside, file.set_aside());
  for (const SetAside& one : aside)
    if (one.ends_key) out.over.insert(one.member.hash());
  return out;
}

Status accept_entries(CaseFile& file, const Entries& entries) {
  DOKAZ_LET(learned, learned_by(file));
  return accept_entries(file, entries, learned);
}

Status accept_entries(CaseFile& file, const Entries& entries, Learned& learned) {
  // What is not kept is not learned; few answers have anything to learn.
  std::optional<Learned> copy;
  if (std::any_of(entries.entries.begin(), entries.entries.end(), names_a_key)) copy = learned;
  Learned& learning = copy ? *copy : learned;
  DOKAZ_LET(next, file.next_index());
  std::vector<CaseEntry> accepted;
  std::vector<SetAside> aside;
  std::optional<TreeHead> shown;  // by all proofs of the answer
  for (const Entries::Entry& entry : entries.entries) {
    if (entry.index < next) return fail(Errc::bad_inclusion, "entries are not in the log's order");
    next = entry.index + 1;
    DOKAZ_LET(read, read_answer(entry));
    const StatementFields& fields = read.statement.fields();
    auto checked = check_receipt(read.statement, read.receipt, learning.members, file.policy());
    // In the order of the log a key that another one followed signs nothing more, in whatever chain.
    bool ends_key = false;
    bool is_wrong = checked ? learning.over.contains(read.receipt.member)
                            : checked.code() == Errc::wrong_epoch || checked.code() == Errc::broken_chain;
    if (!checked && checked.code() == Errc::not_a_member && learning.members.find(read.receipt.member) == nullptr) {
      DOKAZ_LET(known_chain, goes_on(file, accepted, read.statement));
      is_wrong = known_chain;
    }
    const bool is_revoked = !checked && checked.code() == Errc::key_revoked;
    if (is_revoked) is_wrong = learning.over.contains(read.receipt.member);  // whether trusted or not, out of its order
    if (is_revoked && !is_wrong && fields.next_key) {
      // So that what the next key signed is known to be the revoked member's.
      DOKAZ_LET(by_revoked, learning.members.check({read.statement, entry.member, entry.signature}));
      is_wrong = !learning.members.learn(by_revoked).has_value();
      learning.over.insert(read.receipt.member);
      ends_key = true;
    }
    if (checked && !is_wrong && fields.next_key) {
      DOKAZ_LET(rotation, learning.members.check(checked->statement));
      // One that names somebody's key, or one key too many, ends what its member can say, and nobody else's.
      is_wrong = !learning.members.learn(rotation).has_value();
      learning.over.insert(read.receipt.member);
      ends_key = true;
    }
    std::optional<TreeHead> head;
    if (is_wrong || is_revoked) {
      DOKAZ_TRY(check_place(read, entry.member, file.policy(), head));
      if (is_wrong)
        aside.push_back({entry.index, fields.chain, fields.seq, entry.statement, entry.tlog_proof, entry.member, ends_key});
    } else {
      if (!checked) return checked.error();
      head = checked->checkpoint.checkpoint.head;
    }
    if (shown && *head != *shown) return fail(Errc::bad_consistency, "two checkpoints in one answer");
    shown = head;
    if (!is_wrong) accepted.push_back(std::move(read));
  }
  if (shown) {
    // The witnesses may be behind what the log has shown since, or ahead of it: one history in both cases.
    DOKAZ_LET(trusted, file.trusted_head());
    DOKAZ_TRY(verify_one_history(trusted, *shown, entries.consistency));
    if (shown->size > trusted.size) DOKAZ_TRY(file.set_trusted_head(*shown));
  }
  DOKAZ_TRY(file.add_entries(accepted, aside));
  if (copy) learned = std::move(*copy);
  return {};
}

}  // namespace dokaz
