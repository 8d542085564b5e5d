// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/ledger.hpp"

#include <algorithm>
#include <set>

#include "casework/casefile/consent.hpp"
#include "console/console.hpp"

namespace dokaz {
namespace {

LedgerRow row_of(const ShownAct& act) {
  LedgerRow row;
  row.index = act.index;
  row.statement = act.statement;
  row.signer = act.signer;
  row.claimed = act.claimed;
  row.act = name_of(act.act);
  row.failure = act.failure;
  row.weight = act.weight;
  row.profile = text_of(act.facts, "export.profile");
  row.addressee = text_of(act.facts, "addressee");
  row.use = text_of(act.facts, "use");
  row.reason = text_of(act.facts, "reason");
  row.necessity = text_of(act.facts, "necessity");
  row.items = act.item ? std::vector<StatementHash>{*act.item} : hashes_of(act.facts, "export.items");
  std::sort(row.items.begin(), row.items.end());
  row.shown = words_of(act.facts, "shown");
  row.facts = words_of(act.facts, "shown.facts");
  row.bag = text_of(act.facts, "export.bag");
  row.consents = hashes_of(act.facts, "consent.relied");
  row.in_spite_of = hashes_of(act.facts, "consent.withdrawn");
  return row;
}

/// A withdrawal, or a consent that refuses something, read once.
struct No {
  const ShownAct* act = nullptr;
  std::set<Use> uses;
  bool unread = false;
  std::size_t order = 0;  // among all acts
};

std::vector<No> noes_of(const std::vector<ShownAct>& acts) {
  std::vector<No> out;
  for (std::size_t order = 0; order < acts.size(); ++order) {
    const ShownAct& act = acts[order];
    const bool is_withdrawal = act.act == Act::withdraw;
    if (!is_withdrawal && act.act != Act::consent) continue;
    No no{&act, uses_of(act.facts, is_withdrawal ? "consent.uses" : "consent.refused"), act.failure.has_value(), order};
    if (is_withdrawal && no.uses.empty()) no.uses = {std::begin(all_uses), std::end(all_uses)};
    // A consent that cannot be read stops the gate; that it took anything back nobody knows.
    if (!no.uses.empty() && (is_withdrawal || !no.unread)) out.push_back(std::move(no));
  }
  return out;
}

bool concerns(const LedgerRow& row, const No& no) {
  const auto use = use_from_name(row.use);
  if (use && !no.uses.contains(*use)) return false;
  return row.failure || !no.act->item || std::binary_search(row.items.begin(), row.items.end(), *no.act->item);
}

WithdrawnSince withdrawn_by(const No& no, bool came_before) {
  return {no.act->statement, text_of(no.act->facts, "consent.by"), no.act->claimed, came_before, no.unread, no.act->act == Act::consent, no.act->item};
}

/// Of noes that the log has before the row, those that stood then: by what was said before the row alone. What was lifted
/// by then was heeded.
std::set<StatementHash> stood(const ConsentBook& book, const LedgerRow& row, std::size_t order, const std::vector<const No*>& before) {
  std::set<StatementHash> of_case, of_items, standing;
  for (const No* no : before) (no->act->item ? of_items : of_case).insert(no->act->item ? *no->act->item : no->act->statement);
  const Use use = use_from_name(row.use).value_or(Use::team);
  for (const StatementHash& item : row.items) {
    if (of_case.empty() && !of_items.contains(item)) continue;
    const ConsentJudgement judgement = book.judge(item, use, 0, order);
    for (const No* no : before)
      if ((!no->act->item || *no->act->item == item) && judgement.stopped_by(no->act->statement)) {
        standing.insert(no->act->statement);
        of_case.erase(no->act->statement);
      }
  }
  return standing;
}

}  // namespace

std::vector<LedgerRow> ledger_of(const std::vector<ShownAct>& acts) {
  const std::vector<No> noes = noes_of(acts);
  const ConsentBook book(acts);
  std::vector<LedgerRow> rows;
  for (std::size_t order = 0; order < acts.size(); ++order) {
    if (acts[order].act != Act::export_ && acts[order].act != Act::disclose) continue;
    LedgerRow row = row_of(acts[order]);
    const std::set<StatementHash> named(row.in_spite_of.begin(), row.in_spite_of.end());
    std::vector<const No*> before, since;
    for (const No& no : noes)
      if (!named.contains(no.act->statement) && concerns(row, no)) (no.order < order ? before : since).push_back(&no);
    const std::set<StatementHash> standing = before.empty() ? std::set<StatementHash>() : stood(book, row, order, before);
    for (const No* no : before)
      if (standing.contains(no->act->statement)) row.withdrawn.push_back(withdrawn_by(*no, true));
    for (const No* no : since) row.withdrawn.push_back(withdrawn_by(*no, false));
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<std::vector<LedgerRow>> ledger_of(CaseFile& file) {
  DOKAZ_LET(entries, file.entries());
  DOKAZ_LET(acts, acts_of(file, entries));
  return ledger_of(acts);
}

std::vector<LedgerRow> about_item(std::vector<LedgerRow> rows, const StatementHash& item) {
  std::erase_if(rows, [&](const LedgerRow& row) {
    return !row.failure && !std::binary_search(row.items.begin(), row.items.end(), item);
  });
  return rows;
}

}  // namespace dokaz
