// SPDX-License-Identifier: GPL-3.0-or-later
// The five words for state, as people and programs read them in every command.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "collector/cli/advice.hpp"
#include "collector/vault/delivery.hpp"

namespace dokaz::cli {

/// How many items are in each state: they add up to all items.
struct DeliveryCounts {
  std::size_t sealed = 0, waiting = 0, sending = 0, received = 0, failed = 0;

  void add(DeliveryState state);
  std::size_t all() const { return sealed + waiting + sending + received + failed; }
  /// What only this vault is known to have.
  std::size_t outstanding() const { return all() - received; }
};

/// One of the five words, as people read it; `name_of` is for programs.
std::string word_for(DeliveryState state);
/// What receipts show, the same way.
std::string word_for(CustodyState state);
/// "failed (quota_exceeded)", "waiting (unreachable)", "received".
std::string words_of(const Delivery& delivery);
/// "7 = 1 sealed + 2 waiting + 0 sending + 4 received + 0 failed"
std::string sum_of(const DeliveryCounts& counts);
nlohmann::ordered_json json_of(const DeliveryCounts& counts);
/// Adds `state`, and where there is one `reason`, with what it means and what to do.
void put_delivery(nlohmann::ordered_json& document, const Delivery& delivery);

}  // namespace dokaz::cli
