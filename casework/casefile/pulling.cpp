// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/pulling.hpp"

#include <algorithm>

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

Status accept_members(CaseFile& file, const Members& members) {
  DOKAZ_LET(note, Note::parse(members.roster));
  DOKAZ_LET(roster, CaseRoot(file.fingerprint()).check_roster(note));
  if (roster->number > file.roster()->number)
    return fail(Errc::wrong_root, "the server has a newer roster, which this case folder did not make");
  for (const AdmissionNotes& notes : members.admissions) DOKAZ_TRY(file.admit(notes));
  return {};
}

Status accept_entries(CaseFile& file, const Entries& entries) {
  DOKAZ_LET(members, file.membership());
  DOKAZ_LET(next, file.next_index());
  std::vector<CaseEntry> accepted;
  std::optional<TreeHead> shown;  // by all proofs of the answer
  for (const Entries::Entry& entry : entries.entries) {
    if (entry.index < next) return fail(Errc::bad_inclusion, "entries are not in the log's order");
    next = entry.index + 1;
    DOKAZ_LET(read, read_answer(entry));
    DOKAZ_LET(logged, check_receipt(read.statement, read.receipt, members, file.policy()));
    const TreeHead& head = logged.checkpoint.checkpoint.head;
    if (shown && head != *shown) return fail(Errc::bad_consistency, "two checkpoints in one answer");
    shown = head;
    accepted.push_back(std::move(read));
  }
  if (shown) {
    // The witnesses may be behind what the log has shown since, or ahead of it: one history in both cases.
    DOKAZ_LET(trusted, file.trusted_head());
    DOKAZ_TRY(verify_one_history(trusted, *shown, entries.consistency));
    if (shown->size > trusted.size) DOKAZ_TRY(file.set_trusted_head(*shown));
  }
  return file.add_entries(accepted);
}

}  // namespace dokaz
