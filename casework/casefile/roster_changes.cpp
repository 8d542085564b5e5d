// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/roster_changes.hpp"

#include <algorithm>
#include <map>

#include "casework/casefile/people.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

bool same(const Member& a, const Member& b) { return a.pseudonym == b.pseudonym && a.role == b.role && a.key == b.key; }
bool same(const GroupRecipient& a, const GroupRecipient& b) { return a.group == b.group && a.recipient == b.recipient; }
bool same(const Revoked& a, const Revoked& b) { return a.key == b.key && a.since == b.since; }

/// Those of `these` that are not among `others`.
template <class T>
std::vector<T> without(const std::vector<T>& these, const std::vector<T>& others) {
  std::vector<T> left;
  for (const T& one : these)
    if (std::ranges::none_of(others, [&](const T& other) { return same(one, other); })) left.push_back(one);
  return left;
}

std::string line_of(const Member& member) { return member.pseudonym + ", " + std::string(name_of(member.role)); }

}  // namespace

bool RosterChanges::any() const {
  return !listed.empty() || !unlisted.empty() || !recipients.empty() || !recipients_gone.empty() || !revoked.empty() ||
         !let_in_again.empty();
}

RosterChanges changes_between(const Roster& before, const Roster& after) {
  return {before.number,
          after.number,
          without(after.members, before.members),
          without(before.members, after.members),
          without(after.recipients, before.recipients),
          without(before.recipients, after.recipients),
          without(after.revoked, before.revoked),
          without(before.revoked, after.revoked)};
}

namespace {

/// The lower place counts: nothing of what either revokes is let in again.
void add_revoked(Roster& roster, const Revoked& line) {
  const auto known = std::ranges::find_if(roster.revoked, [&](const Revoked& one) { return one.key == line.key; });
  if (known == roster.revoked.end()) roster.revoked.push_back(line);
  else known->since = std::min(known->since, line.since);
}

/// Of a folder that was taken over: its member, whom the counsel before did not list.
Status add_successor(const CaseFile& file, const Roster& ours, Roster& roster) {
  const PublicKey self = file.member().public_key();
  for (const Member& one : ours.members) {
    if (one.key != self) continue;
    for (const Member& other : roster.members)
      if (other.pseudonym == one.pseudonym && other.key != self)
        return fail(Errc::already_exists, "the roster on the server has somebody else of your pseudonym");
    std::erase_if(roster.members, [&](const Member& other) { return other.key == self; });
    roster.members.push_back(one);
  }
  return {};
}

}  // namespace

Status take_roster(CaseFile& file, const Note& theirs) {
  DOKAZ_LET(named, parse_roster(theirs));
  const Roster ours = *file.roster();
  const bool drops = !changes_between(ours, named).let_in_again.empty(), is_new = file.former() != nullptr;
  if (file.root() == nullptr && is_new)
    return fail(Errc::not_found, "the case root is not in this folder: --officer-file, twice, puts you on the server's roster");
  if (file.root() == nullptr || (!drops && !is_new)) return file.adopt_roster(theirs);
  return file.follow_roster(theirs, [&](Roster& roster) -> Status {
    for (const Revoked& line : ours.revoked) add_revoked(roster, line);
    return is_new ? add_successor(file, ours, roster) : Status();
  });
}

Result<std::string> text_of(CaseFile& file, const RosterChanges& changes) {
  std::map<PublicKey, std::string> names;
  DOKAZ_LET(people, people_of(file));
  for (const Person& one : people) {
    if (one.ticket) names.emplace(*one.ticket, "the invitation of " + one.pseudonym);
    if (one.key) names.insert_or_assign(*one.key, one.pseudonym);
  }
  const auto name = [&](const PublicKey& key) {
    const auto found = names.find(key);
    return found == names.end() ? "the key " + hex(key.hash()).substr(0, 8) : found->second;
  };
  std::string text = "Roster " + std::to_string(changes.after) + " took the place of roster " + std::to_string(changes.before) + ".\n";
  if (!changes.any()) return text + "  Nothing else is new in it.\n";
  for (const GroupRecipient& one : changes.recipients)
    text += "  RECIPIENT: what is sealed for the group " + std::string(name_of(one.group)) + " is for " + one.recipient + ", too\n";
  for (const GroupRecipient& one : changes.recipients_gone)
    text += "  no longer a recipient of the group " + std::string(name_of(one.group)) + ": " + one.recipient + "\n";
  for (const Member& one : changes.listed) text += "  listed: " + line_of(one) + "\n";
  for (const Member& one : changes.unlisted) text += "  no longer listed so: " + line_of(one) + "\n";
  for (const Revoked& one : changes.revoked)
    text += "  revoked: " + name(one.key) + ", from place " + std::to_string(one.since) + " of the log on\n";
  for (const Revoked& one : changes.let_in_again)
    text += "  NO LONGER revoked from place " + std::to_string(one.since) + " of the log on: " + name(one.key) + "\n";
  return text;
}

}  // namespace dokaz
