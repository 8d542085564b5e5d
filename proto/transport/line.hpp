// SPDX-License-Identifier: GPL-3.0-or-later
// How a client uses the network: which way, how fast, how patiently, and until when.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "proto/transport/pace.hpp"
#include "proto/transport/route.hpp"
#include "proto/transport/socks_dialogue.hpp"

namespace dokaz {

struct Deadlines {
  std::chrono::milliseconds connect{15'000};
  std::chrono::milliseconds answer{60'000};  // between a request and its answer, and between two frames

  /// For Tor, where circuits are made anew and each answer crosses six relays.
  static Deadlines through_proxy() { return {std::chrono::milliseconds(120'000), std::chrono::milliseconds(180'000)}; }
};

struct Line {
  Line() = default;
  Line(Deadlines d) : deadlines(d) {}
  /// With the deadlines that fit the route.
  explicit Line(Route r) : route(std::move(r)) {
    if (route.proxy) deadlines = Deadlines::through_proxy();
  }

  Deadlines deadlines;
  Route route;
  /// One for all connections of a run, so that they share circuits; another run has another.
  ProxyLogin login = ProxyLogin::random();
  std::shared_ptr<Pace> pace;   // nothing: as fast as the network takes it
  /// Asked a few times a second, by any thread, while something is waited for; true ends it by `interrupted`.
  std::function<bool()> stop;
};

}  // namespace dokaz
