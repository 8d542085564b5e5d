// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/net/credit.hpp"

#include <algorithm>

namespace dokaz::server {

std::uint64_t Credit::share() const {
  // Those who wait count as well: so everybody's share shrinks until there is one for them.
  const std::uint64_t even = limits_.credit_of_all / std::max<std::size_t>(uploads_ + waiting_.size(), 1);
  return std::clamp(even, limits_.least_credit, limits_.credit);
}

std::uint64_t Credit::change(std::uint64_t before, std::uint64_t wanted) {
  aside_ -= before;
  const std::uint64_t now = std::min(wanted, limits_.credit_of_all - std::min(aside_, limits_.credit_of_all));
  aside_ += now;
  if (now < before && !waiting_.empty()) waiting_.front()->cancel();
  return now;
}

std::optional<Credit::Allowance> Credit::open(std::uint64_t size) {
  const std::uint64_t least = std::min(size, limits_.least_credit);
  if (aside_ + least > limits_.credit_of_all) return std::nullopt;
  ++uploads_;
  const std::uint64_t aside = change(0, std::min(size, share()));
  // One end may have made room for several: the next tries as well, and waits again if it was not so.
  if (!waiting_.empty() && aside_ < limits_.credit_of_all) waiting_.front()->cancel();
  return std::optional<Allowance>(std::in_place, *this, aside);
}

Credit::Allowance::~Allowance() {
  if (!of_) return;
  --of_->uploads_;
  of_->change(aside_, 0);
}

std::uint64_t Credit::Allowance::raise(std::uint64_t left) {
  // The share shrinks as others come; what the client was told is never taken back.
  const std::uint64_t wanted = std::max(open_, std::min(of_->share(), open_ + std::min(left, UINT64_MAX - open_)));
  aside_ = of_->change(aside_, wanted);
  const std::uint64_t more = std::min(left, aside_ - open_);
  // Told in a few large steps; the end of the object at once.
  if (more == 0 || (more < left && more < aside_ / 2)) return 0;
  open_ += more;
  return more;
}

asio::awaitable<void> Credit::wait(asio::steady_timer& timer, std::chrono::steady_clock::time_point latest) {
  timer.expires_at(latest);
  const auto place = waiting_.insert(waiting_.end(), &timer);
  co_await timer.async_wait(as_value);
  waiting_.erase(place);
}

}  // namespace dokaz::server
