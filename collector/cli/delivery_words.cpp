// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/cli/delivery_words.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace dokaz::cli {

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

std::string words_of(const Delivery& delivery) {
  if (!delivery.reason) return std::string(name_of(delivery.state));
  return fmt::format("{} ({})", name_of(delivery.state), name_of(*delivery.reason));
}

std::string sum_of(const DeliveryCounts& counts) {
  return fmt::format("{} = {} sealed + {} waiting + {} sending + {} received + {} failed", counts.all(), counts.sealed,
                     counts.waiting, counts.sending, counts.received, counts.failed);
}

nlohmann::ordered_json json_of(const DeliveryCounts& counts) {
  return {{"items", counts.all()},       {"sealed", counts.sealed},     {"waiting", counts.waiting},
          {"sending", counts.sending},   {"received", counts.received}, {"failed", counts.failed}};
}

void put_delivery(nlohmann::ordered_json& document, const Delivery& delivery) {
  document["state"] = name_of(delivery.state);
  if (!delivery.reason) return;
  document["reason"] = name_of(*delivery.reason);
  document["what"] = dokaz::words_of(*delivery.reason);
  document["next"] = advice_for(Command::sync, *delivery.reason).next;
}

}  // namespace dokaz::cli
