// SPDX-License-Identifier: GPL-3.0-or-later
// How far something is on its way to the server, in the five words that people read everywhere.
#pragma once

#include "collector/vault/vault.hpp"

namespace dokaz {

/// sealed: in the vault, and no sync has tried it yet. waiting: for the next sync, or held back. sending: a sync is
/// at it. received: a checked receipt shows that the server holds all of it. failed: it alone was refused or is
/// damaged, and somebody has to do something.
enum class DeliveryState { sealed, waiting, sending, received, failed };
std::string_view name_of(DeliveryState state);

struct Delivery {
  DeliveryState state = DeliveryState::sealed;
  /// Of what failed: always. Of what waits: what holds it back, where that is known.
  std::optional<Errc> reason;
};

/// What is known about all of a vault's deliveries at one moment.
struct SyncFacts {
  std::optional<SyncRun> run;
  bool under_way = false;  // a sync is running now
  bool forked = false;     // Vault::forked
};

/// The one place where the words come from.
Delivery delivery_of(const OwnStatement& own, const SyncFacts& facts);
Delivery delivery_of(const OwnSummary& own, const SyncFacts& facts);

/// The failures of reading the vault.
Result<SyncFacts> sync_facts(Vault& vault);

}  // namespace dokaz
