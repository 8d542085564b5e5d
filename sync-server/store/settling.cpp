// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/store/settling.hpp"

namespace dokaz::server {

Status Settling::committed(std::uint64_t statements) {
  ++groups_;
  if (statements + groups_ < settled_at_ + limits_.after) return {};
  groups_ = 0;
  settled_at_ = statements;
  return settle();
}

/// The first way waits for nobody, but the log is begun anew only where no reader looks into it at that moment, and
/// with many readers somebody always does. The second waits for those who came before; those who come meanwhile find
/// everything in the file. One that stays long (a backup, an audit) makes it give up until the next time.
Status Settling::settle() {
  DOKAZ_TRY(database_.prepare("PRAGMA wal_checkpoint(PASSIVE)").run());
  if (log_bytes() <= limits_.most_log) return {};
  DOKAZ_TRY(database_.exec("PRAGMA busy_timeout = " + std::to_string(limits_.patience.count())));
  Status settled = database_.settle();
  DOKAZ_TRY(database_.exec("PRAGMA busy_timeout = 5000"));
  return !settled && settled.code() == Errc::busy ? Status() : settled;
}

std::uint64_t Settling::log_bytes() const {
  std::error_code unclear;
  const auto size = std::filesystem::file_size(log_, unclear);
  return unclear ? 0 : size;
}

}  // namespace dokaz::server
