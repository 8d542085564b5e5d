// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fault/actor/judge.hpp"

#include "tests/fault/actor/actor.hpp"

namespace dokaz::fault {
namespace {

/// The case as counsel is shown it now.
struct Shown {
  std::vector<Entries::Entry> entries;
  std::vector<TreeHash> roots;  // of the log's first n entries
  std::string broken;
};

Result<Shown> read_case(Client& client, const Membership& members, const Policy& policy) {
  Shown shown;
  shown.roots.push_back(empty_root());
  RightEdge edge;
  for (bool more = true; more;) {
    DOKAZ_LET(page, client.list(shown.entries.size()));
    more = page.more;
    for (auto& entry : page.entries) {
      if (entry.index != shown.entries.size()) {
        shown.broken = "the log has a gap at " + std::to_string(shown.entries.size());
        return shown;
      }
      DOKAZ_LET(statement, Statement::parse(entry.statement));
      edge.append(leaf_hash(leaf_of(statement.hash(), entry.signature, entry.member.hash())),
                  [](unsigned, std::uint64_t, const TreeHash&) {});
      shown.roots.push_back(edge.root());
      DOKAZ_LET(receipt, read_tlog_proof(entry.tlog_proof));
      if (!check_receipt(statement, receipt, members, policy))
        shown.broken = "the proof of entry " + std::to_string(entry.index) + " does not hold";
      shown.entries.push_back(std::move(entry));
    }
  }
  return shown;
}

class Judge {
 public:
  Judge(Client& client, const Shown& shown, Verdict& verdict) : client_(client), shown_(shown), verdict_(verdict) {}

  Status promise(const std::vector<std::string>& words) {
    if (words.size() == 2 && words[0] == "checkpoint") {
      DOKAZ_LET(bytes, from_base64(words[1]));
      DOKAZ_LET(note, Note::parse(bytes));
      ++verdict_.checkpoints;
      return head(note);
    }
    if (words.size() == 3 && words[0] == "logged") {
      ++verdict_.receipts;
      return receipt(words[1], words[2]);
    }
    if (words.size() == 4 && words[0] == "kept") {
      ++verdict_.kept;
      return object(words);
    }
    if (words.size() == 5 && words[0] == "stored") {
      ++verdict_.stored;
      return receipt(words[2], words[4]);
    }
    return fail(Errc::malformed, "journal");
  }

 private:
  Status head(const Note& note) {
    DOKAZ_LET(checkpoint, parse_checkpoint(note));
    const TreeHead& then = checkpoint.head;
    if (then.size >= shown_.roots.size())
      verdict_.broken = "a checkpoint of size " + std::to_string(then.size) + " was shown, the log has " +
                        std::to_string(shown_.entries.size());
    else if (shown_.roots[then.size] != then.root)
      verdict_.broken = "the log does not begin as the checkpoint of size " + std::to_string(then.size) + " said";
    return {};
  }

  Status receipt(const std::string& statement, const std::string& proof) {
    DOKAZ_LET(bytes, from_base64(statement));
    DOKAZ_LET(proof_bytes, from_base64(proof));
    DOKAZ_LET(said, read_tlog_proof(proof_bytes));
    if (said.index >= shown_.entries.size() || shown_.entries[said.index].statement != bytes) {
      ++verdict_.lost_rows;
      verdict_.broken = "the entry of a receipt for index " + std::to_string(said.index) + " is not there";
      return {};
    }
    return head(said.checkpoint);
  }

  Status object(const std::vector<std::string>& words) {
    DOKAZ_LET(id, id_from_hex<ObjectId>(words[1]));
    DOKAZ_LET(size, from_decimal(words[2]));
    Sha256Stream hash;
    std::uint64_t got = 0;
    const auto fetched = client_.fetch(id, 0, [&](ByteView bytes) {
      hash.update(bytes);
      got += bytes.size();
      return Status();
    });
    if (!fetched && fetched.code() != Errc::not_found && fetched.code() != Errc::internal) return fetched.error();
    if (!fetched)
      verdict_.broken = "a kept object of " + words[2] + " bytes is gone: " + std::string(name_of(fetched.code()));
    else if (*fetched != size || got != size || ObjectId(hash.finish().raw()) != id)
      verdict_.broken = "a kept object of " + words[2] + " bytes is damaged";
    return {};
  }

  Client& client_;
  const Shown& shown_;
  Verdict& verdict_;
};

}  // namespace

Result<Verdict> judge(const ServerAddress& address, const ServerCard& card, const std::vector<std::string>& journals) {
  const People people;
  DOKAZ_LET(client, Client::connect(address, card.pin, {people.case_id(), &people.counsel, {}}, 0));
  // Whom the roster does not name, the case root's ticket must have made a member.
  Membership members = membership_of(card);
  DOKAZ_LET(said, client.members());
  for (const AdmissionNotes& notes : said.admissions) {
    DOKAZ_LET(ticket, Note::parse(notes.ticket));
    DOKAZ_LET(admission, Note::parse(notes.admission));
    DOKAZ_LET(member, CaseRoot(people.case_id()).check_admission(ticket, admission));
    members.add(member);
  }
  DOKAZ_LET(shown, read_case(client, members, Policy::log_only(card.log)));
  Verdict verdict;
  verdict.entries = shown.entries.size();
  verdict.broken = shown.broken;
  Judge each(client, shown, verdict);
  for (const std::string& journal : journals) {
    DOKAZ_LET(promises, read_journal(journal));
    for (const auto& words : promises) {
      DOKAZ_TRY(each.promise(words));
    }
  }
  return verdict;
}

}  // namespace dokaz::fault
