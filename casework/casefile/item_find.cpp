// SPDX-License-Identifier: GPL-3.0-or-later
// Items by name, and what is said of them.
#include <algorithm>
#include <set>

#include "casework/casefile/item.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {

bool is_item(const Statement& statement) {
  const Act act = statement.fields().act;
  return act == Act::seal || act == Act::derive || act == Act::redact;
}

Result<const CaseEntry*> find_item(const std::vector<CaseEntry>& entries, std::string_view prefix) {
  constexpr std::size_t shortest = 4;
  constexpr std::size_t longest = 64;
  if (prefix.size() < shortest || prefix.size() > longest)
    return fail(Errc::usage, "an item is named by the first digits of its statement hash, at least 4, as list shows");
  const CaseEntry* found = nullptr;
  for (const CaseEntry& entry : entries) {
    if (!is_item(entry.statement) || !hex(entry.statement.hash()).starts_with(prefix)) continue;
    if (found != nullptr && found->statement != entry.statement)
      return fail(Errc::usage, "more than one item starts like this: give more digits");
    found = &entry;
  }
  if (found == nullptr) return fail(Errc::not_found, "no item starts like this");
  return found;
}

std::vector<std::string> list_names(const std::vector<StatementHash>& items) {
  std::set<std::string> sorted;
  for (const StatementHash& item : items) sorted.insert(hex(item));
  const auto common = [](const std::string& a, const std::string& b) {
    return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin()).first - a.begin());
  };
  std::vector<std::string> names;
  for (const StatementHash& item : items) {
    const auto at = sorted.find(hex(item));
    std::size_t digits = short_name(item).size();
    if (at != sorted.begin()) digits = std::max(digits, common(*at, *std::prev(at)) + 1);
    if (std::next(at) != sorted.end()) digits = std::max(digits, common(*at, *std::next(at)) + 1);
    names.push_back(at->substr(0, digits));
  }
  return names;
}

StoredAnswers::StoredAnswers(const std::vector<CaseEntry>& entries) {
  for (const CaseEntry& entry : entries)
    if (entry.answered && entry.answered->name() == "statement")
      by_statement_.emplace(entry.answered->as_text().value_or(""), &entry);
}

const CaseEntry* StoredAnswers::find(const Statement& statement) const {
  const auto found = by_statement_.find(hex(statement.hash()));
  return found == by_statement_.end() ? nullptr : found->second;
}

std::optional<StoredReceipt> StoredAnswers::of(const Statement& statement) const {
  const CaseEntry* entry = find(statement);
  if (entry == nullptr) return std::nullopt;
  return StoredReceipt{entry->statement, *entry->answered, entry->receipt};
}

std::optional<StoredReceipt> find_stored(const std::vector<CaseEntry>& entries, const Statement& statement) {
  return StoredAnswers(entries).of(statement);
}

}  // namespace dokaz
