// SPDX-License-Identifier: GPL-3.0-or-later
// What is in the vault, by item.
#include <CLI/CLI.hpp>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <span>

#include "collector/cli/delivery_words.hpp"
#include "collector/cli/open_vault.hpp"
#include "console/say.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::cli {
namespace {

using console::say;
using console::say_count;

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
  std::optional<std::uint64_t> set;  // number of the first of those that were sealed as one with it
  std::uint64_t epoch = 0;
};

/// Words that were signed and made no item: what they say is nowhere on this device.
struct ListedAct {
  std::uint64_t number = 0;
  StatementHash hash;
  Act act = Act::note;
  Delivery delivery;
  std::string claimed;
};

struct Listing {
  std::vector<Listed> items;
  std::vector<ListedAct> acts;
};

/// Somebody waits for a note, a consent and a withdrawal to arrive; for the rest only while it has not.
bool is_shown(Act act, const Delivery& delivery) {
  if (act == Act::genesis) return false;
  return act == Act::note || act == Act::consent || act == Act::withdraw || delivery.state != DeliveryState::received;
}

Result<Listing> listing_of(Vault& vault) {
  DOKAZ_LET(facts, sync_facts(vault));
  DOKAZ_LET(all, vault.summaries());
  Listing listing;
  std::vector<Listed>& items = listing.items;
  for (const OwnSummary& own : all) {
    if (!own.is_item()) {
      const Delivery delivery = delivery_of(own, facts);
      if (is_shown(own.act, delivery))
        listing.acts.push_back({own.number(), own.hash, own.act, delivery, format_time(own.time)});
      continue;
    }
    Listed item{own.number(), own.hash, delivery_of(own, facts), own.state(), format_time(own.time), 0,
                own.logged, own.stored, own.cosigned, own.sealed_again, own.dropped, own.objects.size() > 1, own.set};
    for (const ObjectRef& object : own.objects) item.bytes += object.size;
    item.epoch = vault.epochs().epoch_of(own.number());
    items.push_back(std::move(item));
  }
  return listing;
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
  document["epoch"] = item.epoch;
  document["bytes"] = item.bytes;
  document["logged"] = json_of(item.logged);
  document["stored"] = json_of(item.stored);
  document["cosigned"] = json_of(item.cosigned);
  document["sealed_again"] = item.sealed_again;
  document["dropped"] = item.dropped;
  document["cleaned"] = item.cleaned;
  document["set"] = item.set ? nlohmann::ordered_json(*item.set) : nullptr;
  return document;
}

nlohmann::ordered_json json_of(const ListedAct& act) {
  nlohmann::ordered_json document = {{"number", act.number}, {"statement", hex(act.hash)}, {"act", name_of(act.act)}};
  put_delivery(document, act.delivery);
  document["claimed_time"] = act.claimed;
  return document;
}

nlohmann::ordered_json json_of(const Listing& listing) {
  nlohmann::ordered_json document = {{"items", nlohmann::json::array()}, {"acts", nlohmann::json::array()}};
  for (const Listed& item : listing.items) document["items"].push_back(json_of(item));
  for (const ListedAct& act : listing.acts) document["acts"].push_back(json_of(act));
  return document;
}

std::string line_of(CustodyState what, const std::optional<LogPlace>& place) {
  if (!place) return say("        {}: not yet\n", word_for(what));
  return say("        {}: entry {} of the log at size {}\n", word_for(what), place->index, place->size);
}

std::string text_of(const Listed& item, bool receipts) {
  std::string text = say_count("{:6}  {}  {:<8}  {:<8}  claimed {}  {} byte", "{:6}  {}  {:<8}  {:<8}  claimed {}  {} bytes",
                               item.bytes, item.number, short_name(item.hash), words_of(item.delivery),
                               word_for(item.custody), item.claimed, item.bytes);
  if (!item.cleaned) text += say("  (not cleaned)");
  if (item.dropped) text += say("  (dropped here)");
  if (item.sealed_again) text += say("  (lost an object; sealed again)");
  text += "\n";
  if (!receipts) return text;
  text += line_of(CustodyState::logged, item.logged) + line_of(CustodyState::stored, item.stored);
  return item.cosigned ? text + line_of(CustodyState::cosigned, item.cosigned) : text;
}

/// How far a set is, is how far the file is that is behind the others.
bool is_behind(const Listed& a, const Listed& b) {
  const auto rank = [](const Listed& item) {
    switch (item.delivery.state) {
      case DeliveryState::failed: return 0;
      case DeliveryState::sealed: return 1;
      case DeliveryState::waiting: return 2;
      case DeliveryState::sending: return 3;
      case DeliveryState::received: return 4;
    }
    return 0;
  };
  return std::pair(rank(a), a.custody) < std::pair(rank(b), b.custody);
}

/// Several files that were sealed as one are one line; with their receipts each has its own below it.
std::string text_of_set(std::span<const Listed> set, bool receipts) {
  Listed whole = *std::min_element(set.begin(), set.end(), is_behind);
  std::uint64_t bytes = 0;
  for (const Listed& item : set) bytes += item.bytes;
  const Listed& first = set.front();
  std::string text =
      say_count("{:6}  {}  {:<8}  {:<8}  claimed {}  {} file as one, up to number {}, {} bytes",
                "{:6}  {}  {:<8}  {:<8}  claimed {}  {} files as one, up to number {}, {} bytes", set.size(), first.number,
                short_name(first.hash), words_of(whole.delivery), word_for(whole.custody), first.claimed, set.size(),
                set.back().number, bytes);
  if (std::all_of(set.begin(), set.end(), [](const Listed& item) { return item.dropped; })) text += say("  (dropped here)");
  text += "\n";
  if (receipts)
    for (const Listed& item : set) text += text_of(item, true);
  return text;
}

/// From the first item on, those of its set.
std::span<const Listed> set_at(std::span<const Listed> items) {
  std::size_t count = 1;
  while (items.front().set && count < items.size() && items[count].set == items.front().set) ++count;
  return items.first(count);
}

std::string word_for(Act act) {
  if (act == Act::note) return say("note");
  if (act == Act::consent) return say("consent");
  if (act == Act::withdraw) return say("consent taken back");
  if (act == Act::heartbeat) return say("sign of life");
  if (act == Act::close) return say("end of the chain");
  return std::string(name_of(act));
}

std::string text_of(const ListedAct& act) {
  return say("{:6}  {}  {:<8}  {}  claimed {}\n", act.number, short_name(act.hash), words_of(act.delivery), word_for(act.act),
             act.claimed);
}

/// Each reason once, with what to do.
std::string advice_about(const Listing& listing) {
  std::set<Errc> reasons;
  for (const Listed& item : listing.items)
    if (item.delivery.reason) reasons.insert(*item.delivery.reason);
  for (const ListedAct& act : listing.acts)
    if (act.delivery.reason) reasons.insert(*act.delivery.reason);
  std::string text;
  for (const Errc reason : reasons)
    text += say("{}: {}.\n  What to do: {}\n", name_of(reason), console::say_text(dokaz::words_of(reason)),
                advice_for(Command::sync, reason).next);
  return text;
}

std::string text_of(const Listing& listing, bool receipts) {
  std::string text;
  if (listing.items.empty()) text += say("The vault has no items yet. Next: dokaz add PHOTO\n");
  for (std::span<const Listed> left(listing.items); !left.empty();) {
    const auto set = set_at(left);
    text += set.size() == 1 ? text_of(set.front(), receipts) : text_of_set(set, receipts);
    left = left.subspan(set.size());
  }
  if (!listing.acts.empty()) text += say("Besides items:\n");
  for (const ListedAct& act : listing.acts) text += text_of(act);
  return text + advice_about(listing);
}

int list(const Common& common, const ListOptions& options) {
  auto vault = open_vault(common);
  if (!vault) return report(common, Command::list, vault.error());
  const auto listing = listing_of(*vault);
  if (!listing) return report(common, Command::list, listing.error());
  return common.console.json ? print_json(common, json_of(*listing)) : print(common, text_of(*listing, options.receipts));
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
