// SPDX-License-Identifier: GPL-3.0-or-later
// What is in the vault: `list` by item, `status` in numbers.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/cli/open_vault.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::cli {
namespace {

struct ListOptions {
  bool receipts = false;
};

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
  std::optional<LogPlace> logged, stored, cosigned;
  bool sealed_again = false;
  bool dropped = false;
  bool cleaned = true;  // a cleaned item has two objects, one that is not cleaned has one
};

Result<std::vector<Listed>> items_of(Vault& vault) {
  DOKAZ_LET(all, vault.statements());
  std::vector<Listed> items;
  for (const OwnStatement& own : all) {
    if (!own.is_item()) continue;
    const Statement& statement = own.signed_statement.statement;
    Listed item{own.number(), statement.hash(), own.state(), format_time(statement.fields().time), 0, {}, {}, {}, own.sealed_again,
                own.dropped, statement.fields().objects.size() > 1};
    for (const ObjectRef& object : statement.fields().objects) item.bytes += object.size;
    DOKAZ_LET(logged, place_of(own.tlog_proof));
    DOKAZ_LET(stored, place_of(own.stored ? own.stored->tlog_proof : Bytes()));
    item.logged = logged;
    item.stored = stored;
    DOKAZ_LET(cosigned, place_of(own.cosigned ? own.cosigned->statement : Bytes()));
    item.cosigned = cosigned;
    items.push_back(std::move(item));
  }
  return items;
}

nlohmann::ordered_json json_of(const std::optional<LogPlace>& place) {
  if (!place) return nullptr;
  return {{"index", place->index}, {"tree_size", place->size}};
}

nlohmann::ordered_json json_of(const std::vector<Listed>& items) {
  nlohmann::ordered_json document = {{"items", nlohmann::json::array()}};
  for (const Listed& item : items)
    document["items"].push_back({{"number", item.number},
                                 {"item", hex(item.hash)},
                                 {"state", name_of(item.state)},
                                 {"claimed_time", item.claimed},
                                 {"bytes", item.bytes},
                                 {"logged", json_of(item.logged)},
                                 {"stored", json_of(item.stored)},
                                 {"cosigned", json_of(item.cosigned)},
                                 {"sealed_again", item.sealed_again},
                                 {"dropped", item.dropped},
                                 {"cleaned", item.cleaned}});
  return document;
}

std::string line_of(const char* what, const std::optional<LogPlace>& place) {
  if (!place) return fmt::format("        {}: not yet\n", what);
  return fmt::format("        {}: entry {} of the log at size {}\n", what, place->index, place->size);
}

std::string text_of(const std::vector<Listed>& items, bool receipts) {
  if (items.empty()) return "The vault has no items yet. Next: dokaz add PHOTO\n";
  std::string text;
  for (const Listed& item : items) {
    text += fmt::format("{:6}  {}  {:<6}  claimed {}  {} bytes{}{}{}\n", item.number, short_name(item.hash),
                        name_of(item.state), item.claimed, item.bytes, item.cleaned ? "" : "  (not cleaned)", item.dropped ? "  (dropped here)" : "",
                        item.sealed_again ? "  (lost an object; sealed again)" : "");
    if (receipts)
      text += line_of("logged", item.logged) + line_of("stored", item.stored) +
              (item.cosigned ? line_of("cosigned", item.cosigned) : "");
  }
  return text;
}

struct Counts {
  std::size_t sealed = 0, logged = 0, stored = 0, cosigned = 0;
  std::uint64_t bytes_waiting = 0;
};

Counts count(const std::vector<Listed>& items) {
  Counts counts;
  for (const Listed& item : items) {
    switch (item.state) {
      case CustodyState::sealed: ++counts.sealed; break;
      case CustodyState::logged: ++counts.logged; break;
      case CustodyState::stored: ++counts.stored; break;
      case CustodyState::cosigned: ++counts.cosigned; break;
    }
    if (item.state < CustodyState::stored) counts.bytes_waiting += item.bytes;
  }
  return counts;
}

/// What is not as it should be.
struct Troubles {
  std::size_t orphans = 0;
  bool forked = false;
};

Result<Troubles> troubles_of(Vault& vault) {
  DOKAZ_LET(orphans, vault.outbox().orphans());
  DOKAZ_LET(forked, vault.forked());
  return Troubles{orphans, forked};
}

std::string text_of(const Troubles& troubles) {
  std::string text;
  if (troubles.orphans > 0)
    text += fmt::format(
        "Set aside {} sealed objects that no item names, in outbox/orphans. An interrupted add leaves such\n"
        "          objects, and an older vault.db that was put back. Nothing of them was deleted.\n",
        troubles.orphans);
  if (troubles.forked)
    text += "Forked    This vault was copied, or an older copy was put back: the server has other statements in\n"
            "          the place of some of these, and takes none of them. Keep it and every copy of it, add\n"
            "          nothing more to it, and hand the whole folder to your counsel.\n";
  return text;
}

nlohmann::ordered_json status_json(const Vault& vault, const Counts& counts, const Seen& seen,
                                   const Troubles& troubles) {
  return {{"pseudonym", vault.view().self->pseudonym},
          {"fingerprint", hex(vault.view().root.fingerprint())},
          {"server", format_server_address(vault.server())},
          {"items", counts.sealed + counts.logged + counts.stored + counts.cosigned},
          {"sealed", counts.sealed},
          {"logged", counts.logged},
          {"stored", counts.stored},
          {"cosigned", counts.cosigned},
          {"bytes_waiting", counts.bytes_waiting},
          {"log_size_seen", seen.size},
          {"orphans", troubles.orphans},
          {"forked", troubles.forked}};
}

std::string status_text(const Vault& vault, const Counts& counts, const Seen& seen) {
  std::string text = fmt::format(
      "You are   {}\n"
      "Fingerprint of the case: {}\n"
      "Server    {}\n"
      "Items     {} = {} sealed + {} logged + {} stored{}\n"
      "Waiting   {} bytes\n",
      vault.view().self->pseudonym, hex(vault.view().root.fingerprint()),
      format_server_address(vault.server()), counts.sealed + counts.logged + counts.stored + counts.cosigned,
      counts.sealed, counts.logged, counts.stored,
      vault.view().policy.needs_witnesses() ? fmt::format(" + {} cosigned", counts.cosigned) : "",
      counts.bytes_waiting);
  text += seen.size == 0 ? "Log       not seen yet\n"
                         : fmt::format("Log       seen with {} entries\n", seen.size);
  if (counts.sealed + counts.logged > 0)
    text += "Until an item is stored, its sealed form is known to be in this vault only. dokaz does not move\n"
            "or delete the photo that it was made from. Next: dokaz sync\n";
  return text;
}

int list(const Common& common, const ListOptions& options) {
  auto vault = open_vault(common);
  if (!vault) return report(common, Command::list, vault.error());
  const auto items = items_of(*vault);
  if (!items) return report(common, Command::list, items.error());
  return common.console.json ? print_json(common, json_of(*items)) : print(common, text_of(*items, options.receipts));
}

int status(const Common& common) {
  auto vault = open_vault(common);
  if (!vault) return report(common, Command::status, vault.error());
  const auto items = items_of(*vault);
  if (!items) return report(common, Command::status, items.error());
  const auto seen = vault->seen();
  if (!seen) return report(common, Command::status, seen.error());
  const auto troubles = troubles_of(*vault);
  if (!troubles) return report(common, Command::status, troubles.error());
  const Counts counts = count(*items);
  return common.console.json ? print_json(common, status_json(*vault, counts, *seen, *troubles))
                             : print(common, status_text(*vault, counts, *seen) + text_of(*troubles));
}

Runner describe_list(CLI::App& command) {
  const auto options = std::make_shared<ListOptions>();
  command.add_flag("--receipts", options->receipts, "Show where in the log each item is");
  command.footer("sealed: in the vault only.  logged: a checked receipt shows the statement in the log.\n"
                 "stored: a checked receipt shows that the server holds all of it.\nExample:\n  dokaz list --receipts");
  return [options](const Common& common) { return list(common, *options); };
}

Runner describe_status(CLI::App& command) {
  command.footer("Example:\n  dokaz status");
  return [](const Common& common) { return status(common); };
}

}  // namespace

const CommandEntry list_command{"list", "Show each item: number, short name, state", Needs::vault, describe_list};
const CommandEntry status_command{"status", "Show the case, the server and how much waits", Needs::vault, describe_status};

}  // namespace dokaz::cli
