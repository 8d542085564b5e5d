// SPDX-License-Identifier: GPL-3.0-or-later
// The answers for machines: docs/schema/verify.json.
#include "casework/verify/report_json.hpp"

#include <algorithm>

#include "casework/verify/batch.hpp"

namespace dokaz {
namespace report_json {
namespace {

Json json_of(const std::vector<Report::Vouched>& vouched) {
  auto out = Json::array();
  for (const auto& one : vouched) out.push_back({{"witness", one.witness}, {"time", utc(one.unix_time)}});
  return out;
}

Json json_of(const Report::Stamp& one) {
  return {{"where", one.where},
          {"size", one.size},
          {"authority", one.authority},
          {"policy", one.policy},
          {"not_after", utc(static_cast<std::uint64_t>(std::max<std::int64_t>(one.not_after, 0)))},
          {"confirmed", one.confirmed},
          {"not_revoked", one.not_revoked}};
}

Json json_of(const std::optional<std::int64_t>& time) {
  return time ? Json(utc(static_cast<std::uint64_t>(std::max<std::int64_t>(*time, 0)))) : Json(nullptr);
}

}  // namespace

Json json_of(const Report::Person& person) {
  return {{"pseudonym", person.pseudonym},
          {"role", person.role},
          {"key", person.key},
          {"authority", person.authority},
          {"epoch", person.epoch}};
}

Json json_of(const Report::Failure& failure) {
  return {{"error", name_of(failure.error.code)},
          {"what", words_of(failure.error.code)},
          {"where", failure.where},
          {"detail", failure.error.detail}};
}

Json json_of(const DossierReport::LogAnswer& log) {
  return {{"origin", log.origin},
          {"size", log.size},
          {"checkpoints", log.checkpoints},
          {"witnesses", log.witnesses},
          {"same_policy", log.same_policy}};
}

Json json_of(const std::vector<Report::Stamp>& stamps) {
  auto out = Json::array();
  for (const Report::Stamp& one : stamps) out.push_back(json_of(one));
  return out;
}

void add_answers(Json& out, const Report& report) {
  if (!report.item.empty()) out["item"] = report.item;
  if (report.bytes) {
    auto facts = Json::array();
    for (const auto& fact : report.bytes->facts)
      facts.push_back({{"name", fact.name}, {"value", Json::parse(fact.value, nullptr, false)}});
    out["bytes"] = {{"unchanged", true},
                    {"files", report.bytes->files},
                    {"size", report.bytes->size},
                    {"objects", report.bytes->objects},
                    {"clean_copy", report.bytes->clean_copy},
                    {"original", report.bytes->original},
                    {"not_cleaned", nullptr},
                    {"facts_committed", report.bytes->committed},
                    {"facts_not_shown", report.bytes->not_shown},
                    {"known_script", report.bytes->known_script},
                    {"known_page", report.bytes->known_page},
                    {"facts", facts}};
  }
  if (report.bytes && !report.bytes->not_cleaned.empty()) out["bytes"]["not_cleaned"] = report.bytes->not_cleaned;
  if (report.signed_by) {
    out["signed"] = {{"act", report.signed_by->act},
                     {"signer", json_of(report.signed_by->signer)},
                     {"exporter", json_of(report.signed_by->exporter)},
                     {"exporter_fingerprint", report.signed_by->exporter_fingerprint},
                     {"roster", report.signed_by->roster}};
  }
  if (report.time) {
    out["time"] = {{"claimed", report.time->claimed},
                   {"seen_size", report.time->seen_size},
                   {"not_before", json_of(report.time->not_before)},
                   {"not_after", json_of(report.time->not_after)},
                   {"stamps", json_of(report.time->stamps)},
                   {"proved_not_before", json_of(report.time->proved_not_before())},
                   {"proved_not_after", json_of(report.time->proved_not_after())}};
  }
  if (report.chain) {
    out["chain"] = {{"id", report.chain->chain},
                    {"statements", report.chain->statements},
                    {"complete", true},
                    {"stored_by", report.chain->stored_by}};
  }
  if (report.log) {
    out["log"] = {{"origin", report.log->origin},
                  {"index", report.log->index},
                  {"size", report.log->size},
                  {"witnesses", report.log->witnesses},
                  {"same_policy", report.log->same_policy}};
  }
}

std::string line_of(const Json& out) { return out.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n"; }

}  // namespace report_json

namespace {

using namespace report_json;

/// Outcome, failure and limits: of whatever was checked.
template <class Any>
void add_outcome(Json& out, const Any& report) {
  out["outcome"] = name_of(report.outcome());
  out["code"] = report.exit_code();
  if (report.failure) out["failure"] = json_of(*report.failure);
  out["limits"] = report.limits;
  out["root"] = report.root;
  out["root_given"] = report.root_given;
  out["policy_given"] = report.policy_given;
}

Json bag_json(const ShownChain& chain) {
  Json out = {{"id", chain.chain}, {"signer", chain.signer}, {"statements", chain.statements}, {"shown", chain.items}};
  out["withheld"] = Json::array();
  for (const ShownChain::Gap& gap : chain.withheld) {
    Json one = {{"seq", gap.seq}, {"reason", nullptr}};
    if (!gap.reason.empty()) one["reason"] = gap.reason;
    out["withheld"].push_back(one);
  }
  return out;
}

Json bag_json(const Report& report) {
  Json out = {{"kind", "exhibit"}};
  add_outcome(out, report);
  add_answers(out, report);
  out["not_proved"] = not_proved();
  return out;
}

Json bag_json(const DossierReport& report) {
  Json out = {{"kind", "dossier"}};
  add_outcome(out, report);
  if (!report.dossier.empty()) out["dossier"] = report.dossier;
  if (report.bytes) {
    out["for"] = report.addressee;
    out["use"] = report.use;
    out["bytes"] = {{"unchanged", true},
                    {"files", report.bytes->files},
                    {"size", report.bytes->size},
                    {"documents", report.bytes->documents},
                    {"known_script", report.bytes->known_script},
                    {"known_page", report.bytes->known_page}};
  }
  if (report.exporter)
    out["shown_by"] = {{"exporter", json_of(*report.exporter)},
                       {"exporter_fingerprint", report.exporter_fingerprint},
                       {"roster", report.roster}};
  out["items"] = Json::array();
  for (const Report& item : report.items) {
    Json one = {{"limits", item.limits}};
    add_answers(one, item);
    for (const char* whole : {"files", "size", "unchanged", "known_script", "known_page"}) one["bytes"].erase(whole);
    for (const char* whole : {"exporter", "exporter_fingerprint", "roster"}) one["signed"].erase(whole);
    out["items"].push_back(one);
  }
  out["chains"] = Json::array();
  for (const ShownChain& chain : report.chains) out["chains"].push_back(bag_json(chain));
  out["anchors"] = json_of(report.stamps);
  if (report.log) out["log"] = json_of(*report.log);
  out["not_proved"] = not_proved();
  return out;
}

}  // namespace

std::string render_json(const Report& report) { return line_of(bag_json(report)); }
std::string render_json(const DossierReport& report) { return line_of(bag_json(report)); }

std::string render_json(const BatchReport& report) {
  if (!report.many) return std::visit([](const auto& one) { return render_json(one); }, report.bags.front().report);
  Json out = {{"kind", "folder"}, {"outcome", name_of(report.outcome())}, {"code", report.exit_code()}};
  out["other_files"] = report.other_files;
  out["bags"] = Json::array();
  for (const CheckedBag& bag : report.bags) {
    Json one = {{"name", bag.name}};
    one.update(std::visit([](const auto& each) { return bag_json(each); }, bag.report));
    out["bags"].push_back(one);
  }
  return line_of(out);
}

}  // namespace dokaz
