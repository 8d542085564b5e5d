// SPDX-License-Identifier: GPL-3.0-or-later
// What a run of `dokaz sync` says. Private to the command.
#pragma once

#include "collector/cli/delivery_words.hpp"
#include "collector/sync/sync.hpp"

namespace dokaz::cli {

struct SyncLeft {
  DeliveryCounts items;
  std::size_t sets = 0, in_sets = 0;  // several files that were sealed as one; how many items they are
  std::size_t not_logged = 0;         // statements that the server has not: here alone, and sent in their order
  std::size_t sealed_again = 0;
  std::size_t not_cosigned = 0;  // received, under a policy with witnesses
  std::vector<RecipientChange> recipients;  // by a newer roster, until they are confirmed
  std::size_t acts = 0;          // notes, consents and the like that are not received; not the chain's beginning
};
Result<SyncLeft> items_left(Vault& vault);

struct SyncOutcome {
  SyncReport report;
  SyncLeft left;
};

nlohmann::ordered_json json_of(const SyncOutcome& outcome);
std::string text_of(const SyncOutcome& outcome);
/// "This device's clock …", for a difference in seconds as in SyncRun.
std::string text_of_clock(std::int64_t off);
/// How many notes, consents and other acts the server has not; how many statements it has that are not here.
std::string text_of_acts(std::size_t acts);
std::string text_of_ahead(std::uint64_t statements);
/// Of all items, those that were sealed as one with others; of all statements, those that the server has not.
std::string text_of_sets(std::size_t sets, std::size_t items);
std::string text_of_behind(std::size_t statements);
/// "Item 7 lost a sealed object …"
std::string text_of_lost(std::uint64_t item, Errc code);
/// Prints the outcome and its failure; the exit code.
int tell(const Common& common, const SyncOutcome& outcome);

}  // namespace dokaz::cli
