// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/disclosure.hpp"

#include <algorithm>

#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

/// SubjectPublicKeyInfo of an Ed25519 key (RFC 8410) is this and the 32 bytes.
constexpr Byte ed25519_head[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

Bytes pem_of(const PublicKey& key) {
  Bytes der(std::begin(ed25519_head), std::end(ed25519_head));
  append(der, key.view());
  return to_bytes("-----BEGIN PUBLIC KEY-----\n" + base64(der) + "\n-----END PUBLIC KEY-----\n");
}

/// What the documenter wrote goes to somebody's terminal: control characters, and marks that turn the reading direction or
/// are not seen, become "?".
constexpr std::string_view harmless =
    "s/[\\x01-\\x08\\x0b-\\x1f\\x7f]/?/g; s/\\xc2[\\x80-\\x9f]/?/g; s/\\xe2\\x80[\\x8b\\x8e\\x8f\\xa8-\\xae]/?/g; s/\\xe2\\x81[\\xa0-\\xaf]/?/g";

/// One thing to check, in words, and the commands for it.
struct Step {
  std::string words;
  std::vector<std::string> commands;
};

std::vector<Step> fact_steps(const std::string& file_name, const std::string& disclosure) {
  const std::string padding((4 - disclosure.size() % 4) % 4, '=');
  return {{"What " + file_name + " says: a salt, the name of the fact, and its value. Characters that a terminal would obey are shown as ?.",
           {"printf '%s" + padding + "' \"$(cat " + file_name + ")\" | basenc --base64url -d | LC_ALL=C sed '" + std::string(harmless) + "'; echo"}},
          {"It is one of the facts that the statement commits to: the line is found, or this ends with 1.",
           {"grep -Fx \"sd $(printf %s \"$(cat " + file_name + ")\" | openssl dgst -sha256 -binary | basenc --base64url | tr -d =)\" statement"}}};
}

std::vector<Step> statement_steps() {
  return {
      {"The signer's key signed the statement.",
       {"C=$(openssl dgst -sha256 -binary statement | openssl dgst -sha256 -binary | basenc --base16 -w0)",
        "S=$(sed -n 's/^extra //p' statement.tlog-proof | basenc --base64 -d | head -c 64 | basenc --base16 -w0)",
        "K=$(openssl pkey -pubin -in signer.pem -outform der | tail -c 32 | openssl dgst -sha256 -binary | basenc --base16 -w0)",
        "{ printf 'sigsum.org/v1/tree-leaf\\0'; printf %s \"$C\" | basenc --base16 -d; } >\"$T/message\"",
        "printf %s \"$S\" | basenc --base16 -d >\"$T/signature\"",
        "openssl pkeyutl -verify -pubin -inkey signer.pem -rawin -in \"$T/message\" -sigfile \"$T/signature\""}},
      {"The log signed its checkpoint.",
       {"sed '1,/^$/d' statement.tlog-proof | sed -n 1,3p >\"$T/checkpoint\"",
        "sed '1,/^$/d' statement.tlog-proof | sed -n 5p | sed 's/.* //' | basenc --base64 -d | tail -c 64 >\"$T/signature\"",
        "openssl pkeyutl -verify -pubin -inkey log.pem -rawin -in \"$T/checkpoint\" -sigfile \"$T/signature\""}},
      {"The statement is in the log, under that checkpoint: the two lines that are printed are the same, or this ends with 1.",
       {"hash() { basenc --base16 -d | openssl dgst -sha256 -binary | basenc --base16 -w0; }",
        "R=$(printf %s \"00$C$S$K\" | hash)",
        "I=$(sed -n 's/^index //p' statement.tlog-proof) N=$(($(sed -n 2p \"$T/checkpoint\") - 1))",
        "for P in $(sed -n '4,/^$/p' statement.tlog-proof); do",
        "  P=$(printf %s \"$P\" | basenc --base64 -d | basenc --base16 -w0)",
        "  if [ $((I % 2)) = 1 ] || [ \"$I\" = \"$N\" ]; then",
        "    R=$(printf %s \"01$P$R\" | hash)",
        "    while [ $((I % 2)) = 0 ] && [ \"$I\" != 0 ]; do I=$((I / 2)) N=$((N / 2)); done",
        "  else",
        "    R=$(printf %s \"01$R$P\" | hash)",
        "  fi",
        "  I=$((I / 2)) N=$((N / 2))",
        "done",
        "printf '%s\\n' \"$R\"",
        "sed -n 3p \"$T/checkpoint\" | basenc --base64 -d | basenc --base16 -w0 | grep -Fx \"$R\""}},
  };
}

std::string readme(const std::vector<Step>& steps) {
  std::string text =
      "Single facts of one item\n"
      "========================\n\n"
      "This folder shows what was chosen of one sealed item, and nothing else of it. Each file that ends in .disclosure\n"
      "is one fact; its signer committed to it, under a random salt, in the file statement, before the log took that in.\n"
      "The other facts of the item stay closed: a line \"sd\" of the statement tells nothing of the fact behind it.\n\n"
      "What it proves: that whoever holds the key in signer.pem stated this very fact then, and that it was not changed since.\n"
      "What it does not prove: that the fact is true. A time of capture is what the device's clock said; a place is what the\n"
      "device said. Whose key signer.pem is, and that log.pem is the log's key, has to come by another way: ask the case for\n"
      "an exhibit of the item, or for its roster and its policy.\n\n"
      "How to check it, on a computer with bash, coreutils and openssl 3, with no network. In this folder, type these\n"
      "commands in their order, or let \"bash check.sh\" do the same.\n";
  int number = 0;
  for (const Step& step : steps) {
    text += "\n" + std::to_string(++number) + ". " + step.words + "\n\n";
    for (const std::string& command : step.commands) text += "    " + command + "\n";
  }
  return text + "\nA receipt in the form of the Sigsum project, with the same content, is in statement.sigsum-proof.\n";
}

std::string script(const std::vector<Step>& steps) {
  std::string text = "#!/bin/bash\n# The commands of README.txt. Ends with 0 if all of it holds.\nset -eu -o pipefail\ncd \"$(dirname \"$0\")\"\n";
  for (const Step& step : steps)
    for (const std::string& command : step.commands) text += command + "\n";
  return text;
}

Result<std::vector<Fact>> choose(const std::vector<Fact>& facts, const std::vector<std::string>& names) {
  std::vector<Fact> chosen;
  for (const std::string& name : std::set<std::string>(names.begin(), names.end())) {
    if (!is_registered_fact(name) || name == "decoy" || name == "object") return fail(Errc::usage, "there is no fact of that name");
    const std::size_t before = chosen.size();
    std::copy_if(facts.begin(), facts.end(), std::back_inserter(chosen), [&](const Fact& fact) { return fact.name() == name; });
    if (chosen.size() == before) return fail(Errc::not_found, "this item does not have that fact");
  }
  return chosen;
}

}  // namespace

Result<Disclosure> disclose_facts(CaseFile& file, std::string_view item, const DiscloseOptions& options, std::int64_t now) {
  if (options.facts.empty()) return fail(Errc::usage, "name a fact with --fact");
  if (options.addressee.empty()) return fail(Errc::usage, "say with --to who gets it");
  DOKAZ_LET(entries, file.entries());
  DOKAZ_LET(entry, find_item(entries, item));
  DOKAZ_LET(pass, pass_gate(file, {entry->statement.hash()}, options.gate, now));
  DOKAZ_LET(facts, read_item_facts(file, entry->statement));
  DOKAZ_LET(chosen, choose(facts, options.facts));
  DOKAZ_LET(members, file.membership());
  DOKAZ_LET(logged, check_receipt(entry->statement, entry->receipt, members, file.policy()));
  DOKAZ_LET(sigsum, write_sigsum_proof(entry->receipt, file.policy()));

  Disclosure out{{}, {entry->statement.hash(), {}, options.addressee, options.reason, std::move(pass)}};
  std::vector<Step> steps = {{"A place for what is made on the way; it can be deleted afterwards.", {"T=$(mktemp -d)"}}};
  std::map<std::string, int> times;
  for (const Fact& fact : chosen) {
    const int time = ++times[fact.name()];
    const std::string name = fact.name() + (time > 1 ? "." + std::to_string(time) : std::string()) + ".disclosure";
    out.act.facts.insert(fact.name());
    out.files.emplace(name, to_bytes(fact.disclosure() + "\n"));
    for (Step& step : fact_steps(name, fact.disclosure())) steps.push_back(std::move(step));
  }
  for (Step& step : statement_steps()) steps.push_back(std::move(step));
  out.files.emplace("statement", entry->statement.bytes());
  out.files.emplace("statement.tlog-proof", write_tlog_proof(entry->receipt));
  out.files.emplace("statement.sigsum-proof", std::move(sigsum));
  out.files.emplace("signer.pem", pem_of(logged.statement.member));
  out.files.emplace("log.pem", pem_of(file.policy().log()));
  out.files.emplace("README.txt", to_bytes(readme(steps)));
  out.files.emplace("check.sh", to_bytes(script(steps)));
  return out;
}

}  // namespace dokaz
