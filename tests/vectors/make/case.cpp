// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors of section 7: roster, ticket, admission, all for the case root of the samples.
#include "proto/format/case_text.hpp"
#include "tests/unit/proto/case_samples.hpp"
#include "tests/vectors/make/format_vector.hpp"

namespace dokaz::format_vectors {
namespace {

using namespace dokaz::test;

struct Signer {
  std::string_view name;
  SigningKey key;
};

/// A signature line over any text, also one that a note cannot hold.
std::string signature_line(const std::string& text, std::string_view name, const SigningKey& key) {
  const auto id = note_key_id(name, NoteKeyType::ed25519, key.public_key());
  Bytes blob(id.begin(), id.end());
  append(blob, key.sign(bytes_of(text)).view());
  return "\xe2\x80\x94 " + std::string(name) + ' ' + base64(blob) + '\n';
}

/// The vectors' texts are signed anew after each change, so that the change is the only reason.
std::vector<Vector> signed_anew(std::vector<Vector> made, const std::vector<Signer>& signers) {
  for (Vector& vector : made) {
    const std::string text = to_text(vector.bytes);
    std::string note = text + '\n';
    for (const Signer& signer : signers) note += signature_line(text, signer.name, signer.key);
    vector.bytes = to_bytes(note);
  }
  return made;
}

std::vector<Signer> by_root() {
  std::vector<Signer> out;
  out.push_back({case_note_name, root_key()});
  return out;
}

/// Notes whose text is good and whose signature lines are not.
void add_bad_notes(std::vector<Vector>& made, const Vector& like, const Note& good, std::string_view name,
                   const SigningKey& key) {
  const auto add = [&](std::string vector_name, std::string expect, std::string rule, const Bytes& bytes) {
    made.push_back({like.format, std::move(vector_name), std::move(expect), std::move(rule), like.context, bytes});
  };
  const SigningKey other = key_of(90);
  Note two = good.with_line(Note::sign(good.text(), "other", other).signatures()[0]).value();
  add("two-signature-lines", "malformed", "Exactly one signature line", two.bytes());
  add("wrong-note-name", "malformed", "With the note name given here", Note::sign(good.text(), "dokaz", key).bytes());
  add("signed-by-another", "bad_signature", "Signed by the key that the text itself names",
      Note::sign(good.text(), name, other).bytes());
  NoteSignature line = good.signatures()[0];
  line.signature[10] ^= 1;
  Bytes blob(line.key_id.begin(), line.key_id.end());
  append(blob, line.signature);
  add("flipped-bit", "bad_signature", "The signature holds",
      to_bytes(good.text() + "\n\xe2\x80\x94 " + line.name + ' ' + base64(blob) + '\n'));
}

std::string fingerprint() { return hex(fingerprint_of(root_key().public_key())); }

void add_key_rules(Maker& make, const std::string& good, const std::string& key) {
  const std::string line = line_of(good, key);
  make.bad(key + "-short", "A key is 64 hex digits", edited(good, line, line.substr(0, line.size() - 3) + "\n"));
  make.bad(key + "-of-small-order", "bad_key", "A key of small order is bad_key",
           edited(good, line, key + " 01" + std::string(62, '0') + "\n"));
}

void add_revoked(Maker& make) {
  Roster roster = sample_roster();
  roster.revoked = {{key_of(43).public_key(), 7}, {key_of(44).public_key(), 0}};
  sort_lines(roster);
  const std::string good = write_text(roster), first = line_of(good, "revoked");
  make.good("revoked", "revoked zero or more, a member's first key or a ticket's", good);
  const std::string second = good.substr(good.rfind("revoked "));
  make.bad("revoked-unsorted", "revoked ascending by key", edited(edited(good, first, ""), second, second + first));
  make.bad("revoked-twice", "revoked ascending by key, no key twice", edited(good, first, first + first));
  make.bad("revoked-index-missing", "revoked <key> <index>", edited(good, first, first.substr(0, first.rfind(' ')) + "\n"));
  make.bad("revoked-before-recipient", "Lines in this order", edited(edited(good, first, ""), line_of(good, "recipient"), first + line_of(good, "recipient")));
  roster.revoked = {{roster.root, 0}};
  make.bad("revoked-root", "The root cannot be revoked", write_text(roster));
}

std::vector<Vector> roster_vectors() {
  Maker make("roster", {{"fingerprint", fingerprint()}});
  Roster sorted = sample_roster();
  sort_lines(sorted);
  const std::string good = write_text(sorted);
  make.good("three-members", "member zero or more, recipient one or more", good);
  Roster small = sample_roster();
  small.members.clear();
  small.recipients = {{Group::legal, recipient('q')}, {Group::team, recipient('q')}};
  make.good("no-members", "member zero or more", write_text(small));
  make.bad_lines(good, "dokaz/roster/v1\n");
  add_key_rules(make, good, "root");
  const std::string anna = line_of(good, "member"), clerk = "member clerk counsel " + hex(key_of(41).public_key()) + "\n";
  const std::string legal = line_of(good, "recipient"), team = "recipient team " + recipient('q') + "\n";
  make.bad("number-0", "number is decimal, from 1", edited(good, "number 1", "number 0"));
  make.bad("number-leading-zero", "Decimal numbers have no leading zero", edited(good, "number 1", "number 01"));
  make.bad("number-missing", "Lines in this order", edited(good, "number 1\n", ""));
  make.bad("members-unsorted", "member ascending by pseudonym", edited(edited(good, anna, ""), clerk, clerk + anna));
  make.bad("pseudonym-twice", "Pseudonyms are unique", edited(good, "member clerk", "member anna"));
  make.bad("key-twice", "Keys are unique", edited(good, hex(key_of(41).public_key()), hex(key_of(42).public_key())));
  make.bad("member-with-the-roots-key", "A key has one role",
           edited(good, hex(key_of(41).public_key()), hex(root_key().public_key())));
  make.bad("pseudonym-in-capitals", "Pseudonyms: 1 to 32 of a-z 0-9 -", edited(good, "member anna", "member Anna"));
  make.bad("pseudonym-too-long", "Pseudonyms: 1 to 32 of a-z 0-9 -",
           edited(good, "member anna", "member " + std::string(33, 'a')));
  make.bad("role-unknown", "Roles: documenter, reviewer, counsel, server", edited(good, " counsel ", " lawyer "));
  make.bad("member-of-small-order", "bad_key", "A key of small order is bad_key",
           edited(good, hex(key_of(41).public_key()), "01" + std::string(62, '0')));
  make.bad("recipients-unsorted", "recipient ascending", edited(edited(good, legal, ""), team, team + legal));
  make.bad("recipient-twice", "recipient ascending, so without duplicates", edited(good, legal, legal + legal));
  make.bad("group-unknown", "Groups: team, legal", edited(good, "recipient legal", "recipient audit"));
  make.bad("no-legal-recipient", "Each group has at least one recipient", edited(good, legal, ""));
  make.bad("no-recipients", "recipient one or more", good.substr(0, good.find("recipient ")));
  make.bad("recipient-of-another-kind", "recipient is age1 and 58 letters of Bech32",
           edited(good, legal, "recipient legal age2" + std::string(58, 'q') + "\n"));
  make.bad("recipient-letter", "recipient is age1 and 58 letters of Bech32",
           edited(good, legal, "recipient legal " + recipient('b') + "\n"));
  make.bad("recipient-short", "recipient is age1 and 58 letters of Bech32",
           edited(good, legal, "recipient legal age1" + std::string(57, 'q') + "\n"));
  make.bad("member-after-recipient", "Lines in this order", edited(edited(good, anna, ""), legal, legal + anna));
  add_revoked(make);
  auto made = signed_anew(make.take(), by_root());
  add_bad_notes(made, made[0], Note::sign(good, case_note_name, root_key()), case_note_name, root_key());
  Roster other = sample_roster();
  other.root = key_of(90).public_key();
  made.push_back({"roster", "wrong-root", "wrong_root", "The root is the one that was given", made[0].context,
                  sign_roster(other, key_of(90)).value().bytes()});
  return made;
}

std::vector<Vector> ticket_vectors() {
  Maker make("ticket", {{"fingerprint", fingerprint()}});
  const std::string good = write_text(sample_ticket());
  make.good("documenter", "Lines in this order", good);
  make.good("reviewer", "Role: not server", edited(good, "role documenter", "role reviewer"));
  make.bad_lines(good, "dokaz/ticket/v1\n");
  add_key_rules(make, good, "root");
  add_key_rules(make, good, "ticket");
  const std::string until = line_of(good, "until");
  make.bad("role-server", "Role: not server", edited(good, "role documenter", "role server"));
  make.bad("role-unknown", "Roles: documenter, reviewer, counsel", edited(good, "role documenter", "role guest"));
  make.bad("pseudonym-in-capitals", "Pseudonyms: 1 to 32 of a-z 0-9 -", edited(good, "pseudonym dora", "pseudonym Dora"));
  make.bad("until-a-day", "until is YYYY-MM-DDTHH:MM:SSZ", edited(good, until, "until 2026-06-01\n"));
  make.bad("until-30-february", "A real calendar date", edited(good, until, "until 2027-02-30T00:00:00Z\n"));
  make.bad("wrong-order", "Lines in this order", edited(edited(good, "role documenter\n", ""), until, until + "role documenter\n"));
  make.bad("ticket-of-the-roots-key", "A key has one role",
           edited(good, hex(ticket_key().public_key()), hex(root_key().public_key())));
  auto made = signed_anew(make.take(), by_root());
  add_bad_notes(made, made[0], Note::sign(good, case_note_name, root_key()), case_note_name, root_key());
  Ticket other = sample_ticket();
  other.root = key_of(90).public_key();
  made.push_back({"ticket", "wrong-root", "wrong_root", "The root is the one that was given", made[0].context,
                  sign_ticket(other, key_of(90)).value().bytes()});
  return made;
}

/// Admissions whose text is good and whose signature lines are not those of ticket and member.
void add_bad_admissions(std::vector<Vector>& made, const std::string& good) {
  const auto context = made[0].context;
  const auto add = [&](std::string name, std::string rule, const std::string& lines) {
    made.push_back({"admission", std::move(name), "bad_signature", std::move(rule), context,
                    to_bytes(good + '\n' + lines)});
  };
  const std::string by_ticket = signature_line(good, ticket_note_name, ticket_key());
  const std::string by_member = signature_line(good, member_note_name, member_key());
  add("without-the-members-line", "Exactly two signature lines", by_ticket);
  add("without-the-tickets-line", "Exactly two signature lines", by_member);
  add("members-line-first", "The ticket's line, then the member's", by_member + by_ticket);
  add("three-signature-lines", "Exactly two signature lines",
      by_ticket + by_member + signature_line(good, "other", key_of(90)));
  add("tickets-line-by-another", "dokaz-ticket is signed by the ticket key",
      signature_line(good, ticket_note_name, key_of(90)) + by_member);
  add("members-line-by-another", "dokaz-member is signed by the member key",
      by_ticket + signature_line(good, member_note_name, key_of(90)));
  add("members-line-by-the-ticket", "Who holds a ticket cannot admit somebody else's key",
      by_ticket + signature_line(good, member_note_name, ticket_key()));
  add("wrong-note-names", "With the note names given here",
      signature_line(good, case_note_name, ticket_key()) + signature_line(good, case_note_name, member_key()));
  const std::string other_text = edited(good, hex(member_key().public_key()), hex(key_of(90).public_key()));
  add("members-line-over-another-text", "Both over the same text",
      by_ticket + signature_line(other_text, member_note_name, member_key()));
}

std::vector<Vector> admission_vectors() {
  const Note ticket = sign_ticket(sample_ticket(), root_key()).value();
  Maker make("admission", {{"fingerprint", fingerprint()}, {"ticket", base64(ticket.bytes())}});
  const std::string good = write_text(sample_admission());
  make.good("member", "Ticket and admission together make a member", good);
  make.bad_lines(good, "dokaz/admission/v1\n");
  for (const char* key : {"root", "ticket", "member"}) add_key_rules(make, good, key);
  make.bad("wrong-order", "Lines in this order", edited(edited(good, line_of(good, "root"), ""), line_of(good, "ticket"),
                                                        line_of(good, "ticket") + line_of(good, "root")));
  make.bad("member-with-the-tickets-key", "A key has one role",
           edited(good, hex(member_key().public_key()), hex(ticket_key().public_key())));
  make.bad("another-root", "wrong_root", "Admission and ticket name one root",
           edited(good, hex(root_key().public_key()), hex(key_of(90).public_key())));
  make.bad("another-ticket", "bad_signature", "Signed by the ticket key",
           edited(good, hex(ticket_key().public_key()), hex(key_of(91).public_key())));
  std::vector<Signer> both;
  both.push_back({ticket_note_name, ticket_key()});
  both.push_back({member_note_name, member_key()});
  auto made = signed_anew(make.take(), both);
  add_bad_admissions(made, good);
  return made;
}

}  // namespace

std::vector<Vector> case_vectors() {
  std::vector<Vector> out;
  for (auto make : {roster_vectors, ticket_vectors, admission_vectors})
    for (Vector& vector : make()) out.push_back(std::move(vector));
  return out;
}

}  // namespace dokaz::format_vectors
