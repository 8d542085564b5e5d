// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/format/case_text.hpp"

#include <algorithm>
#include <set>

#include "proto/format/line_reader.hpp"

namespace dokaz {
namespace {

constexpr std::string_view roster_header = "dokaz/roster/v1";
constexpr std::string_view ticket_header = "dokaz/ticket/v1";
constexpr std::string_view admission_header = "dokaz/admission/v1";

constexpr std::string_view role_names[] = {"documenter", "reviewer", "counsel", "server"};
static_assert(std::size(role_names) == static_cast<std::size_t>(Role::server) + 1);
constexpr std::string_view group_names[] = {"team", "legal"};
static_assert(std::size(group_names) == static_cast<std::size_t>(Group::legal) + 1);

std::string recipient_line(const GroupRecipient& recipient) {
  return std::string(name_of(recipient.group)) + ' ' + recipient.recipient;
}
bool line_before(const GroupRecipient& a, const GroupRecipient& b) { return recipient_line(a) < recipient_line(b); }
bool key_before(const Revoked& a, const Revoked& b) { return a.key < b.key; }
bool pseudonym_before(const Member& a, const Member& b) { return a.pseudonym < b.pseudonym; }

template <class T, class Before>
bool strictly_ascending(const std::vector<T>& list, Before before) {
  return std::adjacent_find(list.begin(), list.end(),
                            [&](const T& a, const T& b) { return !before(a, b); }) == list.end();
}

/// Exactly one line by the right name: section 7. Whether it holds is for CaseRoot.
Result<LineReader> open_note(const Note& note, std::string_view note_name, std::string_view header) {
  DOKAZ_LET(lines, LineReader::open(bytes_of(note.text()), max_note_size, header));
  if (note.signatures().size() != 1 || note.signatures()[0].name != note_name)
    return fail(Errc::malformed, "signature line");
  return lines;
}

Result<PublicKey> read_key(LineReader& lines, std::string_view key) {
  DOKAZ_LET(text, lines.value(key));
  return key_from_hex(text);
}

Result<Role> read_role(std::string_view text) {
  if (auto role = role_from_name(text)) return *role;
  return fail(Errc::malformed, "role");
}

Result<Member> read_member(LineReader& lines) {
  DOKAZ_LET(fields, lines.fields<3>("member"));
  DOKAZ_LET(role, read_role(fields[1]));
  DOKAZ_LET(key, key_from_hex(fields[2]));
  return Member{std::string(fields[0]), role, key};
}

Result<GroupRecipient> read_recipient(LineReader& lines) {
  DOKAZ_LET(fields, lines.fields<2>("recipient"));
  for (Group group : {Group::team, Group::legal})
    if (fields[0] == name_of(group)) return GroupRecipient{group, std::string(fields[1])};
  return fail(Errc::malformed, "group");
}

Result<Revoked> read_revoked(LineReader& lines) {
  DOKAZ_LET(fields, lines.fields<2>("revoked"));
  DOKAZ_LET(key, key_from_hex(fields[0]));
  DOKAZ_LET(since, from_decimal(fields[1]));
  return Revoked{key, since};
}

}  // namespace

std::string_view name_of(Role role) { return role_names[static_cast<std::size_t>(role)]; }

std::optional<Role> role_from_name(std::string_view name) {
  const auto found = std::find(std::begin(role_names), std::end(role_names), name);
  if (found == std::end(role_names)) return std::nullopt;
  return static_cast<Role>(found - std::begin(role_names));
}

std::string_view name_of(Group group) { return group_names[static_cast<std::size_t>(group)]; }

bool is_pseudonym(std::string_view text) {
  // "log" would share the log's key file in an exhibit.
  return !text.empty() && text.size() <= 32 && text != "log" && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool is_recipient_form(std::string_view text) {
  constexpr std::string_view alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  return text.size() == 62 && text.starts_with("age1") &&
         text.substr(4).find_first_not_of(alphabet) == std::string_view::npos;
}

void sort_lines(Roster& roster) {
  std::sort(roster.members.begin(), roster.members.end(), pseudonym_before);
  std::sort(roster.recipients.begin(), roster.recipients.end(), line_before);
  std::sort(roster.revoked.begin(), roster.revoked.end(), key_before);
}

Status check_rules(const Roster& roster) {
  if (roster.number == 0) return fail(Errc::malformed, "number");
  std::set<PublicKey> keys = {roster.root};  // a key has one role
  for (const Member& member : roster.members) {
    if (!is_pseudonym(member.pseudonym)) return fail(Errc::malformed, "pseudonym");
    if (!keys.insert(member.key).second) return fail(Errc::malformed, "one key twice");
  }
  if (!strictly_ascending(roster.members, pseudonym_before)) return fail(Errc::malformed, "order of members");
  for (const GroupRecipient& recipient : roster.recipients)
    if (!is_recipient_form(recipient.recipient)) return fail(Errc::malformed, "recipient");
  if (!strictly_ascending(roster.recipients, line_before)) return fail(Errc::malformed, "order of recipients");
  for (Group group : {Group::team, Group::legal})
    if (roster.recipients_of(group).empty()) return fail(Errc::malformed, "a group without recipient");
  for (const Revoked& one : roster.revoked)
    if (one.key == roster.root) return fail(Errc::malformed, "the root revoked");
  if (!strictly_ascending(roster.revoked, key_before)) return fail(Errc::malformed, "order of revoked");
  return {};
}

Status check_rules(const Ticket& ticket) {
  if (!is_pseudonym(ticket.pseudonym)) return fail(Errc::malformed, "pseudonym");
  if (ticket.role == Role::server) return fail(Errc::malformed, "role");
  if (ticket.until.day_only || !is_representable(ticket.until)) return fail(Errc::malformed, "until");
  if (ticket.ticket == ticket.root) return fail(Errc::malformed, "one key twice");
  return {};
}

Status check_rules(const Admission& admission) {
  if (admission.ticket == admission.root || admission.member == admission.root || admission.member == admission.ticket)
    return fail(Errc::malformed, "one key twice");
  return {};
}

std::string write_text(const Roster& roster) {
  std::string out(roster_header);
  out += "\nroot " + hex(roster.root) + "\nnumber " + std::to_string(roster.number) + '\n';
  for (const Member& member : roster.members)
    out.append("member " + member.pseudonym + ' ').append(name_of(member.role)).append(' ' + hex(member.key) + '\n');
  for (const GroupRecipient& recipient : roster.recipients) out += "recipient " + recipient_line(recipient) + '\n';
  for (const Revoked& one : roster.revoked) out += "revoked " + hex(one.key) + ' ' + std::to_string(one.since) + '\n';
  return out;
}

std::string write_text(const Ticket& ticket) {
  std::string out(ticket_header);
  out += "\nroot " + hex(ticket.root) + "\nticket " + hex(ticket.ticket) + "\npseudonym " + ticket.pseudonym;
  out.append("\nrole ").append(name_of(ticket.role));
  return out + "\nuntil " + format_time(ticket.until) + '\n';
}

std::string write_text(const Admission& admission) {
  std::string out(admission_header);
  return out + "\nroot " + hex(admission.root) + "\nticket " + hex(admission.ticket) + "\nmember " +
         hex(admission.member) + '\n';
}

Result<Roster> parse_roster(const Note& note) {
  DOKAZ_LET(lines, open_note(note, case_note_name, roster_header));
  DOKAZ_LET(root, read_key(lines, "root"));
  Roster out{root, 1, {}, {}};
  DOKAZ_LET(number_text, lines.value("number"));
  DOKAZ_LET(number, from_decimal(number_text));
  out.number = number;
  while (lines.next_is("member")) {
    DOKAZ_LET(member, read_member(lines));
    out.members.push_back(std::move(member));
  }
  while (lines.next_is("recipient")) {
    DOKAZ_LET(recipient, read_recipient(lines));
    out.recipients.push_back(std::move(recipient));
  }
  while (lines.next_is("revoked")) {
    DOKAZ_LET(revoked, read_revoked(lines));
    out.revoked.push_back(revoked);
  }
  DOKAZ_TRY(lines.end());
  DOKAZ_TRY(check_rules(out));
  return out;
}

Result<Ticket> parse_ticket(const Note& note) {
  DOKAZ_LET(lines, open_note(note, case_note_name, ticket_header));
  DOKAZ_LET(root, read_key(lines, "root"));
  DOKAZ_LET(ticket, read_key(lines, "ticket"));
  DOKAZ_LET(pseudonym, lines.value("pseudonym"));
  DOKAZ_LET(role_text, lines.value("role"));
  DOKAZ_LET(role, read_role(role_text));
  DOKAZ_LET(until_text, lines.value("until"));
  DOKAZ_LET(until, parse_time(until_text));
  DOKAZ_TRY(lines.end());
  Ticket out{root, ticket, std::string(pseudonym), role, until};
  DOKAZ_TRY(check_rules(out));
  return out;
}

Result<Admission> parse_admission(const Note& note) {
  DOKAZ_LET(lines, LineReader::open(bytes_of(note.text()), max_note_size, admission_header));
  const auto& signed_by = note.signatures();
  if (signed_by.size() != 2 || signed_by[0].name != ticket_note_name || signed_by[1].name != member_note_name)
    return fail(Errc::bad_signature, "not the lines of ticket and member");
  DOKAZ_LET(root, read_key(lines, "root"));
  DOKAZ_LET(ticket, read_key(lines, "ticket"));
  DOKAZ_LET(member, read_key(lines, "member"));
  DOKAZ_TRY(lines.end());
  const Admission out{root, ticket, member};
  DOKAZ_TRY(check_rules(out));
  return out;
}

}  // namespace dokaz
