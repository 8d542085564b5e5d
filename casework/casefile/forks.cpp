// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/forks.hpp"

#include <algorithm>
#include <map>

#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

ForkedStatement describe(const Statement& statement, const Member* signer) {
  const StatementFields& fields = statement.fields();
  return {statement.hash(), fields.seq, signer ? signer->pseudonym : std::string(), std::string(name_of(fields.act)),
          format_time(fields.time)};
}

std::string line_of(const char* what, const ForkedStatement& one) {
  return std::string(what) + "  " + hex(one.hash).substr(0, 8) + "  statement " + std::to_string(one.seq) + "  " +
         one.act + "  " + one.signer + "  " + one.claimed + " (claimed)";
}

}  // namespace

Result<std::vector<ForkPlace>> forks_in(const std::vector<CaseEntry>& entries) {
  std::vector<ForkPlace> out;
  for (const CaseEntry& entry : entries) {
    if (entry.statement.fields().act != Act::fork_found) continue;
    if (!entry.answered || entry.answered->name() != "fork") return fail(Errc::malformed, "a fork-found without its fork");
    DOKAZ_LET(place, read_fork(entry.answered->value_json()));
    out.push_back(place);
  }
  return out;
}

Result<std::vector<Verified<SignedStatement>>> check_second_statements(const ForkPlace& place, ByteView bytes,
                                                                       const Membership& members) {
  DOKAZ_LET(read, read_second_statements(bytes));
  const StatementFields& first = read.front().statement.fields();
  if (read.front().statement.hash() != place.other) return Errc::hash_mismatch;
  if (first.chain != place.chain || first.seq != place.seq) return fail(Errc::malformed, "a statement of another place");
  std::map<StatementHash, PublicKey> next;  // who signs behind each statement of the branch
  std::vector<Verified<SignedStatement>> out;
  for (SignedStatement& each : read) {
    const auto before = next.find(each.statement.fields().previous);
    auto checked = before == next.end() ? members.check(std::move(each))
                                        : members.check_by(std::move(each), before->second, members.first_of(out.front()->member));
    // It follows something that is not in this file: another fork's file has it, behind what it follows.
    const bool unexplained = !checked && before == next.end() && !out.empty() &&
                             (checked.code() == Errc::not_a_member || checked.code() == Errc::wrong_epoch);
    if (unexplained) continue;
    if (!checked) return std::move(checked).error();
    next.insert_or_assign((*checked)->statement.hash(), next_signer(**checked));
    out.push_back(std::move(*checked));
  }
  return out;
}

Result<std::vector<Fork>> forks_of(CaseFile& file, const std::vector<CaseEntry>& entries, const Membership& members) {
  DOKAZ_LET(places, forks_in(entries));
  std::vector<Fork> out;
  for (const ForkPlace& place : places) {
    Fork fork{place, {}, {}};
    const auto logged = std::ranges::find_if(
        entries, [&](const CaseEntry& entry) { return entry.statement.hash() == place.logged; });
    if (logged != entries.end()) {
      const StatementFields& fields = logged->statement.fields();
      if (fields.chain != place.chain || fields.seq != place.seq)
        return fail(Errc::malformed, "a fork-found that names another place");
      fork.logged = describe(logged->statement, members.find(logged->receipt.member));
    }
    DOKAZ_LET(bytes, file.fork(place.other));
    if (!bytes.empty()) {
      // Whose key signs was judged by what was known when it was pulled; where that has changed the fork alone is shown.
      const auto checked = check_second_statements(place, bytes, members);
      if (!checked && checked.code() != Errc::wrong_epoch && checked.code() != Errc::not_a_member) return checked.error();
      const auto others = checked ? *checked : std::vector<Verified<SignedStatement>>();
      // Of the whole branch, whatever key it goes on with.
      const Member* signer = others.empty() ? nullptr : members.find(others.front()->member);
      for (const auto& each : others) fork.others.push_back(describe(each->statement, signer));
    }
    out.push_back(std::move(fork));
  }
  return out;
}

std::vector<std::string> lines_of(const Fork& fork) {
  std::vector<std::string> lines = {"chain " + hex(fork.place.chain).substr(0, 8) + ", statement " + std::to_string(fork.place.seq) +
                    ": two statements claim this place. A device was restored from a copy, or somebody else has its key"};
  if (fork.logged) lines.push_back(line_of("in the log ", *fork.logged));
  if (fork.others.empty()) lines.push_back("the other   " + hex(fork.place.other).substr(0, 8) + "  was not pulled");
  const char* what = "the other  ";
  for (const ForkedStatement& each : fork.others) lines.push_back(line_of(std::exchange(what, "after it   "), each));
  return lines;
}

}  // namespace dokaz
