// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/people.hpp"

#include <algorithm>
#include <set>

#include "casework/casefile/item.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

constexpr std::size_t longest_pseudonym = 32;

std::optional<std::uint64_t> revoked_line(const Roster& roster, const PublicKey& key) {
  const auto line = std::ranges::find_if(roster.revoked, [&](const Revoked& one) { return one.key == key; });
  return line == roster.revoked.end() ? std::nullopt : std::optional(line->since);
}

/// Every entry that is here, revoked ones too, in the order of the log.
Result<std::vector<CaseEntry>> whole_log(CaseFile& file) {
  DOKAZ_LET(all, file.entries());
  DOKAZ_LET(revoked, file.revoked_entries());
  for (CaseEntry& entry : revoked) all.push_back(std::move(entry));
  std::ranges::sort(all, {}, &CaseEntry::index);
  return all;
}

bool is_by(const CaseEntry& entry, const PublicKey& first_key, const Membership& members) {
  const Member* signer = members.find(entry.receipt.member);
  return signer != nullptr && members.first_of(signer->key) == first_key;
}

}  // namespace

Result<std::vector<Person>> people_of(CaseFile& file) {
  const Roster& roster = *file.roster();
  std::vector<Person> all;
  const auto known = [&](std::string_view pseudonym) {
    return std::ranges::any_of(all, [&](const Person& one) { return one.pseudonym == pseudonym; });
  };
  DOKAZ_LET(admitted, file.admitted());
  for (const Admitted& one : admitted) {
    DOKAZ_LET(ticket, parse_ticket(one.ticket));
    DOKAZ_LET(admission, parse_admission(one.admission));
    all.push_back({one.pseudonym, ticket.role, admission.member, ticket.ticket});
  }
  for (const Member& member : roster.members) {
    const auto came = std::ranges::find_if(all, [&](const Person& one) { return one.key == member.key; });
    if (came != all.end()) came->is_listed = true;
    else all.push_back({member.pseudonym, member.role, member.key, {}, true});
  }
  DOKAZ_LET(invited, file.invited());
  for (const Invited& one : invited)
    if (!known(one.pseudonym)) all.push_back({one.pseudonym, one.role, {}, one.ticket, false, one.until});
  for (Person& one : all) {
    if (one.key) one.key_revoked = revoked_line(roster, *one.key);
    if (one.ticket) one.ticket_closed = revoked_line(roster, *one.ticket);
    const auto made = std::ranges::find_if(invited, [&](const Invited& each) { return one.ticket == each.ticket; });
    if (made != invited.end()) one.network = made->network;
  }
  std::ranges::sort(all, {}, &Person::pseudonym);
  return all;
}

Result<Person> find_person(CaseFile& file, std::string_view pseudonym) {
  DOKAZ_LET(all, people_of(file));
  const auto found = std::ranges::find_if(all, [&](const Person& one) { return one.pseudonym == pseudonym; });
  if (found == all.end()) return fail(Errc::not_found, "nobody in the case has this pseudonym");
  return *found;
}

Result<RevocationEffect> effect_of(CaseFile& file, const PublicKey& first_key, std::uint64_t since) {
  DOKAZ_LET(members, file.membership());
  DOKAZ_LET(all, whole_log(file));
  RevocationEffect effect;
  for (const CaseEntry& entry : all) {
    if (!is_by(entry, first_key, members)) continue;
    const bool is_good = entry.index < since;
    ++(is_good ? effect.good_statements : effect.doubted_statements);
    if (is_item(entry.statement) && is_good) ++effect.good_items;
    if (is_good) continue;
    const Act act = entry.statement.fields().act;
    if (is_item(entry.statement)) effect.doubted_items.push_back(entry.statement.hash());
    if (act == Act::consent) effect.doubted_consents.push_back(entry.statement.hash());
    if (act == Act::withdraw) effect.doubted_withdrawals.push_back(entry.statement.hash());
  }
  return effect;
}

Status revoke(CaseFile& file, const Person& person, std::uint64_t since) {
  if (person.role == Role::server) return fail(Errc::bad_key, "the server's key is not a member's: make a new case");
  if (person.key && *person.key == file.member().public_key())
    return fail(Errc::bad_key, "this is the key of this very folder: hand-over and take-over replace it");
  const auto& before = person.key ? person.key_revoked : person.ticket_closed;
  if (before && *before <= since)
    return fail(Errc::already_exists, "revoked already, from place " + std::to_string(*before) + " of the log on");
  const PublicKey key = person.key ? *person.key : *person.ticket;
  const std::uint64_t from = std::min(since, person.revoked_since().value_or(since));
  return file.change_roster([&](Roster& roster) -> Status {
    std::erase_if(roster.revoked, [&](const Revoked& one) { return one.key == key; });
    roster.revoked.push_back({key, from});
    return {};
  });
}

Status list_in_roster(CaseFile& file, const Person& person) {
  if (!person.key) return fail(Errc::not_found, "they have not come yet, as far as was pulled");
  if (person.role != Role::reviewer && person.role != Role::counsel)
    return fail(Errc::bad_key, "only reviewers and counsel are listed: others are members by their ticket");
  if (person.is_listed) return fail(Errc::already_exists, "the roster lists them already");
  if (person.revoked_since()) return fail(Errc::bad_key, "they are revoked");
  return file.change_roster([&](Roster& roster) -> Status {
    roster.members.push_back({person.pseudonym, person.role, *person.key});
    return {};
  });
}

Result<DeviceHeld> held_by(CaseFile& file, const PublicKey& first_key) {
  DOKAZ_LET(members, file.membership());
  DOKAZ_LET(all, file.entries());
  std::set<std::string> answered;
  for (const CaseEntry& entry : all)
    if (entry.statement.fields().act == Act::receive && entry.answered)
      answered.insert(entry.answered->as_text().value_or(""));
  DeviceHeld held;
  for (const CaseEntry& entry : all) {
    if (!is_by(entry, first_key, members)) continue;
    const StatementFields& fields = entry.statement.fields();
    held.newest_number = fields.seq;
    held.newest_claimed = format_time(fields.time);
    if (fields.act == Act::heartbeat) held.last_heartbeat = format_time(fields.time);
    held.is_closed = fields.act == Act::close;
    if (is_item(entry.statement) && !answered.contains(hex(entry.statement.hash())))
      held.not_stored.push_back(entry.statement.hash());
  }
  return held;
}

Result<std::string> next_pseudonym(CaseFile& file, const std::string& pseudonym) {
  DOKAZ_LET(all, people_of(file));
  for (unsigned number = 2;; ++number) {
    const std::string suffix = "-" + std::to_string(number);
    const std::string name = pseudonym.substr(0, longest_pseudonym - suffix.size()) + suffix;
    if (std::ranges::none_of(all, [&](const Person& one) { return one.pseudonym == name; })) return name;
  }
}

}  // namespace dokaz
