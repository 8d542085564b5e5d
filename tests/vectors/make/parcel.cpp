// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors of section 17: parcels, their answers, passes and courier files. The couriers' secrets are no secrets.
#include "proto/format/courier.hpp"
#include "proto/format/object.hpp"
#include "proto/format/parcel_answer.hpp"
#include "tests/unit/proto/case_samples.hpp"
#include "tests/vectors/make/format_vector.hpp"

namespace dokaz::format_vectors {
namespace {

using namespace dokaz::test;

const std::string small_object = "the bytes of an object";

ObjectRef ref_of(std::string_view bytes) { return {ObjectId(sha256(bytes).raw()), bytes.size()}; }

Parcel::Item item_of(std::uint64_t seq, std::vector<ObjectRef> objects) {
  StatementFields fields;
  fields.chain = chain_id(fingerprint_of(root_key().public_key()), member_key().public_key(), 0);
  fields.seq = seq;
  if (seq > 0) fields.previous = id_of<StatementHash>(0x11);
  fields.act = seq == 0 ? Act::genesis : Act::seal;
  fields.time = {1777636800, false};
  fields.objects = std::move(objects);
  fields.facts = {id_of<FactDigest>(0x22)};
  const SignedStatement made = sign_statement(Statement::make(std::move(fields)).value(), member_key());
  return {made.statement.bytes(), made.signature};
}

Parcel sample_parcel() {
  Parcel parcel{id_of<ParcelId>(0x33), fingerprint_of(root_key().public_key()), member_key().public_key(),
                recipient('r'), {}, {}, {item_of(0, {}), item_of(1, {ref_of(small_object)})}, {ref_of(small_object)}};
  parcel.admission = Parcel::Admission{sign_ticket(sample_ticket(), root_key()).value().bytes(),
                                       sign_admission(sample_admission(), ticket_key(), member_key()).bytes()};
  return parcel;
}

std::string with_zeros(std::string content) {
  content.resize(static_cast<std::size_t>(padme(content.size())));
  return content;
}

/// Lines that nobody checked, with a signature that holds.
std::string signed_again(const std::string& lines, const std::string& objects) {
  Bytes message = to_bytes(std::string_view("dokaz/v1/parcel"));
  message.push_back(0);
  append(message, sha256(lines).view());
  return with_zeros(lines + "signature " + base64(member_key().sign(message).view()) + "\n\n" + objects);
}

std::vector<Vector> parcels() {
  Maker make("parcel");
  const std::string text = to_text(write_parcel_text(sample_parcel(), member_key()).value());
  const std::string lines = text.substr(0, text.find("signature "));
  const std::string good = with_zeros(text + small_object);
  make.good("parcel", "A text, an empty line, the objects, zeros", good);
  Parcel other = sample_parcel();
  other.admission.reset();
  other.objects.clear();
  other.seen = {7, id_of<TreeHash>(0x44)};
  make.good("statements-only", "object: 0 to 8,192 lines",
            with_zeros(to_text(write_parcel_text(other, member_key()).value())));
  const std::string object = line_of(lines, "object"), statement = line_of(lines, "statement"),
                    ticket = line_of(lines, "ticket"), seen = line_of(lines, "seen"), id = line_of(lines, "id");
  const auto bad = [&](const char* name, const char* rule, const std::string& changed) {
    make.bad(name, rule, signed_again(changed, small_object));
  };
  bad("no-statement", "statement: 1 to 2,048 lines", lines.substr(0, lines.find("statement ")) + object);
  bad("ticket-alone", "ticket and admission: both or neither", edited(lines, line_of(lines, "admission"), ""));
  bad("admission-alone", "ticket and admission: both or neither", edited(lines, ticket, ""));
  bad("seen-0-with-root", "seen is 0 - or a size and a root", edited(lines, seen, "seen 0 " + base64(id_of<TreeHash>(1).view()) + "\n"));
  bad("seen-leading-zero", "Decimal numbers have no leading zero", edited(lines, seen, "seen 07 " + base64(id_of<TreeHash>(1).view()) + "\n"));
  bad("id-short", "id is 32 hex digits", edited(lines, id, id.substr(0, id.size() - 3) + "\n"));
  bad("reply-not-a-recipient", "reply is age1 and 58 letters of Bech32", edited(lines, line_of(lines, "reply"), "reply age1b\n"));
  bad("object-twice", "Objects ascend by hash", lines + object);
  bad("object-empty", "The size of an object is at least 1", edited(lines, object, object.substr(0, object.find(' ', 7)) + " 0\n"));
  bad("objects-enormous", "The sizes of all objects together are at most 2^48",
      edited(lines, object, object.substr(0, object.find(' ', 7)) + " 281474976710657\n"));
  bad("statement-without-signature", "statement has two values", edited(lines, statement, statement.substr(0, statement.rfind(' ')) + "\n"));
  make.bad("object-unnamed", "unlisted_part", "Each object is named by a statement of the parcel",
           signed_again(edited(lines, object, "object " + hex(id_of<ObjectId>(0x55)) + " 22\n"), small_object));
  make.bad("object-of-another-size", "unlisted_part", "Each object is named with this size",
           signed_again(edited(lines, object, object.substr(0, object.find(' ', 7)) + " 21\n"), small_object.substr(1)));
  make.bad("object-changed", "hash_mismatch", "A reader checks the hash of every object", with_zeros(text + "the bytes of an onject"));
  make.bad("signature-of-another", "bad_signature", "The signature is the member's",
           edited(good, hex(sample_parcel().id), std::string(32, '3').replace(0, 1, "4")));
  make.bad("cut", "The plaintext's length is that which its text demands", good.substr(0, good.size() - 1));
  make.bad("byte-more", "The plaintext's length is that which its text demands", good + std::string(1, '\0'));
  make.bad("not-padded", "Zeros up to the Padmé length", text + small_object);
  std::string dirty = good;
  dirty.back() = 'x';
  make.bad("padding-not-zero", "What is behind the objects is zero", dirty);
  make.bad("no-empty-line", "A text, an empty line", with_zeros(text.substr(0, text.size() - 1)));
  make.bad("version-2", "unsupported_version", "An unknown version of a known kind is unsupported_version",
           signed_again(edited(lines, "dokaz/parcel/v1", "dokaz/parcel/v2"), small_object));
  return make.take();
}

ParcelAnswer sample_answer() {
  const Bytes note = to_bytes(std::string_view("a checkpoint\n"));
  const Bytes proof = to_bytes(std::string_view("a proof\n"));
  return {id_of<ParcelId>(0x33),
          fingerprint_of(root_key().public_key()),
          note,
          {id_of<TreeHash>(0x44)},
          {{id_of<StatementHash>(1), {}, proof, {}},
           {id_of<StatementHash>(2), {}, proof, ParcelAnswer::Stored{note, "ZGlzY2xvc3VyZQ", proof}},
           {id_of<StatementHash>(3), Errc::broken_chain, {}, {}}},
          {{id_of<ObjectId>(4), Errc::not_found}}};
}

std::vector<Vector> answers() {
  Maker make("parcel-answer");
  const std::string good = to_text(write_parcel_answer(sample_answer()).value());
  const std::string text = good.substr(0, good.find("\n\n") + 1);
  make.good("answer", "Lines in this order", good);
  const auto bad = [&](const char* name, const char* rule, const std::string& changed) {
    make.bad(name, rule, with_zeros(changed + "\n"));
  };
  const std::string stored = line_of(text, "stored"), missing = line_of(text, "missing"), refused = line_of(text, "refused"),
                    path = line_of(text, "path");
  bad("stored-behind-refused", "stored stands behind a logged line", edited(edited(text, stored, ""), missing, stored + missing));
  bad("missing-before-outcomes", "Lines in this order", edited(edited(text, missing, ""), path, path + missing));
  bad("failure-unknown", "A failure is named as in section 15", edited(text, "broken_chain", "broken"));
  bad("missing-twice", "Objects ascend by hash", text + missing);
  bad("no-outcome", "One outcome for each statement", text.substr(0, text.find("logged ")));
  bad("disclosure-base64", "A disclosure is base64url", edited(text, "ZGlzY2xvc3VyZQ", "ZGlz+2xvc3VyZQ"));
  bad("checkpoint-missing", "Lines in this order", edited(text, line_of(text, "checkpoint"), ""));
  bad("proof-empty", "A .tlog-proof has 1 to 16,384 bytes", text + "logged " + hex(id_of<StatementHash>(9)) + " \n");
  make.bad("not-padded", "Zeros up to the Padmé length", text + "\n");
  make.bad("version-2", "unsupported_version", "An unknown version of a known kind is unsupported_version",
           with_zeros(edited(text, "answer/v1", "answer/v2") + "\n"));
  return make.take();
}

CourierPass sample_pass() {
  return {fingerprint_of(root_key().public_key()), member_key().public_key(), key_of(60).public_key(),
          id_of<ParcelHash>(0x66), 4096, {1777636800, false}};
}

std::vector<Vector> passes() {
  Maker make("courier-pass");
  const Note good = sign_pass(sample_pass(), member_key());
  const auto again = [&](const std::string& text) { return to_text(Note::sign(text, "dokaz-member", member_key()).bytes()); };
  const std::string& text = good.text();
  make.good("pass", "A note by the member", to_text(good.bytes()));
  const auto bad = [&](const char* name, const char* rule, const std::string& changed) { make.bad(name, rule, again(changed)); };
  bad("size-0", "size is at least 1", edited(text, "size 4096", "size 0"));
  bad("size-enormous", "size is at most 2^48", edited(text, "size 4096", "size 281474976710657"));
  bad("until-a-date", "until is never only a date", edited(text, line_of(text, "until"), "until 2026-05-01\n"));
  bad("courier-is-member", "A key has one role", edited(text, hex(key_of(60).public_key()), hex(member_key().public_key())));
  bad("line-missing", "Lines in this order", edited(text, line_of(text, "parcel"), ""));
  make.bad("signed-by-courier", "bad_signature", "The member signs", to_text(Note::sign(text, "dokaz-member", key_of(60)).bytes()));
  make.bad("signed-by-two", "One signature line",
           to_text(good.with_line(Note::sign(text, "dokaz-other", key_of(60)).signatures()[0]).value().bytes()));
  make.bad("version-2", "unsupported_version", "An unknown version of a known kind is unsupported_version",
           again(edited(text, "pass/v1", "pass/v2")));
  return make.take();
}

std::vector<Vector> papers_and_files() {
  Maker papers("pass-papers");
  const PassPapers sample{sign_pass(sample_pass(), member_key()), *sample_parcel().admission};
  const std::string good = to_text(write_pass_papers(sample));
  papers.good("papers", "Lines in this order", good);
  papers.bad_lines(good, "dokaz/pass-papers/v1\n");
  papers.bad("pass-not-a-note", "pass is a note", edited(good, line_of(good, "pass"), "pass AAAA\n"));

  Maker files("courier");
  const CourierFile file{{"example.org", 7443}, id_of<TlsPin>(0x77), key_of(60), Bytes(300, 0x5a)};
  const std::string text = write_courier_file(file).reveal([](ByteView bytes) { return to_text(bytes); });
  files.good("courier", "Lines in this order", text);
  const std::string pin = line_of(text, "pin");
  files.good("next-pin", "next-pin: zero or one", edited(text, pin, pin + "next-pin " + std::string(64, '8') + "\n"));
  files.bad("next-pin-the-same", "next-pin differs from pin", edited(text, pin, pin + "next-" + pin));
  files.good("network-tor-only", "network: zero or one", edited(text, pin, "network tor-only\n" + pin));
  files.bad("network-other", "network is tor-only", edited(text, pin, "network any\n" + pin));
  files.bad("network-twice", "network: zero or one", edited(text, pin, "network tor-only\nnetwork tor-only\n" + pin));
  files.bad("network-after-pin", "Lines in this order", edited(text, pin, pin + "network tor-only\n"));
  files.bad_lines(text, "dokaz/courier/v1\n");
  files.bad("pass-empty", "pass has 1 to 11,264 bytes", edited(text, line_of(text, "pass"), "pass \n"));
  files.bad("pass-too-long", "pass has 1 to 11,264 bytes", edited(text, line_of(text, "pass"), "pass " + base64(Bytes(11265, 1)) + "\n"));
  files.bad("secret-short", "secret is 64 hex digits", edited(text, line_of(text, "secret"), "secret 00\n"));
  std::vector<Vector> out = papers.take();
  for (Vector& vector : files.take()) out.push_back(std::move(vector));
  return out;
}

}  // namespace

std::vector<Vector> parcel_vectors() {
  std::vector<Vector> out = parcels();
  for (auto make : {answers, passes, papers_and_files})
    for (Vector& vector : make()) out.push_back(std::move(vector));
  return out;
}

}  // namespace dokaz::format_vectors
