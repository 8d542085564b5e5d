// SPDX-License-Identifier: GPL-3.0-or-later
// The consent gate: whether something of items may leave the case for a use: format.md section 4. Whatever leaves the
// case asks it.
#pragma once

#include "casework/casefile/consent_book.hpp"

namespace dokaz {

/// Of one item; for several, read the book once.
Result<ConsentJudgement> judge_consent(CaseFile& file, const StatementHash& item, Use use, std::int64_t now);

struct GateRequest {
  Use use = Use::team;
  std::string necessity = {};       // why, where nobody can be asked; empty: there is none
  bool despite_withdrawal = false;  // in spite of a withdrawal or a refusal; needs `necessity`
};

/// To be heeded by whoever hands an item on.
struct Condition {
  StatementHash item;
  AskedFor asked;
};

/// What let something through, for the statement of what leaves.
struct GatePass {
  Use use = Use::team;
  std::string necessity = {};
  std::set<StatementHash> relied = {}, withdrawn = {};
  std::vector<Condition> conditions = {};
};

/// no_consent, saying which item, why, and what to do; usage for a necessity that is no line, and for one that the
/// program cannot take: none besides `despite_withdrawal`. One item that is not allowed stops all.
Result<GatePass> pass_gate(const ConsentBook& book, const std::vector<StatementHash>& items, const GateRequest& request,
                           std::int64_t now);
Result<GatePass> pass_gate(CaseFile& file, const std::vector<StatementHash>& items, const GateRequest& request, std::int64_t now);

/// "item 90ab1c7c, birch: face and voice: blur", one of each; names pseudonyms.
std::vector<std::string> words_of(const std::vector<Condition>& conditions);
/// The same for people, where many items share a condition: "90ab1c7c and 12 more, birch: face and voice: blur".
std::vector<std::string> joined_words_of(const std::vector<Condition>& conditions);

/// usage, naming the uses, for what is none of them.
Result<Use> use_of_word(std::string_view word);

}  // namespace dokaz
