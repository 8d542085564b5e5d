// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target of recovery: any plan of a clean copy gives its original back, through a reader that gets the
// delta in pieces; any bytes as a delta give exactly what was expected or a failure, whole or in pieces.
#include "collector/intake/plan/clean_plan.hpp"
#include "collector/intake/recovery_check.hpp"

using namespace dokaz;
using namespace dokaz::intake;

namespace {

/// Numbers off the front of the input; zeros after its end.
class Dice {
 public:
  explicit Dice(ByteView bytes) : rest_(bytes) {}
  std::size_t number(std::size_t below) {
    std::size_t value = 0;
    for (int i = 0; i < 2 && !rest_.empty(); ++i, rest_ = rest_.subspan(1)) value = value << 8 | rest_[0];
    return below == 0 ? 0 : value % below;
  }
  ByteView rest() const { return rest_; }

 private:
  ByteView rest_;
};

std::optional<Bytes> apply_in_pieces(ByteView delta, ByteView clean, std::uint64_t size, std::size_t piece) {
  Bytes out;
  const ReadableBytes source(clean);
  RecoveryReader reader(source, size, [&](ByteView bytes) -> Status {
    append(out, bytes);
    return {};
  });
  for (; !delta.empty(); delta = delta.subspan(std::min(piece, delta.size())))
    if (!reader.feed(delta.first(std::min(piece, delta.size())))) return std::nullopt;
  if (!reader.finish()) return std::nullopt;
  return out;
}

void plan_gives_original(ByteView input) {
  Dice dice(input);
  const std::size_t steps = dice.number(40), piece = 1 + dice.number(200);
  CleanPlan plan;
  Bytes original(1 + dice.number(3000));
  for (std::size_t i = 0; i < original.size(); ++i) original[i] = static_cast<Byte>(i * i >> 3);
  for (std::size_t i = 0; i < steps; ++i) {
    const std::size_t at = dice.number(original.size()), length = dice.number(original.size() - at + 1);
    if (dice.number(3) == 0) plan.put(ByteView(original).first(length % 50));
    else plan.copy(at, length);
  }
  const ReadableBytes content(original);
  const PlannedCopy copy(content, plan);
  const Bytes clean = copy.bytes(0, copy.size()).value();
  const auto recovery = recovery_steps(plan, original.size());
  const Bytes delta = encode_recovery(recovery, original);
  DOKAZ_CHECK(apply_in_pieces(delta, clean, original.size(), piece) == original);
  const auto checked = check_recovery(content, copy, recovery);
  DOKAZ_CHECK(checked && checked->original == sha256(original) && checked->recovery == sha256(delta));
}

void delta_is_read_or_refused(ByteView delta) {
  static const Bytes clean = [] {
    Bytes out(500);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<Byte>(i);
    return out;
  }();
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{6}, std::uint64_t{600}}) {
    const auto whole = apply_recovery(delta, clean, size);
    if (whole) DOKAZ_CHECK(whole->size() == size);
    const auto pieces = apply_in_pieces(delta, clean, size, 3);
    DOKAZ_CHECK(pieces.has_value() == whole.has_value() && (!whole || *pieces == *whole));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  plan_gives_original(input);
  delta_is_read_or_refused(input);
  Bytes headed = {0xd6, 0xc3, 0xc4, 0x00, 0x00};
  append(headed, input);
  delta_is_read_or_refused(headed);
  return 0;
}
