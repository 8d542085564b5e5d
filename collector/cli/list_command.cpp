// SPDX-License-Identifier: GPL-3.0-or-later
// What is in the vault: `list` by item, `status` in numbers.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/cli/open_vault.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::cli {
namespace {

struct LogPlace {
  std::uint64_t index = 0;
  std::uint64_t size = 0;  // of the tree that the receipt's checkpoint signs
};

/// Where a kept receipt says that its statement is.
Result<std::optional<LogPlace>> place_of(const Bytes& tlog_proof) {
  if (tlog_proof.empty()) return std::optional<LogPlace>();
  DOKAZ_LET(receipt, read_tlog_proof(tlog_proof));
  DOKAZ_LET(checkpoint, parse_checkpoint(receipt.checkpoint));
  return std::optional(LogPlace{receipt.index, checkpoint.head.size});
}

struct Listed {
  std::uint64_t number = 0;
  StatementHash hash;
  CustodyState state = CustodyState::sealed;
  std::string claimed;
  std::uint64_t bytes = 0;
  std::optional<LogPlace> logged, stored;
};

Result<std::vector<Listed>> items_of(Vault& vault) {
  DOKAZ_LET(all, vault.statements());
  std::vector<Listed> items;
  for (const OwnStatement& own : all) {
    if (!own.is_item()) continue;
    const Statement& statement = own.signed_statement.statement;
    Listed item{own.number(), statement.hash(), own.state(), format_time(statement.fields().time), 0, {}, {}};
    for (const ObjectRef& object : statement.fields().objects) item.bytes += object.size;
    DOKAZ_LET(logged, place_of(own.tlog_proof));
    DOKAZ_LET(stored, place_of(own.stored ? own.stored->tlog_proof : Bytes()));
    item.logged = logged;
    item.stored = stored;
    items.push_back(std::move(item));
  }
  return items;
}

nlohmann::ordered_json json_of(const std::optional<LogPlace>& place) {
  if (!place) return nullptr;
  return {{"index", place->index}, {"tree_size", place->size}};
}

void print_json(const std::vector<Listed>& items) {
  nlohmann::ordered_json document = {{"items", nlohmann::json::array()}};
  for (const Listed& item : items)
    document["items"].push_back({{"number", item.number},
                                 {"statement", hex(item.hash)},
                                 {"state", name_of(item.state)},
                                 {"claimed_time", item.claimed},
                                 {"bytes", item.bytes},
                                 {"logged", json_of(item.logged)},
                                 {"stored", json_of(item.stored)}});
  std::printf("%s\n", document.dump().c_str());
}

void print_place(const char* what, const std::optional<LogPlace>& place) {
  if (place)
    std::printf("        %s: entry %llu of the log at size %llu\n", what,
                static_cast<unsigned long long>(place->index), static_cast<unsigned long long>(place->size));
  else
    std::printf("        %s: not yet\n", what);
}

void print_text(const std::vector<Listed>& items, bool receipts) {
  if (items.empty()) std::printf("The vault has no items yet. Next: dokaz add PHOTO\n");
  for (const Listed& item : items) {
    std::printf("%6llu  %s  %-6s  claimed %s  %llu bytes\n", static_cast<unsigned long long>(item.number),
                short_name(item.hash).c_str(), std::string(name_of(item.state)).c_str(), item.claimed.c_str(),
                static_cast<unsigned long long>(item.bytes));
    if (!receipts) continue;
    print_place("logged", item.logged);
    print_place("stored", item.stored);
  }
}

struct Counts {
  std::size_t sealed = 0, logged = 0, stored = 0;
  std::uint64_t bytes_waiting = 0;
};

Counts count(const std::vector<Listed>& items) {
  Counts counts;
  for (const Listed& item : items) {
    switch (item.state) {
      case CustodyState::sealed: ++counts.sealed; break;
      case CustodyState::logged: ++counts.logged; break;
      case CustodyState::stored: ++counts.stored; break;
    }
    if (item.state != CustodyState::stored) counts.bytes_waiting += item.bytes;
  }
  return counts;
}

void print_status_json(const Vault& vault, const Counts& counts, const Seen& seen) {
  const nlohmann::ordered_json document = {{"pseudonym", vault.view().self->pseudonym},
                                           {"case", hex(vault.view().root.fingerprint())},
                                           {"server", format_server_address(vault.server())},
                                           {"items", counts.sealed + counts.logged + counts.stored},
                                           {"sealed", counts.sealed},
                                           {"logged", counts.logged},
                                           {"stored", counts.stored},
                                           {"bytes_waiting", counts.bytes_waiting},
                                           {"log_size_seen", seen.size}};
  std::printf("%s\n", document.dump().c_str());
}

void print_status_text(const Vault& vault, const Counts& counts, const Seen& seen) {
  std::printf("You are   %s\n", vault.view().self->pseudonym.c_str());
  std::printf("Case      %s\n", hex(vault.view().root.fingerprint()).c_str());
  std::printf("Server    %s\n", format_server_address(vault.server()).c_str());
  std::printf("Items     %zu = %zu sealed + %zu logged + %zu stored\n",
              counts.sealed + counts.logged + counts.stored, counts.sealed, counts.logged, counts.stored);
  std::printf("Waiting   %llu bytes\n", static_cast<unsigned long long>(counts.bytes_waiting));
  if (seen.size == 0) std::printf("Log       not seen yet\n");
  else std::printf("Log       seen with %llu entries\n", static_cast<unsigned long long>(seen.size));
  if (counts.sealed + counts.logged > 0)
    std::printf("Until an item is stored, this vault is its only place. Next: dokaz sync\n");
}

}  // namespace

int list(const Common& common, const ListOptions& options) {
  auto vault = open_vault(common);
  if (!vault) return report(common, Command::list, vault.error());
  const auto items = items_of(*vault);
  if (!items) return report(common, Command::list, items.error());
  if (common.console.json) print_json(*items);
  else print_text(*items, options.receipts);
  return exit_ok;
}

int status(const Common& common) {
  auto vault = open_vault(common);
  if (!vault) return report(common, Command::status, vault.error());
  const auto items = items_of(*vault);
  if (!items) return report(common, Command::status, items.error());
  const auto seen = vault->seen();
  if (!seen) return report(common, Command::status, seen.error());
  if (common.console.json) print_status_json(*vault, count(*items), *seen);
  else print_status_text(*vault, count(*items), *seen);
  return exit_ok;
}

}  // namespace dokaz::cli
