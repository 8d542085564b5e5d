// SPDX-License-Identifier: GPL-3.0-or-later
// The case, the server, and how much is where, in numbers that add up.
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "collector/cli/delivery_words.hpp"
#include "collector/cli/open_vault.hpp"
#include "collector/cli/recipient_words.hpp"
#include "collector/cli/sync_report.hpp"
#include "console/say.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::cli {
namespace {

using console::say;
using console::say_count;
using console::say_text;

struct Standing {
  DeliveryCounts items;
  std::size_t acts = 0;  // notes, consents and the like that are not received; not the chain's beginning
  std::size_t logged = 0, stored = 0, cosigned = 0;  // each counts those that are further, too
  std::size_t sets = 0, in_sets = 0;  // several files that were sealed as one; how many items they are
  std::uint64_t bytes_outstanding = 0;
  SyncFacts sync;
  Seen seen;
  KeptRoute route;
  std::size_t contradicted = 0;     // statements whose receipts stood once in no log that this vault watches
  std::uint32_t rotation_days = 0;  // the key is changed by itself; 0: it is not
  std::size_t parcels = 0;          // under way: while there are some the key is not changed by itself
  std::size_t orphans = 0;
  std::vector<RecipientChange> recipients;  // until they are confirmed
};

void count(Standing& standing, const OwnSummary& own) {
  const Delivery delivery = delivery_of(own, standing.sync);
  standing.items.add(delivery.state);
  standing.sets += own.set == own.number() ? 1 : 0;
  standing.in_sets += own.set ? 1 : 0;
  standing.logged += own.state() >= CustodyState::logged ? 1 : 0;
  standing.stored += own.state() >= CustodyState::stored ? 1 : 0;
  standing.cosigned += own.state() >= CustodyState::cosigned ? 1 : 0;
  if (delivery.state == DeliveryState::received) return;
  for (const ObjectRef& object : own.objects) standing.bytes_outstanding += object.size;
}

Result<Standing> standing_of(Vault& vault) {
  Standing standing;
  DOKAZ_LET(facts, sync_facts(vault));
  standing.sync = facts;
  DOKAZ_LET(all, vault.summaries());
  for (const OwnSummary& own : all) standing.contradicted += own.was_contradicted ? 1 : 0;
  for (const OwnSummary& own : all)
    if (own.is_item()) count(standing, own);
    else if (own.number() > 0) standing.acts += delivery_of(own, standing.sync).state == DeliveryState::received ? 0 : 1;
  DOKAZ_LET(seen, vault.seen());
  standing.seen = seen;
  DOKAZ_LET(route, vault.route());
  standing.route = std::move(route);
  DOKAZ_LET(days, vault.rotation_days());
  standing.rotation_days = days;
  DOKAZ_LET(parcels, vault.sent_parcels());
  standing.parcels = parcels.size();
  DOKAZ_LET(orphans, vault.outbox().orphans());
  standing.orphans = orphans;
  DOKAZ_LET(recipients, vault.recipient_changes());
  standing.recipients = std::move(recipients);
  return standing;
}

std::string claimed(std::int64_t seconds) { return format_time(ClaimedTime{seconds, false}); }

/// A clock outside the years that can be written is not shown.
std::string text_of_run(const SyncFacts& sync) {
  if (!sync.run) return say("Sync      never run yet\n");
  if (sync.under_way) return say("Sync      running now\n");
  const std::int64_t at = sync.run->ended.value_or(sync.run->begun);
  const std::string when = is_representable({at, false}) ? claimed(at) : say("at an unknown time");
  if (!sync.run->ended) return say("Sync      stopped before its end; begun, by this clock, {}\n", when);
  if (!sync.run->failure) return say("Sync      brought all that it found; ended, by this clock, {}\n", when);
  return say("Sync      ended, by this clock, {}: {} ({})\n", when, name_of(*sync.run->failure),
             say_text(dokaz::words_of(*sync.run->failure))) +
         "          " + advice_for(Command::sync, *sync.run->failure).next + "\n";
}

nlohmann::ordered_json json_of_run(const SyncFacts& sync) {
  if (!sync.run) return nullptr;
  nlohmann::ordered_json document = {{"under_way", sync.under_way}, {"begun", sync.run->begun}};
  document["ended"] = sync.run->ended ? nlohmann::ordered_json(*sync.run->ended) : nullptr;
  document["reason"] = sync.run->failure ? nlohmann::ordered_json(name_of(*sync.run->failure)) : nullptr;
  document["server_ahead"] = sync.run->server_ahead;
  document["clock_off"] = sync.run->clock_off ? nlohmann::ordered_json(*sync.run->clock_off) : nullptr;
  return document;
}

std::string text_of_troubles(const Standing& standing) {
  std::string text = text_of_recipients(standing.recipients);
  if (standing.orphans > 0)
    text += say_count("Set aside {} sealed object that no item names, in outbox/orphans. An interrupted add leaves such\n"
                      "          objects, and an older vault.db that was put back. Nothing of it was deleted.\n",
                      "Set aside {} sealed objects that no item names, in outbox/orphans. An interrupted add leaves such\n"
                      "          objects, and an older vault.db that was put back. Nothing of them was deleted.\n",
                      standing.orphans, standing.orphans);
  if (standing.sync.run && standing.sync.run->server_ahead > 0) text += text_of_ahead(standing.sync.run->server_ahead);
  if (standing.sync.run && standing.sync.run->clock_off) text += text_of_clock(*standing.sync.run->clock_off);
  if (standing.contradicted > 0)
    text += say_count("Log       The receipts of {} statement once did not stand in the log that the server shows. Keep this vault: they\n"
                      "          prove that two histories were shown. Tell your counsel.\n",
                      "Log       The receipts of {} statements once did not stand in the log that the server shows. Keep this vault: they\n"
                      "          prove that two histories were shown. Tell your counsel.\n",
                      standing.contradicted, standing.contradicted);
  if (standing.sync.forked)
    text += say("Forked    This vault was copied, or an older copy was put back: the server has other statements in\n"
                "          the place of some of these, and takes none of them. Keep it and every copy of it, add\n"
                "          nothing more to it, and hand the whole folder to your counsel.\n");
  return text;
}

/// Nothing where straight connections are allowed: then there is nothing to know.
std::string text_of_route(const KeptRoute& route) {
  if (!route.demands_proxy()) return {};
  const std::string why = route.by_case ? say("Network   through Tor only, by a rule of the case\n") : say("Network   through Tor only\n");
  return why + (route.proxy ? say("          by the proxy {}\n", *route.proxy)
                            : say("          no proxy is named yet, so nothing is connected to: dokaz settings --proxy\n"));
}

nlohmann::ordered_json json_of(const Vault& vault, const Standing& standing) {
  nlohmann::ordered_json document = {{"pseudonym", vault.view().self->pseudonym},
                                     {"fingerprint", hex(vault.view().root.fingerprint())},
                                     {"epoch", vault.epochs().present()},
                                     {"server", format_server_address(vault.server())},
                                     {"proxy", nullptr},
                                     {"tor_only", standing.route.demands_proxy()},
                                     {"tor_only_by_case", standing.route.by_case}};
  if (standing.route.proxy) document["proxy"] = *standing.route.proxy;
  document.update(json_of(standing.items));
  document["custody"] = {{"logged", standing.logged}, {"stored", standing.stored}, {"cosigned", standing.cosigned}};
  document["sets"] = standing.sets;
  document["acts_outstanding"] = standing.acts;
  document["bytes_outstanding"] = standing.bytes_outstanding;
  document["sync"] = json_of_run(standing.sync);
  document["log_size_seen"] = standing.seen.size;
  document["recipients_changed"] = json_of_recipients(standing.recipients);
  document["orphans"] = standing.orphans;
  document["receipts_contradicted"] = standing.contradicted;
  document["rotation_days"] = standing.rotation_days;
  document["parcels_under_way"] = standing.parcels;
  document["forked"] = standing.sync.forked;
  return document;
}

std::string text_of(const Vault& vault, const Standing& standing) {
  std::string text = say("You are   {}\n"
                         "Fingerprint of the case: {}\n"
                         "Server    {}\n",
                         vault.view().self->pseudonym, hex(vault.view().root.fingerprint()),
                         format_server_address(vault.server())) +
                     text_of_route(standing.route) + say("Items     {}\n", sum_of(standing.items));
  if (standing.sets > 0) text += text_of_sets(standing.sets, standing.in_sets);
  text += vault.view().policy.needs_witnesses()
              ? say("          by receipts: {} logged, {} stored, {} cosigned\n", standing.logged, standing.stored, standing.cosigned)
              : say("          by receipts: {} logged, {} stored\n", standing.logged, standing.stored);
  text += say_count("To bring  {} byte\n", "To bring  {} bytes\n", standing.bytes_outstanding, standing.bytes_outstanding);
  if (const std::uint64_t epoch = vault.epochs().present(); epoch > 0)
    text += say("Key       number {} after the first; the ones before are erased\n", epoch);
  else if (standing.rotation_days > 0 && standing.parcels > 0) text += say("Key       the first\n");
  if (standing.rotation_days > 0 && standing.parcels > 0)
    text += say_count("          it is not changed by itself while {} parcel is under way: unpack its answer, or dokaz key-rotate\n",
                      "          it is not changed by itself while {} parcels are under way: unpack their answers, or dokaz key-rotate\n",
                      standing.parcels, standing.parcels);
  text += text_of_run(standing.sync);
  text += standing.seen.size == 0 ? say("Log       not seen yet\n")
                                  : say_count("Log       seen with {} entry\n", "Log       seen with {} entries\n",
                                              standing.seen.size, standing.seen.size);
  if (standing.items.outstanding() > 0)
    text += say("Until an item is received, its sealed form is known to be in this vault only. dokaz does not move\n"
                "or delete the photo that it was made from. Next: dokaz sync\n");
  if (standing.acts > 0) text += text_of_acts(standing.acts);
  return text + text_of_troubles(standing);
}

int status(const Common& common) {
  auto vault = open_vault(common);
  if (!vault) return report(common, Command::status, vault.error());
  const auto standing = standing_of(*vault);
  if (!standing) return report(common, Command::status, standing.error());
  return common.console.json ? print_json(common, json_of(*vault, *standing)) : print(common, text_of(*vault, *standing));
}

Runner describe(CLI::App& command) {
  command.footer("Example:\n  dokaz status");
  return [](const Common& common) { return status(common); };
}

}  // namespace

const CommandEntry status_command{"status", "Show the case, the server and how much waits", Needs::vault, describe};

}  // namespace dokaz::cli
