// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/cli/sync_report.hpp"

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "collector/cli/recipient_words.hpp"
#include "console/say.hpp"

namespace dokaz::cli {

using console::say;
using console::say_count;

Result<SyncLeft> items_left(Vault& vault) {
  DOKAZ_LET(facts, sync_facts(vault));
  DOKAZ_LET(all, vault.summaries());
  SyncLeft left;
  const bool witnesses = vault.view().policy.needs_witnesses();
  for (const OwnSummary& own : all) {
    const Delivery delivery = delivery_of(own, facts);
    left.not_logged += own.state() == CustodyState::sealed ? 1 : 0;
    left.sets += own.set == own.number() ? 1 : 0;
    left.in_sets += own.set ? 1 : 0;
    if (!own.is_item()) {
      left.acts += own.number() == 0 || delivery.state == DeliveryState::received ? 0 : 1;
      continue;
    }
    left.items.add(delivery.state);
    if (witnesses && own.state() == CustodyState::stored) ++left.not_cosigned;
    if (own.sealed_again && delivery.state == DeliveryState::failed) ++left.sealed_again;
  }
  DOKAZ_LET(recipients, vault.recipient_changes());
  left.recipients = std::move(recipients);
  return left;
}

nlohmann::ordered_json json_of(const SyncOutcome& outcome) {
  const auto& [report, left] = outcome;
  nlohmann::ordered_json document = json_of(left.items);
  document["acts_outstanding"] = left.acts;
  document["statements_here_alone"] = left.not_logged;
  document["statements_logged"] = report.logged;
  document["items_received"] = report.stored;
  document["acts_received"] = report.acts;
  document["items_unproved"] = report.unproved;
  document["items_cosigned"] = report.cosigned;
  document["items_not_cosigned"] = left.not_cosigned;
  document["items_lost"] = nlohmann::json::array();
  for (const auto& [item, code] : report.lost) document["items_lost"].push_back(item);
  document["server_ahead"] = report.server_ahead;
  document["clock_off"] = report.clock_off ? nlohmann::ordered_json(*report.clock_off) : nullptr;
  document["recipients_changed"] = json_of_recipients(left.recipients);
  document["key_changed"] = report.key_changed;
  document["key_brought"] = report.key_brought;
  if (report.failure) add_failure(document, Command::sync, *report.failure);
  return document;
}

std::string text_of_lost(std::uint64_t item, Errc code) {
  return say("Item {} lost a sealed object on this device ({}). Take its original in again.\n", item, name_of(code));
}

std::string text_of_acts(std::size_t acts) {
  return say_count("{} note, consent or other act is not with the server yet.\n",
                   "{} notes, consents and other acts are not with the server yet.\n", acts, acts);
}

std::string text_of_sets(std::size_t sets, std::size_t items) {
  return say_count("          of them {1} belong to {0} set of files that were sealed as one\n",
                   "          of them {1} belong to {0} sets of files that were sealed as one\n", sets, sets, items);
}

std::string text_of_behind(std::size_t statements) {
  return say_count("{} statement is on this device alone: the server takes them in their order, and not past one that it refuses.\n",
                   "{} statements are on this device alone: the server takes them in their order, and not past one that it refuses.\n",
                   statements, statements);
}

std::string text_of_ahead(std::uint64_t statements) {
  return say_count("The server holds {} statement of this vault's chain that is not in this vault: an older copy was put back.\n"
                   "Nothing was signed or overwritten.\n",
                   "The server holds {} statements of this vault's chain that are not in this vault: an older copy was put back.\n"
                   "Nothing was signed or overwritten.\n", statements, statements);
}

std::string text_of_clock(std::int64_t off) {
  const std::int64_t minutes = std::llabs(off) / 60;
  const std::int64_t hours = minutes / 60;
  std::string text;
  if (minutes < 120 && off > 0)
    text = say_count("This device's clock is {} minute ahead of the server's or a witness's clock.\n",
                     "This device's clock is {} minutes ahead of the server's or a witness's clock.\n", minutes, minutes);
  else if (minutes < 120)
    text = say_count("This device's clock is {} minute behind the server's or a witness's clock.\n",
                     "This device's clock is {} minutes behind the server's or a witness's clock.\n", minutes, minutes);
  else if (off > 0)
    text = say_count("This device's clock is {} hour ahead of the server's or a witness's clock.\n",
                     "This device's clock is {} hours ahead of the server's or a witness's clock.\n", hours, hours);
  else
    text = say_count("This device's clock is {} hour behind the server's or a witness's clock.\n",
                     "This device's clock is {} hours behind the server's or a witness's clock.\n", hours, hours);
  return text + say("Nothing was changed: the times in your statements are this device's, and stay so. If this device is\n"
                    "wrong, set its date and time.\n");
}

std::string text_of(const SyncOutcome& outcome) {
  const auto& [report, left] = outcome;
  std::string text = say_count("{} statement logged.\n", "{} statements logged.\n", report.logged, report.logged) +
                     say_count("{} item received.\n", "{} items received.\n", report.stored, report.stored);
  if (report.acts > 0)
    text += say_count("{} note, consent or other act received.\n", "{} notes, consents and other acts received.\n", report.acts, report.acts);
  if (report.cosigned > 0)
    text += say_count("{} item cosigned: witnesses vouch for its receipts.\n",
                      "{} items cosigned: witnesses vouch for their receipts.\n", report.cosigned, report.cosigned);
  if (left.not_cosigned > 0)
    text += say_count("{} received item is not cosigned yet: witnesses vouch for it later, and a later sync fetches that.\n",
                      "{} received items are not cosigned yet: witnesses vouch for them later, and a later sync fetches that.\n",
                      left.not_cosigned, left.not_cosigned);
  if (report.unproved > 0 && left.not_cosigned == 0)
    text += say_count("Of {} received item the server has not shown yet that its receipts stand in the log that this vault watches.\n",
                      "Of {} received items the server has not shown yet that their receipts stand in the log that this vault watches.\n",
                      report.unproved, report.unproved);
  if (report.key_changed && report.key_brought)
    text += say("The key was changed, and the server has that: copies of this vault from before are good for nothing.\n");
  else if (report.key_changed)
    text += say("The key was changed, and the server does not have that yet: until the next sync, copies of this vault from\n"
                "before still sign.\n");
  for (const auto& [item, code] : report.lost) text += text_of_lost(item, code);
  if (left.sealed_again > 0)
    text += say_count("{} item lost a sealed object on this device; its original was sealed again.\n",
                      "{} items lost a sealed object on this device; their originals were sealed again.\n",
                      left.sealed_again, left.sealed_again);
  if (report.server_ahead > 0) text += text_of_ahead(report.server_ahead);
  if (report.clock_off) text += text_of_clock(*report.clock_off);
  text += text_of_recipients(left.recipients);
  if (report.failure && left.not_logged > 0) text += text_of_behind(left.not_logged);
  text += say("Items     {}\n", sum_of(left.items));
  if (left.sets > 0) text += text_of_sets(left.sets, left.in_sets);
  if (left.acts > 0) text += text_of_acts(left.acts);
  if (report.failure || (left.items.outstanding() == 0 && left.acts > 0)) return text;
  if (left.items.outstanding() == 0) return text + say("Nothing is left to send: every item is received.\n");
  if (left.items.outstanding() == left.sealed_again) return text + say("Nothing else is left to send.\n");
  return text;
}

int tell(const Common& common, const SyncOutcome& outcome) {
  const auto& failure = outcome.report.failure;
  if (common.console.json) return print_json(common, json_of(outcome), failure ? exit_code(failure->code) : exit_ok);
  const int said = common.console.quiet ? exit_ok : print(common, text_of(outcome));
  return failure ? report(common, Command::sync, *failure) : said;
}

}  // namespace dokaz::cli
