// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/sync/pause.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>

#include "crypto/secret.hpp"

namespace dokaz {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds step{50};

std::uint32_t system_random() {
  std::array<Byte, 4> bytes{};
  random_fill(bytes);
  std::uint32_t number = 0;
  for (const Byte byte : bytes) number = number << 8 | byte;
  return number;
}

}  // namespace

bool Pause::wait(milliseconds time) const {
  until([] { return false; }, time);
  return !stopped();
}

bool Pause::until(const std::function<bool()>& done, milliseconds most) const {
  std::mutex nobody_else;
  std::condition_variable never;
  std::unique_lock held(nobody_else);
  const auto end = std::chrono::steady_clock::now() + most;
  while (!stopped()) {
    if (done()) return true;
    const auto now = std::chrono::steady_clock::now();
    if (now >= end) return false;
    never.wait_until(held, std::min(end, now + step));
  }
  return false;
}

Backoff::Backoff(const Retry& retry, std::function<std::uint32_t()> random)
    : retry_(retry), random_(random ? std::move(random) : system_random) {}

milliseconds Backoff::next() {
  milliseconds whole = std::min(retry_.first, retry_.most);
  for (unsigned i = 0; i < failed_ && whole < retry_.most; ++i) whole = std::min(whole * 2, retry_.most);
  ++failed_;
  const auto half = whole / 2;
  return half + milliseconds(static_cast<std::int64_t>((whole - half).count()) * random_() / 0xffff'ffffLL);
}

}  // namespace dokaz
