// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/store/settling.hpp"

namespace dokaz::server {
namespace {

/// Members' writes wait longer, whatever happens meanwhile.
class ShortPatience {
 public:
  ShortPatience(Database& database, std::chrono::milliseconds patience)
      : database_(database), usual_("PRAGMA busy_timeout = 5000") {
    (void)database_.exec("PRAGMA busy_timeout = " + std::to_string(patience.count())).has_value();
  }
  ~ShortPatience() { (void)database_.exec(usual_).has_value(); }
  ShortPatience(const ShortPatience&) = delete;
  ShortPatience& operator=(const ShortPatience&) = delete;

 private:
  Database& database_;
  std::string usual_;
};

}  // namespace

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
  const ShortPatience patience(database_, limits_.patience);
  const Status settled = database_.settle();
  return !settled && settled.code() == Errc::busy ? Status() : settled;
}

std::uint64_t Settling::log_bytes() const {
  std::error_code unclear;
  const auto size = std::filesystem::file_size(log_, unclear);
  return unclear ? 0 : size;
}

}  // namespace dokaz::server
