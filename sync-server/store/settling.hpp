// SPDX-License-Identifier: GPL-3.0-or-later
// When what is committed moves from the database's log into its file, and how that log stays small. SQLite's own way of
// doing this says nothing of an fsync that failed, and would try it again.
#pragma once

#include <chrono>

#include "crypto/files.hpp"
#include "crypto/sealed_db.hpp"

namespace dokaz::server {

/// Of the thread that has the database.
class Settling {
 public:
  struct Limits {
    std::uint64_t after = 2000;                  // statements and groups, some 16 MiB of the log
    std::uint64_t most_log = std::uint64_t{64} << 20;  // bytes; above, it is begun anew as soon as that can be
    std::chrono::milliseconds patience{200};     // how long readers are waited for then, while nobody writes
  };
  Settling(Database& database, const Path& database_file, Limits limits)
      : database_(database), log_(database_file.string() + "-wal"), limits_(limits) {}

  /// After each commit; `statements`: how many the database has.
  Status committed(std::uint64_t statements);

 private:
  Status settle();
  std::uint64_t log_bytes() const;

  Database& database_;
  Path log_;
  Limits limits_;
  std::uint64_t groups_ = 0, settled_at_ = 0;
};

}  // namespace dokaz::server
