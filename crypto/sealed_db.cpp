// SPDX-License-Identifier: GPL-3.0-or-later
// Opening and keying: with sealed_db_query.cpp the only code that knows SQLCipher.
//
// The page format is SQLCipher 3's with 4096-byte pages: AES-256-CBC and HMAC-SHA1 for each page, the HMAC
// key derived from the raw key by PBKDF2-HMAC-SHA1. SQLCipher 3.4 has nothing else. SQLCipher 4 would use
// SHA-512 for both unless told; so the settings are spelled out. Version 3 ignores the two pragmas that it
// does not know, which is why the outcome is read back and never assumed. By hand with version 4:
//   PRAGMA key = "x'<64 hex>'"; PRAGMA cipher_page_size = 4096; PRAGMA cipher_use_hmac = ON;
//   PRAGMA cipher_kdf_algorithm = PBKDF2_HMAC_SHA1; PRAGMA cipher_hmac_algorithm = HMAC_SHA1;
#include "crypto/sealed_db.hpp"

#define SQLITE_HAS_CODEC 1
#include <sqlite3.h>
#include <sys/stat.h>

#include <cerrno>

#include "crypto/files.hpp"
#include "crypto/sealed_db_state.hpp"

namespace dokaz {
namespace {

constexpr std::int32_t application_id = 0x446f6b7a;  // "Dokz"

Status exec_on(sqlite3* db, const char* sql) {
  while (*sql != '\0') {
    sqlite3_stmt* raw = nullptr;
    int code = sqlite3_prepare_v2(db, sql, -1, &raw, &sql);
    const PreparedSql statement(raw);
    if (code != SQLITE_OK) return prepare_failure(db, code);
    if (!raw) continue;  // white space or a comment
    do code = sqlite3_step(raw);
    while (code == SQLITE_ROW);
    if (code != SQLITE_DONE) return step_failure(db, code);
  }
  return {};
}

/// The first column of the first row as text; empty when there is no row.
Result<std::string> ask(sqlite3* db, const char* sql) {
  sqlite3_stmt* raw = nullptr;
  int code = sqlite3_prepare_v2(db, sql, -1, &raw, nullptr);
  const PreparedSql statement(raw);
  if (code != SQLITE_OK) return prepare_failure(db, code);
  code = sqlite3_step(raw);
  if (code == SQLITE_DONE) return std::string();
  if (code != SQLITE_ROW) return step_failure(db, code);
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(raw, 0));
  return std::string(text ? text : "");
}

/// Opens an existing file and gives it the key; nothing is read yet.
Result<std::unique_ptr<DatabaseState>> open_keyed(const std::filesystem::path& path, const Secret<32>& key) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0)
    return fail(errno == ENOENT || errno == ENOTDIR ? Errc::not_found : Errc::io_error);
  if (!S_ISREG(info.st_mode)) return Errc::not_regular_file;
  auto state = std::make_unique<DatabaseState>();
  const std::string name = std::filesystem::absolute(path).string();  // never ":memory:" or "file:"
  const int opened =
      sqlite3_open_v2(name.c_str(), &state->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX, nullptr);
  if (opened != SQLITE_OK) return state->db ? step_failure(state->db, opened) : fail(Errc::internal, "no memory");

  SecretBytes spelled(67);  // x'<64 hex>'
  spelled.fill([&](std::span<Byte> out) {
    static constexpr char digits[] = "0123456789abcdef";
    std::size_t at = 0;
    out[at++] = 'x';
    out[at++] = '\'';
    key.reveal([&](std::span<const Byte, 32> bytes) {
      for (Byte b : bytes) {
        out[at++] = static_cast<Byte>(digits[b >> 4]);
        out[at++] = static_cast<Byte>(digits[b & 15]);
      }
    });
    out[at] = '\'';
  });
  const int keyed = spelled.reveal([&](ByteView text) {
    return sqlite3_key_v2(state->db, "main", text.data(), static_cast<int>(text.size()));
  });
  if (keyed != SQLITE_OK) return fail(Errc::internal, "the database library takes no key");

  DOKAZ_TRY(exec_on(state->db,
                    "PRAGMA cipher_page_size = 4096;"
                    "PRAGMA cipher_use_hmac = ON;"
                    "PRAGMA cipher_kdf_algorithm = PBKDF2_HMAC_SHA1;"
                    "PRAGMA cipher_hmac_algorithm = HMAC_SHA1;"
                    "PRAGMA temp_store = MEMORY;"));
  DOKAZ_LET(version, ask(state->db, "PRAGMA cipher_version"));
  if (version.empty()) return fail(Errc::internal, "the database library does not encrypt");
  return state;
}

/// For destructors, which have nobody to tell.
template <class F>
void quietly(F work) noexcept {
  try {
    (void)work().has_value();
  } catch (const std::exception&) {  // no memory
  }
}

}  // namespace

Result<Database> Database::create(const std::filesystem::path& path, const Secret<32>& key) {
  // Written under a temporary name first: an interrupted creation leaves no half database behind.
  DOKAZ_LET(pending, PendingFile::start(path));
  {
    DOKAZ_LET(state, open_keyed(pending.temporary_path(), key));
    const std::string first = "PRAGMA journal_mode = MEMORY; PRAGMA application_id = ";
    DOKAZ_TRY(exec_on(state->db, (first + std::to_string(application_id)).c_str()));
  }
  DOKAZ_TRY(pending.create());
  return open(path, key);
}

Result<Database> Database::open(const std::filesystem::path& path, const Secret<32>& key) {
  DOKAZ_LET(state, open_keyed(path, key));
  sqlite3* db = state->db;
  DOKAZ_TRY(exec_on(db, "PRAGMA busy_timeout = 5000;"));
  const auto id = ask(db, "PRAGMA application_id");  // reads the first page
  if (!id) return sqlite3_errcode(db) == SQLITE_NOTADB ? fail(Errc::wrong_key) : id.error();
  if (*id == "0") return fail(Errc::damaged_store, "the store is empty");
  if (*id != std::to_string(application_id)) return Errc::wrong_key;

  // Loads the schema, so that damage there is found now and not taken for wrong SQL later.
  const auto tables = ask(db, "SELECT count(*) FROM sqlite_master");
  if (!tables) return tables.code() == Errc::internal ? fail(Errc::damaged_store) : tables.error();

  DOKAZ_LET(journal, ask(db, "PRAGMA journal_mode = WAL"));
  if (journal != "wal") return fail(Errc::io_error, "no write-ahead log in this folder");
  DOKAZ_TRY(exec_on(db,
                    "PRAGMA synchronous = FULL;"
                    "PRAGMA wal_autocheckpoint = 4000;"
                    "PRAGMA foreign_keys = ON;"
                    "PRAGMA cell_size_check = ON;"
                    "PRAGMA secure_delete = ON;"
                    "PRAGMA trusted_schema = OFF;"
                    "PRAGMA cache_size = -16384;"));
  DOKAZ_LET(synchronous, ask(db, "PRAGMA synchronous"));
  if (synchronous != "2") return fail(Errc::internal, "the database library does not sync");
  return Database(std::move(state));
}

DatabaseState::~DatabaseState() {
  idle.clear();
  const int code = sqlite3_close(db);
  DOKAZ_CHECK(code == SQLITE_OK);  // a Query outlived its Database
}

Database::Database(std::unique_ptr<DatabaseState> state) : state_(std::move(state)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Status Database::exec(const std::string& sql) { return exec_on(state_->db, sql.c_str()); }

Result<Transaction> Database::begin() {
  DOKAZ_TRY(run("BEGIN IMMEDIATE"));
  return Transaction(this);
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(state_->db) == 0; }

Result<Savepoint> Database::savepoint() {
  DOKAZ_TRY(run("SAVEPOINT part"));
  return Savepoint(this);
}

Savepoint::Savepoint(Savepoint&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}

Savepoint::~Savepoint() {
  if (database_) quietly([this] { return roll_back(); });
}

Status Savepoint::roll_back() {
  DOKAZ_CHECK(database_ != nullptr);
  Database& database = *std::exchange(database_, nullptr);
  if (!database.in_transaction()) return {};  // and so is the savepoint
  DOKAZ_TRY(database.run("ROLLBACK TO part"));
  return database.run("RELEASE part");
}

Status Savepoint::release() {
  DOKAZ_CHECK(database_ != nullptr);
  DOKAZ_TRY(database_->run("RELEASE part"));
  database_ = nullptr;
  return {};
}

std::int64_t Database::changes() const { return sqlite3_changes(state_->db); }
std::int64_t Database::last_rowid() const { return sqlite3_last_insert_rowid(state_->db); }

Result<std::int64_t> Database::user_version() {
  Query query = prepare("PRAGMA user_version");
  DOKAZ_TRY(query.step());
  return query.integer(0);
}

Status Database::set_user_version(std::int32_t version) {
  return exec("PRAGMA user_version = " + std::to_string(version));
}

Status Database::settle() {
  DOKAZ_LET(blocked, ask(state_->db, "PRAGMA wal_checkpoint(TRUNCATE)"));
  return blocked == "0" ? Status{} : Status(Errc::busy);
}

Status Database::check() {
  Query query = prepare("PRAGMA integrity_check(1)");
  DOKAZ_LET(row, query.step());
  if (!row || query.text(0) != "ok") return Errc::damaged_store;
  return {};
}

Transaction::Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  // Where that fails, in_transaction says so, and no other can be begun.
  if (database_ && database_->in_transaction()) quietly([this] { return database_->run("ROLLBACK"); });
}

Status Transaction::commit() {
  DOKAZ_CHECK(database_ != nullptr);
  DOKAZ_TRY(database_->run("COMMIT"));
  database_ = nullptr;
  return {};
}

}  // namespace dokaz
