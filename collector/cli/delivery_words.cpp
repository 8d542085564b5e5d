// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/cli/delivery_words.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "console/say.hpp"

namespace dokaz::cli {

using console::say;
using console::say_count;

void DeliveryCounts::add(DeliveryState state) {
  switch (state) {
    case DeliveryState::sealed: ++sealed; return;
    case DeliveryState::waiting: ++waiting; return;
    case DeliveryState::sending: ++sending; return;
    case DeliveryState::received: ++received; return;
    case DeliveryState::failed: ++failed; return;
  }
  DOKAZ_CHECK(false);
}

std::string word_for(DeliveryState state) {
  switch (state) {
    case DeliveryState::sealed: return say("sealed");
    case DeliveryState::waiting: return say("waiting");
    case DeliveryState::sending: return say("sending");
    case DeliveryState::received: return say("received");
    case DeliveryState::failed: return say("failed");
  }
  DOKAZ_CHECK(false);
  return {};
}

std::string word_for(CustodyState state) {
  switch (state) {
    case CustodyState::sealed: return say("sealed");
    case CustodyState::logged: return say("logged");
    case CustodyState::stored: return say("stored");
    case CustodyState::cosigned: return say("cosigned");
  }
  DOKAZ_CHECK(false);
  return {};
}

std::string words_of(const Delivery& delivery) {
  const std::string word = word_for(delivery.state);
  return delivery.reason ? fmt::format("{} ({})", word, name_of(*delivery.reason)) : word;
}

std::string sum_of(const DeliveryCounts& counts) {
  // Each term has its own number, and so its own form.
  return fmt::format("{} = {} + {} + {} + {} + {}", counts.all(),
                     say_count("{} sealed", "{} sealed", counts.sealed, counts.sealed),
                     say_count("{} waiting", "{} waiting", counts.waiting, counts.waiting),
                     say_count("{} sending", "{} sending", counts.sending, counts.sending),
                     say_count("{} received", "{} received", counts.received, counts.received),
                     say_count("{} failed", "{} failed", counts.failed, counts.failed));
}

nlohmann::ordered_json json_of(const DeliveryCounts& counts) {
  return {{"items", counts.all()},       {"sealed", counts.sealed},     {"waiting", counts.waiting},
          {"sending", counts.sending},   {"received", counts.received}, {"failed", counts.failed}};
}

void put_delivery(nlohmann::ordered_json& document, const Delivery& delivery) {
  document["state"] = name_of(delivery.state);
  if (!delivery.reason) return;
  document["reason"] = name_of(*delivery.reason);
  document["what"] = console::say_text(dokaz::words_of(*delivery.reason));
  document["next"] = advice_for(Command::sync, *delivery.reason).next;
}

}  // namespace dokaz::cli
