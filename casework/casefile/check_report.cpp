// SPDX-License-Identifier: GPL-3.0-or-later
// What the check of a case comes to: outcome, exit code, limits; and its answers for machines.
#include <algorithm>
#include <set>

#include "casework/casefile/check.hpp"
#include "casework/verify/report_json.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

using namespace report_json;

Errc code_of(ChainFinding::Kind kind) {
  switch (kind) {
    case ChainFinding::Kind::fork: return Errc::forked_chain;
    case ChainFinding::Kind::gap: return Errc::missing_part;
    case ChainFinding::Kind::after_close: return Errc::chain_closed;
    case ChainFinding::Kind::act_unread: return Errc::bad_disclosure;
    case ChainFinding::Kind::wrong_epoch: return Errc::wrong_epoch;
    case ChainFinding::Kind::other_history: return Errc::bad_consistency;
    case ChainFinding::Kind::broken: break;
  }
  return Errc::broken_chain;
}

Json json_of(const CheckedChain& chain, bool is_whole) {
  Json out = {{"id", hex(chain.chain)}, {"signer", chain.signer}, {"statements", chain.statements}, {"last", chain.last},
              {"items", chain.items}, {"closed", chain.closed}, {"complete", is_whole}};
  out["missing"] = Json::array();
  for (const CheckedChain::Missing& one : chain.missing)
    out["missing"].push_back({{"first", one.first}, {"last", one.last}, {"reason", one.reason}});
  return out;
}

Json json_of(const KeyChange& change) {
  return {{"chain", hex(change.chain)},   {"seq", change.seq},       {"index", change.index},
          {"epoch", change.epoch},        {"signer", change.signer}, {"claimed_time", change.claimed},
          {"key_fingerprint", change.key}};
}

Json json_of(const RevokedStatement& one) {
  return {{"index", one.index}, {"seq", one.seq},              {"signer", one.signer},
          {"act", one.act},     {"claimed_time", one.claimed}, {"revoked_since", one.since}};
}

Json json_of(const ForkedStatement& one) {
  return {{"statement", hex(one.hash)}, {"seq", one.seq}, {"signer", one.signer}, {"act", one.act}, {"claimed_time", one.claimed}};
}

Json json_of(const Fork& fork) {
  Json out = {{"chain", hex(fork.place.chain)}, {"seq", fork.place.seq}, {"logged", nullptr}, {"others", Json::array()}};
  if (fork.logged) out["logged"] = json_of(*fork.logged);
  for (const ForkedStatement& each : fork.others) out["others"].push_back(json_of(each));
  return out;
}

/// Of an item: no fact of it, and nothing that only a bag has.
Json json_of(const Report& item, bool chain_is_whole) {
  Json out = {{"item", item.item},
              {"index", item.log->index},
              {"outcome", name_of(item.outcome())},
              {"state", item.chain->stored_by.empty() ? "logged" : "stored"},
              {"not_cleaned", nullptr},
              {"limits", item.limits}};
  if (item.failure) out["failure"] = report_json::json_of(*item.failure);
  add_answers(out, item);
  if (item.bytes) {
    if (!item.bytes->not_cleaned.empty()) out["not_cleaned"] = item.bytes->not_cleaned;
    for (const char* of_bag : {"files", "facts", "facts_not_shown", "not_cleaned", "known_script", "known_page"}) out["bytes"].erase(of_bag);
  }
  for (const char* of_bag : {"exporter", "exporter_fingerprint", "roster"}) out["signed"].erase(of_bag);
  out["chain"]["complete"] = chain_is_whole;
  return out;
}

template <class Any>
Json list_of(const std::vector<Any>& all) {
  auto out = Json::array();
  for (const Any& one : all) out.push_back(json_of(one));
  return out;
}

}  // namespace

std::vector<std::pair<std::string, std::vector<std::size_t>>> CaseReport::limits() const {
  std::vector<std::pair<std::string, std::vector<std::size_t>>> out;
  for (std::size_t i = 0; i < items.size(); ++i)
    for (const std::string& limit : items[i].limits) {
      auto known = std::ranges::find(out, limit, [](const auto& one) { return one.first; });
      if (known == out.end()) known = out.insert(out.end(), {limit, {}});
      known->second.push_back(i);
    }
  return out;
}

std::set<ChainId> CaseReport::broken_chains() const {
  std::set<ChainId> out;
  for (const ChainFinding& one : findings)
    if (one.kind != ChainFinding::Kind::act_unread) out.insert(one.chain);
  return out;
}

std::size_t CaseReport::count(Outcome outcome) const {
  return static_cast<std::size_t>(std::ranges::count(items, outcome, [](const Report& item) { return item.outcome(); }));
}

Outcome CaseReport::outcome() const {
  if (!findings.empty()) return Outcome::failed;
  Outcome worst = forks.empty() && revoked.empty() && acts_missing == 0 && root_given && policy_given ? Outcome::verified : Outcome::verified_with_limits;
  for (const Report& item : items) worst = std::max(worst, item.outcome());
  return worst;
}

int CaseReport::exit_code() const {
  for (const Report& item : items)
    if (item.failure) return dokaz::exit_code(item.failure->error.code);
  if (!findings.empty()) return dokaz::exit_code(code_of(findings.front().kind));
  return outcome() == Outcome::verified ? exit_ok : exit_verified_with_limits;
}

std::string render_json(const CaseReport& report) {
  Json out = {{"kind", "case"},
              {"outcome", name_of(report.outcome())},
              {"code", report.exit_code()},
              {"root", report.root},
              {"root_given", report.root_given},
              {"policy_given", report.policy_given},
              {"verified", report.count(Outcome::verified)},
              {"verified_with_limits", report.count(Outcome::verified_with_limits)},
              {"failed", report.count(Outcome::failed)},
              {"statements", report.statements},
              {"for_legal_alone", report.for_legal_alone},
              {"acts_missing", report.acts_missing}};
  out["limits"] = Json::array();
  for (const auto& [text, items] : report.limits()) out["limits"].push_back({{"limit", text}, {"items", items.size()}});
  out["items"] = Json::array();
  std::set<std::string> broken;
  for (const ChainId& chain : report.broken_chains()) broken.insert(hex(chain));
  for (const Report& item : report.items) out["items"].push_back(json_of(item, !broken.contains(item.chain->chain)));
  out["chains"] = Json::array();
  for (const CheckedChain& chain : report.chains) out["chains"].push_back(json_of(chain, !broken.contains(hex(chain.chain))));
  out["key_changes"] = list_of(report.key_changes);
  out["revoked"] = list_of(report.revoked);
  out["findings"] = Json::array();
  for (const ChainFinding& finding : report.findings)
    out["findings"].push_back({{"error", name_of(code_of(finding.kind))}, {"chain", hex(finding.chain)}, {"seq", finding.seq},
                               {"signer", finding.signer}, {"what", words_of(finding)}});
  out["forks"] = list_of(report.forks);
  out["anchors"] = report_json::json_of(report.stamps);
  out["broken_anchors"] = report.broken_anchors;
  out["log"] = report_json::json_of(report.log);
  out["not_proved"] = not_proved_of_case();
  return line_of(out);
}

}  // namespace dokaz
