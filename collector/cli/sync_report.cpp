// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/cli/sync_report.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

namespace dokaz::cli {

Result<SyncLeft> items_left(Vault& vault) {
  DOKAZ_LET(facts, sync_facts(vault));
  DOKAZ_LET(all, vault.summaries());
  SyncLeft left;
  const bool witnesses = vault.view().policy.needs_witnesses();
  for (const OwnSummary& own : all) {
    const Delivery delivery = delivery_of(own, facts);
    if (!own.is_item()) {
      left.acts += delivery.state == DeliveryState::received ? 0 : 1;
      continue;
    }
    left.items.add(delivery.state);
    if (witnesses && own.state() == CustodyState::stored) ++left.not_cosigned;
    if (own.sealed_again && delivery.state == DeliveryState::failed) ++left.sealed_again;
  }
  return left;
}

nlohmann::ordered_json json_of(const SyncOutcome& outcome) {
  const auto& [report, left] = outcome;
  nlohmann::ordered_json document = json_of(left.items);
  document["acts_outstanding"] = left.acts;
  document["statements_logged"] = report.logged;
  document["items_received"] = report.stored;
  document["items_unproved"] = report.unproved;
  document["items_cosigned"] = report.cosigned;
  document["items_not_cosigned"] = left.not_cosigned;
  document["items_lost"] = nlohmann::json::array();
  for (const auto& [item, code] : report.lost) document["items_lost"].push_back(item);
  document["server_ahead"] = report.server_ahead;
  document["clock_off"] = report.clock_off ? nlohmann::ordered_json(*report.clock_off) : nullptr;
  if (report.failure) add_failure(document, Command::sync, *report.failure);
  return document;
}

std::string text_of_clock(std::int64_t off) {
  const std::int64_t minutes = std::llabs(off) / 60;
  const std::string how_far = minutes < 120 ? fmt::format("{} minutes", minutes) : fmt::format("{} hours", minutes / 60);
  return fmt::format("This device's clock is {} {} the server's or a witness's clock. Nothing was changed: the times in\n"
                     "your statements are this device's, and stay so. If this device is wrong, set its date and time.\n",
                     how_far, off > 0 ? "ahead of" : "behind");
}

std::string text_of(const SyncOutcome& outcome) {
  const auto& [report, left] = outcome;
  std::string text = fmt::format("{} statements logged, {} items received.\n", report.logged, report.stored);
  if (report.cosigned > 0) text += fmt::format("{} items cosigned: witnesses vouch for their receipts.\n", report.cosigned);
  if (left.not_cosigned > 0)
    text += fmt::format("{} received items are not cosigned yet: witnesses vouch for them later, and a later sync fetches that.\n",
                        left.not_cosigned);
  if (report.unproved > 0 && left.not_cosigned == 0)
    text += fmt::format("Of {} received items the server has not shown yet that their receipts stand in the log that this vault watches.\n",
                        report.unproved);
  for (const auto& [item, code] : report.lost)
    text += fmt::format("Item {} lost a sealed object on this device ({}). Take its original in again.\n", item,
                        name_of(code));
  if (left.sealed_again > 0)
    text += fmt::format("{} items lost a sealed object on this device; their originals were sealed again.\n",
                        left.sealed_again);
  if (report.server_ahead > 0)
    text += fmt::format("The server holds {} statements of this vault's chain that are not in this vault. Nothing was signed.\n",
                        report.server_ahead);
  if (report.clock_off) text += text_of_clock(*report.clock_off);
  text += fmt::format("Items     {}\n", sum_of(left.items));
  if (left.acts > 0) text += fmt::format("Of notes, consents and other acts, {} are not with the server yet.\n", left.acts);
  if (left.items.outstanding() == 0 && left.acts > 0) return text;
  if (left.items.outstanding() == 0) return text + "Nothing is left to send: every item is received.\n";
  if (left.items.outstanding() == left.sealed_again) return text + "Nothing else is left to send.\n";
  return text;
}

int say(const Common& common, const SyncOutcome& outcome) {
  const auto& failure = outcome.report.failure;
  if (common.console.json) return print_json(common, json_of(outcome), failure ? exit_code(failure->code) : exit_ok);
  const int said = common.console.quiet ? exit_ok : print(common, text_of(outcome));
  return failure ? report(common, Command::sync, *failure) : said;
}

}  // namespace dokaz::cli
