// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/pull_troubles.hpp"

#include "casework/casefile/advice.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::casecli {
namespace {

constexpr std::size_t most_lines = 8;  // one member may make thousands

std::string where(const NamedObject& named) {
  return "statement " + hex(named.statement).substr(0, 8) + " at place " + std::to_string(named.index) + " of the log" +
         (named.is_revoked ? ", by a revoked member" : "");
}

std::string and_more(std::size_t all) {
  return all <= most_lines ? std::string() : "… and " + std::to_string(all - most_lines) + " more: --json names each.\n";
}

nlohmann::ordered_json json_of(const NamedObject& named) {
  return {{"statement", hex(named.statement)}, {"index", named.index}, {"revoked", named.is_revoked}};
}

}  // namespace

std::string text_of_troubles(const Pulled& pulled) {
  std::string out;
  for (std::size_t i = 0; i < std::min(pulled.failed.size(), most_lines); ++i)
    out += "NOT FETCHED: an object of " + where(pulled.failed[i].named) + ": " + std::string(words_of(pulled.failed[i].why)) + ".\n";
  out += and_more(pulled.failed.size());
  if (!pulled.failed.empty())
    out += "Nothing of these was kept, all others were fetched. Run dokaz-case pull again, and tell the operator if it stays so.\n";
  for (std::size_t i = 0; i < std::min(pulled.mismatched.size(), most_lines); ++i)
    out += "DOES NOT MATCH: " + where(pulled.mismatched[i]) + " claims another size than its object has: see dokaz-case verify.\n";
  out += and_more(pulled.mismatched.size());
  if (pulled.ended_by)
    out += "THE PULL ENDED EARLY: " + std::string(words_of(pulled.ended_by->code)) +
           (pulled.ended_by->detail.empty() ? "" : " (" + pulled.ended_by->detail + ")") +
           ".\nWhat is counted above is kept. " + std::string(advice_for(Command::pull, pulled.ended_by->code).next) + "\n";
  return out;
}

nlohmann::ordered_json json_of_troubles(const Pulled& pulled) {
  nlohmann::ordered_json out = {{"mismatched", nlohmann::ordered_json::array()},
                                {"failed", nlohmann::ordered_json::array()},
                                {"ended_by", nullptr}};
  for (const NamedObject& one : pulled.mismatched) out["mismatched"].push_back(json_of(one));
  for (const Pulled::Failed& one : pulled.failed) {
    nlohmann::ordered_json json = json_of(one.named);
    json["error"] = name_of(one.why);
    out["failed"].push_back(std::move(json));
  }
  if (pulled.ended_by) out["ended_by"] = name_of(pulled.ended_by->code);
  return out;
}

int exit_code_of_troubles(const Pulled& pulled) {
  if (pulled.ended_by) return exit_code(pulled.ended_by->code);
  return pulled.failed.empty() ? exit_ok : exit_code(pulled.failed.front().why);
}

}  // namespace dokaz::casecli
