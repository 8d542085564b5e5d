// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/handing_out.hpp"

#include "casework/casefile/own_chain.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

constexpr std::string_view tool = "dokaz-case " DOKAZ_VERSION;

/// Facts, as they are added.
class Facts {
 public:
  Facts() { text("tool", tool); }

  void text(std::string_view name, std::string_view value) {
    if (!value.empty()) facts_.push_back(Fact::text(name, value));
  }
  void words(std::string_view name, const std::set<std::string>& words) {
    if (auto fact = words_fact(name, words)) facts_.push_back(std::move(*fact));
  }
  void hashes(std::string_view name, const std::set<StatementHash>& hashes) {
    for (Fact& fact : hash_facts(name, hashes)) facts_.push_back(std::move(fact));
  }
  void number(std::string_view name, std::uint64_t value) { facts_.push_back(Fact::number(name, value)); }
  void pass(const GatePass& pass) {
    text("use", name_of(pass.use));
    text("necessity", pass.necessity);
    hashes("consent.relied", pass.relied);
    hashes("consent.withdrawn", pass.withdrawn);
  }

  std::vector<Fact> take() { return std::move(facts_); }

 private:
  std::vector<Fact> facts_;
};

Status check_line(const std::string& text, std::string_view option, std::size_t most = max_line) {
  if (text.empty() || is_line(text, most)) return {};
  return fail(Errc::usage, std::string(option) + " takes one line of plain text, at most " + std::to_string(most) + " bytes");
}

Result<StatementHash> state(CaseFile& file, Act act, Facts facts, std::int64_t now) {
  return OwnChain(file).state(act, facts.take(), ClaimedTime{now, false});
}

}  // namespace

Result<StatementHash> state_access(CaseFile& file, const AccessAct& act, std::int64_t now) {
  DOKAZ_TRY(check_line(act.reason, "--reason"));
  Facts facts;
  if (act.item) facts.text("about", hex(*act.item));
  facts.words("shown", act.shown);
  facts.words("shown.facts", act.shown_facts);
  facts.text("reason", act.reason);
  return state(file, Act::access, std::move(facts), now);
}

Result<StatementHash> state_export(CaseFile& file, const ExportAct& act, std::int64_t now) {
  DOKAZ_TRY(check_line(act.reason, "--reason"));
  DOKAZ_TRY(check_line(act.addressee, "--to", max_addressee));
  Facts facts;
  facts.text("export.profile", act.profile);
  facts.hashes("export.items", {act.items.begin(), act.items.end()});
  if (act.bag) facts.text("export.bag", hex(*act.bag));
  facts.words("shown", act.shown);
  facts.words("shown.facts", act.shown_facts);
  facts.text("addressee", act.addressee);
  facts.text("reason", act.reason);
  facts.pass(act.pass);
  return state(file, Act::export_, std::move(facts), now);
}

Result<StatementHash> state_disclosure(CaseFile& file, const DiscloseAct& act, std::int64_t now) {
  DOKAZ_TRY(check_line(act.reason, "--reason"));
  DOKAZ_TRY(check_line(act.addressee, "--to", max_addressee));
  Facts facts;
  facts.text("about", hex(act.item));
  facts.words("shown.facts", act.facts);
  facts.text("addressee", act.addressee);
  facts.text("reason", act.reason);
  facts.pass(act.pass);
  return state(file, Act::disclose, std::move(facts), now);
}

Result<StatementHash> state_verification(CaseFile& file, const VerifyAct& act, std::int64_t now) {
  DOKAZ_TRY(check_line(act.reason, "--reason"));
  DOKAZ_LET(head, file.trusted_head());
  Facts facts;
  facts.text("verify.outcome", act.outcome);
  facts.number("verify.items", act.items);
  facts.number("verify.failed", act.failed);
  facts.number("verify.size", head.size);
  facts.text("reason", act.reason);
  return state(file, Act::verify, std::move(facts), now);
}

}  // namespace dokaz
