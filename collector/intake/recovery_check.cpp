// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/recovery_check.hpp"

namespace dokaz::intake {
namespace {

/// Whatever is wrong with a delta, here it means one thing.
Status judged(Status status) {
  if (status || status.code() == Errc::io_error || status.code() == Errc::no_space) return status;
  return fail(Errc::not_recoverable);
}

}  // namespace

Result<CheckedRecovery> check_recovery(const Readable& original, const Readable& clean,
                                       std::span<const RecoveryStep> steps) {
  Sha256Stream original_hash, recovery_hash;
  CheckedRecovery out;
  Bytes room;
  std::uint64_t at = 0;
  RecoveryReader reader(clean, original.size(), [&](ByteView rebuilt) -> Status {
    room.resize(rebuilt.size());
    DOKAZ_TRY(original.read(room, at));
    if (!std::ranges::equal(rebuilt, room)) return fail(Errc::not_recoverable);
    original_hash.update(room);
    at += rebuilt.size();
    return {};
  });
  DOKAZ_TRY(judged(write_recovery(steps, original, [&](ByteView delta) -> Status {
    recovery_hash.update(delta);
    out.size += delta.size();
    return reader.feed(delta);
  })));
  DOKAZ_TRY(judged(reader.finish()));
  out.original = original_hash.finish();
  out.recovery = recovery_hash.finish();
  return out;
}

}  // namespace dokaz::intake
