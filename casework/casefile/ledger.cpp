// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/ledger.hpp"

#include <algorithm>

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

bool is_about(const LedgerRow& row, const ShownAct& withdrawal) {
  const std::set<Use> uses = uses_of(withdrawal.facts, "consent.uses");
  const auto use = use_from_name(row.use);
  if (!uses.empty() && use && !uses.contains(*use)) return false;
  return row.failure || !withdrawal.item || std::binary_search(row.items.begin(), row.items.end(), *withdrawal.item);
}

}  // namespace

std::vector<LedgerRow> ledger_of(const std::vector<ShownAct>& acts) {
  std::vector<LedgerRow> rows;
  for (const ShownAct& act : acts) {
    if (act.act == Act::export_ || act.act == Act::disclose) rows.push_back(row_of(act));
    if (act.act != Act::withdraw) continue;
    for (LedgerRow& row : rows)
      if (is_about(row, act)) row.withdrawn.push_back({act.statement, text_of(act.facts, "consent.by"), act.claimed, act.item});
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
