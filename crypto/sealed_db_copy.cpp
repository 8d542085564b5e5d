// SPDX-License-Identifier: GPL-3.0-or-later
// SQLite's online backup between two keyed handles, inside one read transaction of the source.
#include "crypto/sealed_db_copy.hpp"

#define SQLITE_HAS_CODEC 1
#include <sqlite3.h>

#include "crypto/sealed_db_state.hpp"

namespace dokaz {
namespace {

constexpr int pages_at_once = 1024;  // 4 MiB between two reports

struct Finish {
  void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
};

/// A read transaction: while it is open the source stays, for this handle, as it was.
class Snapshot {
 public:
  static Result<Snapshot> take(Database& of) {
    DOKAZ_TRY(of.exec("BEGIN"));
    Snapshot snapshot(&of);
    auto first = of.prepare("SELECT count(*) FROM sqlite_master");
    DOKAZ_TRY(first.step());
    return snapshot;
  }
  Snapshot(Snapshot&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
  Snapshot& operator=(Snapshot&&) = delete;
  ~Snapshot() {
    if (of_ != nullptr) (void)of_->exec("ROLLBACK").has_value();
  }

 private:
  explicit Snapshot(Database* of) : of_(of) {}
  Database* of_;
};

}  // namespace

Status DatabaseCopy::make(Database& from, const std::filesystem::path& to, const Secret<32>& key,
                          const Progress& progress) {
  DOKAZ_LET(into, Database::create(to, key));
  DOKAZ_TRY(into.exec("PRAGMA journal_mode = MEMORY"));  // a cut copy is thrown away, not rolled back
  DOKAZ_LET(snapshot, Snapshot::take(from));
  {
    const std::unique_ptr<sqlite3_backup, Finish> copy(
        sqlite3_backup_init(into.state_->db, "main", from.state_->db, "main"));
    if (!copy) return step_failure(into.state_->db, sqlite3_errcode(into.state_->db));
    int code = SQLITE_OK;
    while (code == SQLITE_OK) {
      code = sqlite3_backup_step(copy.get(), pages_at_once);
      const auto total = static_cast<std::uint64_t>(sqlite3_backup_pagecount(copy.get()));
      progress(total - static_cast<std::uint64_t>(sqlite3_backup_remaining(copy.get())), total);
    }
    if (code != SQLITE_DONE) return step_failure(into.state_->db, code);
  }
  DOKAZ_TRY(into.check());
  return into.settle();
}

}  // namespace dokaz
