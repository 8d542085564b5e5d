// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/consent.hpp"

#include <algorithm>

#include "console/console.hpp"

namespace dokaz {
namespace {

constexpr std::size_t most_items_in_words = 8;

std::string whose(const AskedFor& asked) { return asked.subject.empty() ? std::string() : ", " + console::printable(asked.subject); }

}  // namespace

Result<ConsentJudgement> judge_consent(CaseFile& file, const StatementHash& item, Use use, std::int64_t now) {
  DOKAZ_LET(book, ConsentBook::read(file));
  return book.judge(item, use, now);
}

Result<GatePass> pass_gate(const ConsentBook& book, const std::vector<StatementHash>& items, const GateRequest& request,
                           std::int64_t now) {
  if (!request.necessity.empty() && !is_line(request.necessity))
    return fail(Errc::usage, "--necessity takes one line of at most 1024 bytes that says why");
  if (request.despite_withdrawal && request.necessity.empty())
    return fail(Errc::usage, "--despite-withdrawal needs --necessity, which says why");
  GatePass pass{request.use, {}, {}, {}, {}};
  for (const StatementHash& item : items) {
    const ConsentJudgement judgement = book.judge(item, request.use, now);
    const bool may_go = judgement.is_allowed() || (judgement.is_no() ? request.despite_withdrawal : !request.necessity.empty());
    if (!may_go) return fail(Errc::no_consent, "item " + short_name(item) + ": " + why_not(judgement));
    if (!judgement.is_allowed()) pass.necessity = request.necessity;
    for (const SubjectSays& one : judgement.subjects) {
      if (one.state == ConsentState::allowed) pass.relied.insert(one.statement);
      if (one.state == ConsentState::withdrawn || one.state == ConsentState::refused) pass.withdrawn.insert(one.statement);
    }
    for (const AskedFor& asked : judgement.asked) pass.conditions.push_back({item, asked});
  }
  return pass;
}

Result<GatePass> pass_gate(CaseFile& file, const std::vector<StatementHash>& items, const GateRequest& request, std::int64_t now) {
  DOKAZ_LET(book, ConsentBook::read(file));
  return pass_gate(book, items, request, now);
}

std::vector<std::string> words_of(const std::vector<Condition>& conditions) {
  std::vector<std::string> out;
  for (const Condition& one : conditions) out.push_back("item " + short_name(one.item) + whose(one.asked) + ": " + one.asked.words);
  return out;
}

std::vector<std::string> joined_words_of(const std::vector<Condition>& conditions) {
  struct Of {
    std::string items;
    std::size_t count = 0;
  };
  std::map<std::string, Of> by_words;
  std::vector<std::string> order;
  for (const Condition& one : conditions) {
    const std::string words = whose(one.asked) + ": " + one.asked.words;
    const auto [found, is_new] = by_words.try_emplace(words);
    if (is_new) order.push_back(words);
    if (++found->second.count <= most_items_in_words) found->second.items += (is_new ? "" : ", ") + short_name(one.item);
  }
  std::vector<std::string> out;
  for (const std::string& words : order) {
    const Of& of = by_words.at(words);
    out.push_back((of.count == 1 ? "item " : "items ") + of.items +
                  (of.count > most_items_in_words ? " and " + std::to_string(of.count - most_items_in_words) + " more" : "") + words);
  }
  return out;
}

Result<Use> use_of_word(std::string_view word) {
  if (const auto use = use_from_name(word)) return *use;
  return fail(Errc::usage, "a use is one of court, partners, press, prosecutor, publish, team, un");
}

}  // namespace dokaz
