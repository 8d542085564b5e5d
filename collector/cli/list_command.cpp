// SPDX-License-Identifier: GPL-3.0-or-later
// What is in the vault, by item.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "collector/cli/delivery_words.hpp"
#include "collector/cli/open_vault.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::cli {
namespace {

struct ListOptions {
  bool receipts = false;
};

struct Listed {
  std::uint64_t number = 0;
  StatementHash hash;
  Delivery delivery;
  CustodyState custody = CustodyState::sealed;
  std::string claimed;
  std::uint64_t bytes = 0;
  std::optional<LogPlace> logged, stored, cosigned;
  bool sealed_again = false;
  bool dropped = false;
  bool cleaned = true;  // a cleaned item has two objects, one that is not cleaned has one
};

Result<std::vector<Listed>> items_of(Vault& vault) {
  DOKAZ_LET(facts, sync_facts(vault));
  DOKAZ_LET(all, vault.summaries());
  std::vector<Listed> items;
  for (const OwnSummary& own : all) {
    if (!own.is_item()) continue;
    Listed item{own.number(), own.hash, delivery_of(own, facts), own.state(), format_time(own.time), 0,
                own.logged, own.stored, own.cosigned, own.sealed_again, own.dropped, own.objects.size() > 1};
    for (const ObjectRef& object : own.objects) item.bytes += object.size;
    items.push_back(std::move(item));
  }
  return items;
}

nlohmann::ordered_json json_of(const std::optional<LogPlace>& place) {
  if (!place) return nullptr;
  return {{"index", place->index}, {"tree_size", place->size}};
}

nlohmann::ordered_json json_of(const Listed& item) {
  nlohmann::ordered_json document = {{"number", item.number}, {"item", hex(item.hash)}};
  put_delivery(document, item.delivery);
  document["custody"] = name_of(item.custody);
  document["claimed_time"] = item.claimed;
  document["bytes"] = item.bytes;
  document["logged"] = json_of(item.logged);
  document["stored"] = json_of(item.stored);
  document["cosigned"] = json_of(item.cosigned);
  document["sealed_again"] = item.sealed_again;
  document["dropped"] = item.dropped;
  document["cleaned"] = item.cleaned;
  return document;
}

nlohmann::ordered_json json_of(const std::vector<Listed>& items) {
  nlohmann::ordered_json document = {{"items", nlohmann::json::array()}};
  for (const Listed& item : items) document["items"].push_back(json_of(item));
  return document;
}

std::string line_of(const char* what, const std::optional<LogPlace>& place) {
  if (!place) return fmt::format("        {}: not yet\n", what);
  return fmt::format("        {}: entry {} of the log at size {}\n", what, place->index, place->size);
}

std::string text_of(const Listed& item, bool receipts) {
  std::string text = fmt::format("{:6}  {}  {:<8}  {:<8}  claimed {}  {} bytes{}{}{}\n", item.number, short_name(item.hash),
                                 words_of(item.delivery), name_of(item.custody), item.claimed, item.bytes,
                                 item.cleaned ? "" : "  (not cleaned)", item.dropped ? "  (dropped here)" : "",
                                 item.sealed_again ? "  (lost an object; sealed again)" : "");
  if (!receipts) return text;
  text += line_of("logged", item.logged) + line_of("stored", item.stored);
  return item.cosigned ? text + line_of("cosigned", item.cosigned) : text;
}

/// Each reason once, with what to do.
std::string advice_about(const std::vector<Listed>& items) {
  std::set<Errc> reasons;
  for (const Listed& item : items)
    if (item.delivery.reason) reasons.insert(*item.delivery.reason);
  std::string text;
  for (const Errc reason : reasons)
    text += fmt::format("{}: {}.\n  What to do: {}\n", name_of(reason), dokaz::words_of(reason),
                        advice_for(Command::sync, reason).next);
  return text;
}

std::string text_of(const std::vector<Listed>& items, bool receipts) {
  if (items.empty()) return "The vault has no items yet. Next: dokaz add PHOTO\n";
  std::string text;
  for (const Listed& item : items) text += text_of(item, receipts);
  return text + advice_about(items);
}

int list(const Common& common, const ListOptions& options) {
  auto vault = open_vault(common);
  if (!vault) return report(common, Command::list, vault.error());
  const auto items = items_of(*vault);
  if (!items) return report(common, Command::list, items.error());
  return common.console.json ? print_json(common, json_of(*items)) : print(common, text_of(*items, options.receipts));
}

Runner describe(CLI::App& command) {
  const auto options = std::make_shared<ListOptions>();
  command.add_flag("--receipts", options->receipts, "Show where in the log each item is");
  command.footer("sealed: in the vault, and no sync has tried it yet.  waiting: for the next sync, or held back by what is named.\n"
                 "sending: a sync is at it.  received: a checked receipt shows that the server holds all of it.\n"
                 "failed: what is named has to be looked at.\nExample:\n  dokaz list --receipts");
  return [options](const Common& common) { return list(common, *options); };
}

}  // namespace

const CommandEntry list_command{"list", "Show each item: number, short name, state", Needs::vault, describe};

}  // namespace dokaz::cli
