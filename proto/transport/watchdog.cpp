// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/transport/watchdog.hpp"

namespace dokaz {

struct Watchdog::State {
  State(asio::any_io_executor executor, std::function<void()> b) : timer(std::move(executor)), bite(std::move(b)) {}

  asio::steady_timer timer;
  std::function<void()> bite;
  std::uint64_t round = 0;  // a wait of an earlier round that ends late means nothing
  bool bitten = false;
};

Watchdog::Watchdog(asio::any_io_executor executor, std::function<void()> bite)
    : state_(std::make_shared<State>(std::move(executor), std::move(bite))) {}

Watchdog::~Watchdog() { rest(); }

void Watchdog::set(std::chrono::milliseconds in) {
  state_->timer.expires_after(in);
  state_->timer.async_wait([state = state_, round = ++state_->round](boost::system::error_code error) {
    if (error || round != state->round || state->bitten) return;
    state->bitten = true;
    state->bite();
  });
}

void Watchdog::rest() {
  ++state_->round;
  state_->timer.cancel();
}

bool Watchdog::has_bitten() const { return state_->bitten; }

}  // namespace dokaz
