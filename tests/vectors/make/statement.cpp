// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors of section 3 and of the signature of section 9.
#include "proto/format/fact.hpp"
#include "tests/unit/proto/case_samples.hpp"
#include "tests/vectors/make/format_vector.hpp"

namespace dokaz::format_vectors {
namespace {

using namespace dokaz::test;

FactDigest digest_of(Byte salt, std::string_view name, std::string_view value) {
  const std::string json =
      "[\"" + base64url(Bytes(16, salt)) + "\",\"" + std::string(name) + "\"," + std::string(value) + "]";
  return Fact::parse(base64url(bytes_of(json))).value().digest();
}

Statement genesis() {
  StatementFields fields;
  fields.chain = chain_of(member_key());
  fields.time = {1777629600, false};
  fields.facts = {digest_of(1, "pseudonym", "\"dora\"")};
  return Statement::make(fields).value();
}

Statement seal() {
  StatementFields fields = genesis().fields();
  fields.seq = 1;
  fields.previous = genesis().hash();
  fields.act = Act::seal;
  fields.time = {1777630320, false};
  fields.objects = {{ObjectId(sha256("a team object").raw()), 33072}, {ObjectId(sha256("a legal object").raw()), 2304}};
  fields.facts = {digest_of(2, "image.width", "4032"), digest_of(3, "capture.time", "\"2026:05:01 12:11:07\""),
                  digest_of(4, "decoy", "\"-\"")};
  return Statement::make(fields).value();
}

std::vector<std::pair<std::string, std::string>> signed_by(const Statement& statement, const SigningKey& key) {
  const SignedStatement made = sign_statement(statement, key);
  Bytes leaf(1, 0);
  append(leaf, sha256(statement.hash().view()).view());
  append(leaf, made.signature.view());
  append(leaf, made.member.hash().view());
  return {{"hash", hex(statement.hash())},
          {"case", hex(fingerprint_of(root_key().public_key()))},
          {"member", hex(made.member)},
          {"signature", hex(made.signature)},
          {"leaf-hash", hex(sha256(leaf))}};
}

void add_good(Maker& make) {
  make.good("genesis", "act is genesis if and only if seq is 0", genesis_text(), signed_by(genesis(), member_key()));
  make.good("seal", "Lines in this order", seal_text(), signed_by(seal(), member_key()));
  StatementFields fields = seal().fields();
  fields.time.day_only = true;
  make.good("time-of-day-left-out", "YYYY-MM-DD where the case coarsens it",
            text_of(Statement::make(fields).value().bytes()));
  fields = seal().fields();
  fields.seen = {18446744073709551615u, id_of<TreeHash>(0x66)};
  make.good("seen-largest", "Decimal numbers are less than 2^64", text_of(Statement::make(fields).value().bytes()));
  fields = seal().fields();
  fields.objects.clear();
  for (Byte i = 1; i <= max_statement_objects; ++i) fields.objects.push_back({id_of<ObjectId>(i), i});
  fields.facts.resize(1);
  const std::string many_objects = to_text(Statement::make(fields).value().bytes());
  make.good("many-obj", "zero to 128", many_objects);
  const std::string one_more = "obj " + hex(id_of<ObjectId>(max_statement_objects + 1)) + " 1\n";
  make.bad("too-many-obj", "zero to 128", edited(many_objects, "sd ", one_more + "sd "));

  fields.objects.clear();
  fields.facts.clear();
  for (Byte i = 1; i != 255; ++i) fields.facts.push_back(id_of<FactDigest>(i));
  make.good("many-sd", "sd ascending in ASCII order, which is not the order of the bytes",
            text_of(Statement::make(fields).value().bytes()));
}

/// Statements that are good, but for the chain that they name.
void add_chains(std::vector<Vector>& made) {
  const auto add = [&](std::string name, std::string expect, std::string rule, const ChainId& chain) {
    StatementFields fields = genesis().fields();
    fields.chain = chain;
    const Statement statement = Statement::make(fields).value();
    made.push_back({"statement", std::move(name), std::move(expect), std::move(rule), signed_by(statement, member_key()),
                    statement.bytes()});
  };
  add("chain-63", "success", "n counts the member's chains, up to 63", chain_of(member_key(), max_member_chains - 1));
  add("chain-64", "broken_chain", "n counts the member's chains, up to 63", chain_of(member_key(), max_member_chains));
  add("chain-of-another-member", "broken_chain", "The chain id names case and member", chain_of(key_of(42)));
  add("chain-of-another-case", "broken_chain", "The chain id names case and member",
      chain_id(fingerprint_of(key_of(90).public_key()), member_key().public_key(), 0));
  add("chain-of-random-bytes", "broken_chain", "The chain id names case and member", id_of<ChainId>(0x11));
}

void add_bad_fields(Maker& make, const std::string& good) {
  const std::string chain = line_of(good, "chain"), prev = line_of(good, "prev"), seen = line_of(good, "seen"),
                    time = line_of(good, "time");
  make.bad("unknown-key", "A known key in each line", edited(good, "\nact ", "\ndeed "));
  make.bad("key-in-capitals", "A known key in each line", edited(good, "\nact ", "\nAct "));
  make.bad("wrong-order", "Lines in this order", edited(edited(good, time, ""), seen, seen + time));
  make.bad("line-missing", "Lines in this order", edited(good, seen, ""));
  make.bad("line-twice", "Lines in this order", edited(good, seen, seen + seen));
  make.bad("two-spaces", "Fields are separated by exactly one space", edited(good, "act seal", "act  seal"));
  make.bad("tab", "Text format: bytes 0x20 to 0x7E and LF only", edited(good, "act seal", "act\tseal"));
  make.bad("nul", "Text format: bytes 0x20 to 0x7E and LF only",
           edited(good, "act seal", std::string_view("act seal\0", 9)));
  make.bad("non-ascii", "Text format: bytes 0x20 to 0x7E and LF only", edited(good, "act seal", "act s\xc3\xa9" "al"));
  make.bad("chain-short", "chain is 16 bytes in hex", edited(good, chain, "chain " + chain.substr(8)));
  std::string capitals = chain.substr(6);
  for (char& c : capitals)
    if (c >= 'a') c = static_cast<char>(c - 'a' + 'A');
  make.bad("hex-in-capitals", "Hexadecimal is lower case", edited(good, chain, "chain " + capitals));
  make.bad("seq-leading-zero", "Decimal numbers have no sign and no leading zero", edited(good, "seq 1", "seq 01"));
  make.bad("seq-plus", "Decimal numbers have no sign and no leading zero", edited(good, "seq 1", "seq +1"));
  make.bad("seq-minus", "Decimal numbers have no sign and no leading zero", edited(good, "seq 1", "seq -1"));
  make.bad("seq-hexadecimal", "seq is decimal", edited(good, "seq 1", "seq 0x1"));
  make.bad("seq-too-large", "Decimal numbers are less than 2^64", edited(good, "seq 1", "seq 18446744073709551616"));
  make.bad("seq-empty", "seq is decimal", edited(good, "seq 1", "seq "));
  make.bad("seq-0-with-prev", "prev is 64 zeros if and only if seq is 0",
           edited(edited(good, "seq 1", "seq 0"), "act seal", "act genesis"));
  make.bad("seq-1-without-prev", "prev is 64 zeros if and only if seq is 0",
           edited(good, prev, "prev " + std::string(64, '0') + "\n"));
  make.bad("genesis-later", "genesis if and only if seq is 0", edited(good, "act seal", "act genesis"));
  make.bad("first-not-genesis", "genesis if and only if seq is 0", edited(genesis_text(), "act genesis", "act seal"));
  make.bad("act-unknown", "act is one word of the list", edited(good, "act seal", "act forget"));
  make.bad("act-in-capitals", "act is one word of the list", edited(good, "act seal", "act Seal"));
  make.bad("act-with-underscore", "act is one word of the list", edited(good, "act seal", "act transfer_out"));
}

void add_bad_values(Maker& make, const std::string& good) {
  const std::string time = line_of(good, "time"), first_sd = line_of(good, "sd"), first_obj = line_of(good, "obj");
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"time-30-february", "2026-02-30T10:12:00Z"},
           {"time-not-a-leap-year", "2026-02-29"},
           {"time-month-13", "2026-13-01"},
           {"time-hour-24", "2026-05-01T24:00:00Z"},
           {"time-second-60", "2026-05-01T23:59:60Z"},
           {"time-before-1970", "1969-12-31T23:59:59Z"}})
    make.bad(name, "A real calendar date of the years 1970 to 9999, and there is no second 60",
             edited(good, time, "time " + value + "\n"));
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"time-with-zone", "2026-05-01T10:12:00+00:00"},
           {"time-with-fraction", "2026-05-01T10:12:00.0Z"},
           {"time-without-z", "2026-05-01T10:12:00"},
           {"time-without-seconds", "2026-05-01T10:12Z"}})
    make.bad(name, "time is YYYY-MM-DDTHH:MM:SSZ or YYYY-MM-DD", edited(good, time, "time " + value + "\n"));
  const std::string root = base64(id_of<TreeHash>(0x66).view());
  make.bad("seen-0-with-root", "seen is <size> <base64 root>, or 0 -", edited(good, "seen 0 -", "seen 0 " + root));
  make.bad("seen-without-root", "seen is <size> <base64 root>, or 0 -", edited(good, "seen 0 -", "seen 3 -"));
  make.bad("seen-without-padding", "Base64 is with padding",
           edited(good, "seen 0 -", "seen 3 " + root.substr(0, root.size() - 1)));
  make.bad("seen-unused-bits", "Unused bits of base64 are zero",
           edited(good, "seen 0 -", "seen 3 " + root.substr(0, root.size() - 2) + "n="));
  make.bad("seen-third-field", "seen is <size> <base64 root>, or 0 -", edited(good, "seen 0 -", "seen 0 - -"));
  make.bad("obj-size-0", "obj size is at least 1", edited(good, " 33072\n", " 0\n"));
  make.bad("obj-size-leading-zero", "Decimal numbers have no sign and no leading zero", edited(good, " 33072\n", " 033072\n"));
  make.bad("obj-without-size", "obj is <H(object)> <size>", edited(good, " 33072\n", "\n"));
  make.bad("obj-unsorted", "obj ascending by hash", edited(edited(good, first_obj, ""), "\nsd " + first_sd.substr(3),
                                                           "\n" + first_obj + first_sd));
  make.bad("obj-twice", "obj without duplicates", edited(good, first_obj, first_obj + first_obj));
  make.bad("obj-after-sd", "Lines in this order", edited(edited(good, first_obj, ""), first_sd, first_sd + first_obj));
  std::string no_sd = good;
  no_sd.erase(no_sd.find("sd "));
  make.bad("no-sd", "sd one or more", no_sd);
  make.bad("sd-unsorted", "sd ascending in ASCII order", edited(good, first_sd, "") + first_sd);
  make.bad("sd-twice", "sd without duplicates", edited(good, first_sd, first_sd + first_sd));
  make.bad("sd-short", "sd is base64url of 32 bytes", edited(good, first_sd, "sd " + base64url(Bytes(31)) + "\n"));
  make.bad("sd-padded", "Base64url is without padding",
           edited(good, first_sd, first_sd.substr(0, first_sd.size() - 1) + "=\n"));
  make.bad("sd-unused-bits", "Unused bits of base64url are zero", edited(good, first_sd, "sd -" + std::string(41, '-') + "_\n"));
  make.bad("sd-base64", "Base64url, not base64", edited(good, first_sd, "sd +" + std::string(41, 'A') + "A\n"));
}

void add_long(Maker& make) {
  StatementFields fields = seal().fields();
  fields.facts.clear();
  std::size_t count = 0;
  for (; Statement::make([&] {
           fields.facts.push_back(FactDigest(sha256(std::to_string(count)).raw()));
           return fields;
         }());
       ++count) {
  }
  // The last one was too many: the text is what Statement::make would have written.
  const FactDigest last = fields.facts.back();
  fields.facts.pop_back();
  const std::string longest = to_text(Statement::make(fields).value().bytes());
  make.good("longest", "At most 16,384 bytes", longest);
  std::string too_long = longest.substr(0, longest.find("sd "));
  fields.facts.push_back(last);
  std::vector<std::string> lines;
  for (const FactDigest& digest : fields.facts) lines.push_back("sd " + base64url(digest.view()) + "\n");
  std::sort(lines.begin(), lines.end());
  for (const std::string& line : lines) too_long += line;
  make.bad("too-long", "At most 16,384 bytes", too_long);
}

void add_bad_signatures(std::vector<Vector>& made) {
  const auto add = [&](std::string name, std::string rule, const SigningKey& member, const Signature& signature) {
    made.push_back({"statement", std::move(name), "bad_signature", std::move(rule),
                    {{"member", hex(member.public_key())}, {"signature", hex(signature)}}, to_bytes(seal_text())});
  };
  const SignedStatement good = sign_statement(seal(), member_key());
  Signature flipped = good.signature;
  flipped.raw()[40] ^= 1;
  add("signature-flipped-bit", "S verifies over C", member_key(), flipped);
  add("signature-by-another-key", "S verifies over C", member_key(), sign_statement(seal(), root_key()).signature);
  add("signature-of-another-statement", "S verifies over C", member_key(), sign_statement(genesis(), member_key()).signature);
  add("signature-of-the-bytes", "A statement is signed as a leaf, under the label of its purpose", member_key(),
      member_key().sign(seal().bytes()));
  Bytes message = to_bytes("sigsum.org/v1/tree-leaf");
  message.push_back(0);
  append(message, seal().hash().view());
  add("signature-of-m", "The leaf holds C = H(M), not M", member_key(), member_key().sign(message));
}

}  // namespace

std::string genesis_text() { return to_text(genesis().bytes()); }
std::string seal_text() { return to_text(seal().bytes()); }

std::vector<Vector> statement_vectors() {
  Maker make("statement");
  add_good(make);
  make.bad_lines(seal_text(), "custody/v1\n");
  add_bad_fields(make, seal_text());
  add_bad_values(make, seal_text());
  add_long(make);
  std::vector<Vector> rotations;
  add_rotations(make, rotations);
  auto made = make.take();
  for (Vector& one : rotations) made.push_back(std::move(one));
  add_chains(made);
  add_bad_signatures(made);
  return made;
}

}  // namespace dokaz::format_vectors
