// SPDX-License-Identifier: GPL-3.0-or-later
// The second answer: who may sign in this case, from the root that was given and nothing else.
#include "casework/verify/checks.hpp"
#include "proto/format/sshsig.hpp"

namespace dokaz {
namespace {

constexpr std::string_view members_folder = "data/members/";

Result<Note> need_note(Parts& parts, std::string_view path) {
  DOKAZ_LET(bytes, parts.need(path));
  return Note::parse(bytes);
}

/// The pseudonyms of which the exhibit has a ticket or an admission.
std::set<std::string> ticket_holders(const Bag& files) {
  std::set<std::string> holders;
  for (auto at = files.lower_bound(std::string(members_folder));
       at != files.end() && at->first.starts_with(members_folder); ++at) {
    const std::string_view name = std::string_view(at->first).substr(members_folder.size());
    holders.emplace(name.substr(0, name.rfind('.')));
  }
  return holders;
}

}  // namespace

Result<Authority> check_authority(Parts& parts, const CaseRoot& root, const Policy& given) {
  DOKAZ_LET(roster_note, need_note(parts, part::roster));
  DOKAZ_LET(roster, root.check_roster(roster_note));
  Authority authority{roster, Membership(roster), {}, {}};
  for (const Member& member : roster->members) authority.keys.emplace(member.pseudonym, member.key);
  std::set<PublicKey> others = {given.log()};
  for (const Witness& witness : given.witnesses()) others.insert(witness.key);
  if (!others.insert(roster->root).second) return fail(Errc::bad_key, "the root's key has a second role");
  std::set<PublicKey> tickets;

  for (const std::string& pseudonym : ticket_holders(parts.all())) {
    DOKAZ_LET(ticket, need_note(parts, part::ticket(pseudonym)));
    DOKAZ_LET(checked_ticket, root.check_ticket(ticket));
    if (!tickets.insert(checked_ticket->ticket).second) return fail(Errc::ticket_used, "one ticket admits two members");
    if (!others.insert(checked_ticket->ticket).second) return fail(Errc::bad_key, "a ticket's key has a second role");
    DOKAZ_LET(admission, need_note(parts, part::admission(pseudonym)));
    DOKAZ_LET(member, root.check_admission(ticket, admission));
    for (const Revoked& line : roster->revoked)
      if (line.key == checked_ticket->ticket) authority.closed.emplace(member->key, line.since);
    if (member->pseudonym != pseudonym) return fail(Errc::malformed, "the file is named after another member");
    for (const Member& listed : roster->members)
      if (listed.pseudonym == pseudonym || listed.key == member->key)
        return fail(Errc::malformed, "a member of the roster has a ticket too");
    if (authority.members.find(member->key) != nullptr)
      return fail(Errc::malformed, "one key for two members");
    authority.members.add(member);
    authority.keys.emplace(pseudonym, member->key);
    authority.admitted.insert(pseudonym);
  }
  for (const auto& [pseudonym, key] : authority.keys) {
    parts.at(authority.admitted.contains(pseudonym) ? part::admission(pseudonym) : std::string(part::roster));
    if (others.contains(key)) return fail(Errc::bad_key, "a member's key has a second role");
  }
  for (const PublicKey& other : others) authority.members.reserve(other);
  return authority;
}

Result<Member> check_exporter(Parts& parts, const Authority& authority) {
  // Who says to have exported: the first word of allowed_signers. The root decides whether to believe it.
  DOKAZ_LET(signers, parts.need(part::allowed_signers));
  const std::string_view text = text_of(signers);
  const auto key = authority.keys.find(std::string(text.substr(0, text.find(' '))));
  if (key == authority.keys.end()) return fail(Errc::not_a_member, "whoever exported");
  if (text != allowed_signers_text(key->first, key->second)) return Errc::malformed;
  const Member* member = authority.members.find(key->second);
  DOKAZ_CHECK(member != nullptr);
  // A ticket is spent only where somebody is online to count: a copy of it must not make exporters.
  if (authority.admitted.contains(member->pseudonym))
    return fail(Errc::not_a_member, "whoever exported is not listed in the roster");
  if (member->role != Role::counsel && member->role != Role::reviewer)
    return fail(Errc::not_a_member, "whoever exported has no role that may");
  if (authority.members.revoked_since(member->key)) return fail(Errc::key_revoked, "whoever exported");
  DOKAZ_LET(tag_manifest, parts.need(part::tag_manifest));
  DOKAZ_LET(signature, parts.need(part::signature));
  DOKAZ_TRY(verify_sshsig(signature, tag_manifest, exhibit_namespace, member->key));
  return *member;
}

}  // namespace dokaz
