// SPDX-License-Identifier: GPL-3.0-or-later
// Preparing, binding, stepping, and what each failure of SQLite is called here.
#include <sqlite3.h>

#include <cerrno>

#include "crypto/sealed_db_state.hpp"

namespace dokaz {

void Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Error step_failure(sqlite3* db, int code) {
  switch (code & 0xff) {
    case SQLITE_FULL: return fail(Errc::no_space);
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return fail(Errc::busy);
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT: return fail(Errc::damaged_store);
    case SQLITE_CONSTRAINT: {
      const int extended = sqlite3_extended_errcode(db);
      const bool taken = extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY ||
                         extended == SQLITE_CONSTRAINT_ROWID;
      return taken ? fail(Errc::already_exists) : fail(Errc::internal, "a row breaks a rule of its table");
    }
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN: {
      // A sync that failed has lost what it should have kept, whatever the reason.
      const int extended = sqlite3_extended_errcode(db);
      if (extended == SQLITE_IOERR_FSYNC || extended == SQLITE_IOERR_DIR_FSYNC) return fail(Errc::io_error);
      const int number = sqlite3_system_errno(db);
      if (number == EMFILE || number == ENFILE || number == ENOMEM || extended == SQLITE_IOERR_NOMEM)
        return fail(Errc::internal, "the system has no descriptor or no memory left");
      const bool full = number == ENOSPC || number == EDQUOT || number == EFBIG;
      return fail(full ? Errc::no_space : Errc::io_error);
    }
    // SQLCipher 3 reports a page whose HMAC does not match as a plain error of the step that read it.
    case SQLITE_ERROR: return fail(Errc::damaged_store);
    default: return fail(Errc::internal, "database code " + std::to_string(code));
  }
}

Error prepare_failure(sqlite3* db, int code) {
  if (code == SQLITE_ERROR) return fail(Errc::internal, std::string("SQL: ") + sqlite3_errmsg(db));
  return step_failure(db, code);
}

void QueryState::bound(int code) {
  if (code != SQLITE_OK && !failed) failed = fail(Errc::internal, "a value that cannot be bound");
}

Query Database::prepare(std::string_view sql) {
  auto query = std::make_unique<QueryState>();
  query->database = state_.get();
  query->sql = sql;
  if (const auto kept = state_->idle.find(query->sql); kept != state_->idle.end() && !kept->second.empty()) {
    query->statement = std::move(kept->second.back());
    kept->second.pop_back();
    return Query(std::move(query));
  }
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v2(state_->db, query->sql.c_str(), -1, &raw, nullptr);
  query->statement.reset(raw);
  if (code != SQLITE_OK) query->failed = prepare_failure(state_->db, code);
  DOKAZ_CHECK(query->failed || raw != nullptr);  // empty SQL
  return Query(std::move(query));
}

Query::Query(std::unique_ptr<QueryState> state) : state_(std::move(state)) {}
Query::Query(Query&&) noexcept = default;
Query& Query::operator=(Query&&) noexcept = default;

Query::~Query() {
  if (!state_ || !state_->statement) return;
  reset();
  try {
    state_->database->idle[state_->sql].push_back(std::move(state_->statement));
  } catch (const std::exception&) {  // no memory to keep it in: it is prepared again
  }
}

Result<bool> Query::step() {
  sqlite3* db = state_->database->db;
  if (state_->failed) return *state_->failed;
  const int code = sqlite3_step(state_->statement.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return step_failure(db, code);
}

Status Query::run() {
  for (;;) {
    DOKAZ_LET(row, step());
    if (!row) return {};
  }
}

void Query::reset() {
  if (!state_->statement) return;
  sqlite3_reset(state_->statement.get());
  sqlite3_clear_bindings(state_->statement.get());
  state_->next = 1;
}

bool Query::is_null(int column) const {
  return sqlite3_column_type(state_->statement.get(), column) == SQLITE_NULL;
}
std::int64_t Query::integer(int column) const {
  return sqlite3_column_int64(state_->statement.get(), column);
}

std::string Query::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(state_->statement.get(), column));
  const int size = sqlite3_column_bytes(state_->statement.get(), column);
  return text ? std::string(text, static_cast<std::size_t>(size)) : std::string();
}

namespace {
ByteView blob_view(const QueryState& query, int column) {
  const auto* bytes = static_cast<const Byte*>(sqlite3_column_blob(query.statement.get(), column));
  const int size = sqlite3_column_bytes(query.statement.get(), column);
  return bytes ? ByteView(bytes, static_cast<std::size_t>(size)) : ByteView();
}
}  // namespace

Bytes Query::blob(int column) const { return to_bytes(blob_view(*state_, column)); }
SecretBytes Query::secret_bytes(int column) const { return SecretBytes::copy_of(blob_view(*state_, column)); }

void Query::put(std::int64_t value) {
  state_->bound(sqlite3_bind_int64(state_->statement.get(), state_->next++, value));
}
void Query::put(std::string_view text) {  // a null pointer would bind NULL
  state_->bound(sqlite3_bind_text64(state_->statement.get(), state_->next++, text.empty() ? "" : text.data(),
                                    text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}
void Query::put(ByteView bytes) {
  const void* start = bytes.empty() ? static_cast<const void*>("") : bytes.data();
  state_->bound(
      sqlite3_bind_blob64(state_->statement.get(), state_->next++, start, bytes.size(), SQLITE_TRANSIENT));
}
void Query::put_null() { state_->bound(sqlite3_bind_null(state_->statement.get(), state_->next++)); }

}  // namespace dokaz
