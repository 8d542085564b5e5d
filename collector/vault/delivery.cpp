// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/delivery.hpp"

namespace dokaz {
namespace {

/// A statement without objects ends at logged.
template <class Own>
bool is_received(const Own& own) {
  if (own.history == History::contradicted) return false;
  return own.stored || (!own.has_objects() && own.state() != CustodyState::sealed);
}

/// What nothing but a person's deed brings on its way again.
template <class Own>
std::optional<Errc> own_failure(const Own& own, const SyncFacts& facts) {
  if (own.sealed_again) return Errc::missing_part;
  if (own.history == History::contradicted) return Errc::bad_consistency;
  if (facts.forked && own.state() == CustodyState::sealed) return Errc::forked_chain;
  return own.attempt ? own.attempt->failure : std::nullopt;
}

/// A run that neither goes on nor told its end was killed.
std::optional<Errc> held_back_by(const SyncFacts& facts) {
  if (facts.under_way) return {};
  return facts.run->ended ? facts.run->failure : Errc::interrupted;
}

template <class Own>
Delivery judge(const Own& own, const SyncFacts& facts) {
  if (is_received(own)) return {DeliveryState::received, {}};
  if (const auto failure = own_failure(own, facts)) return {DeliveryState::failed, failure};
  if (facts.under_way && own.attempt) return {DeliveryState::sending, {}};
  if (facts.run && own.number() <= facts.run->reached) return {DeliveryState::waiting, held_back_by(facts)};
  return {DeliveryState::sealed, {}};
}

}  // namespace

std::string_view name_of(DeliveryState state) {
  switch (state) {
    case DeliveryState::sealed: return "sealed";
    case DeliveryState::waiting: return "waiting";
    case DeliveryState::sending: return "sending";
    case DeliveryState::received: return "received";
    case DeliveryState::failed: return "failed";
  }
  DOKAZ_CHECK(false);
  return {};
}


Delivery delivery_of(const OwnStatement& own, const SyncFacts& facts) { return judge(own, facts); }
Delivery delivery_of(const OwnSummary& own, const SyncFacts& facts) { return judge(own, facts); }

Result<SyncFacts> sync_facts(Vault& vault) {
  DOKAZ_LET(run, vault.newest_run());
  DOKAZ_LET(forked, vault.forked());
  return SyncFacts{run, vault.sync_under_way(), forked};
}

}  // namespace dokaz
