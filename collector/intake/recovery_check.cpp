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
    ByteView expected;
    if (const auto view = original.view()) {
      if (rebuilt.size() > view->size() - at) return fail(Errc::not_recoverable);
      expected = view->subspan(static_cast<std::size_t>(at), rebuilt.size());
    } else {
      room.resize(rebuilt.size());
      DOKAZ_TRY(original.read(room, at));
      expected = room;
    }
    if (!std::ranges::equal(rebuilt, expected)) return fail(Errc::not_recoverable);
    original_hash.update(expected);
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
