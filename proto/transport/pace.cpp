// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/transport/pace.hpp"

#include <algorithm>

#include "crypto/check.hpp"

namespace dokaz {
namespace {

constexpr std::size_t record = 16'384, record_header = 22, padding = 256;  // docs/protocol.md section 1
constexpr std::size_t segment = 1'400, segment_header = 52;                // TCP with time stamps over IPv4
constexpr std::chrono::nanoseconds depth = std::chrono::seconds(1);

}  // namespace

Pace::Pace(std::uint64_t bytes_per_second) : rate_(bytes_per_second) { DOKAZ_CHECK(rate_ >= least); }

std::uint64_t Pace::on_the_wire(std::size_t payload) {
  const std::uint64_t records = (payload + record - 1) / record;
  const std::uint64_t padded = (payload + padding - 1) / padding * padding + records * record_header;
  return padded + (padded + segment - 1) / segment * segment_header;
}

std::size_t Pace::piece() const {
  return static_cast<std::size_t>(std::clamp<std::uint64_t>(rate_ / 4, 512, 65'536));
}

/// The bucket is kept as the time at which it is full again: `depth` before that it is empty.
Pace::Time Pace::take(std::size_t payload, Time now) {
  const std::lock_guard guard(mutex_);
  if (!begun_ || filled_ < now) filled_ = now;
  begun_ = true;
  const auto cost = std::chrono::nanoseconds(on_the_wire(payload) * 1'000'000'000 / rate_);
  filled_ += cost;
  return std::max(now, filled_ - depth);
}

}  // namespace dokaz
