// SPDX-License-Identifier: GPL-3.0-or-later
// A database whose every page is encrypted and authenticated: SQLCipher under a raw 256-bit key.
//
// Durable: when `Transaction::commit` (or a lone writing statement) returns, the rows are on the disk.
// SQL: what SQLite 3.15 understands (no UPSERT, RETURNING, STRICT, window functions), bound values only.
// A Database and its queries belong to one thread; several may be open on one file.
//
// Failures of any call: `busy` (another connection writes), `no_space`, `io_error`, `damaged_store`,
// `already_exists` (UNIQUE or PRIMARY KEY), `internal` (the caller's SQL or rows are wrong: a bug).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"
#include "crypto/secret.hpp"

namespace dokaz {

struct DatabaseState;
struct QueryState;

/// One statement. Errors of preparing and binding come out of `step` or `run`.
class Query {
 public:
  Query(Query&&) noexcept;
  Query& operator=(Query&&) noexcept;
  ~Query();

  /// Binds the next question marks, in order: integers, text, ByteView or Bytes, FixedBytes, anything
  /// with `view()`, std::optional of these, nullptr.
  template <class... Values>
  Query& bind(const Values&... values) {
    (bind_one(values), ...);
    return *this;
  }

  /// True: a row is there. False: done.
  Result<bool> step();
  /// Steps to the end, ignoring rows.
  Status run();
  /// Ready for new values and another run.
  void reset();

  // Columns of the present row, from 0. Reading NULL gives zero, empty text or no bytes.
  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::string text(int column) const;
  Bytes blob(int column) const;
  /// `damaged_store` unless the column has exactly the id's length.
  template <class Id>
  Result<Id> id(int column) const {
    if (auto id = Id::from(blob(column))) return *id;
    return fail(Errc::damaged_store, "wrong length of an id");
  }
  template <std::size_t N>
  Result<Secret<N>> secret(int column) const {
    const SecretBytes bytes = secret_bytes(column);
    if (bytes.size() != N) return fail(Errc::damaged_store, "wrong length of a key");
    return bytes.reveal([](ByteView view) { return Secret<N>::copy_of(view.template first<N>()); });
  }
  /// Straight into guarded memory.
  SecretBytes secret_bytes(int column) const;

 private:
  friend class Database;
  explicit Query(std::unique_ptr<QueryState> state);

  template <class Value>
  void bind_one(const Value& value) {
    if constexpr (std::is_integral_v<Value>) put(static_cast<std::int64_t>(value));
    else if constexpr (std::is_same_v<Value, std::nullptr_t>) put_null();
    else if constexpr (std::is_convertible_v<const Value&, std::string_view>) put(std::string_view(value));
    else if constexpr (std::is_convertible_v<const Value&, ByteView>) put(ByteView(value));
    else if constexpr (requires { value.has_value(); *value; }) {
      if (value.has_value()) bind_one(*value);
      else put_null();
    } else put(value.view());
  }
  void put(std::int64_t value);
  void put(std::string_view text);
  void put(ByteView bytes);
  void put_null();

  std::unique_ptr<QueryState> state_;
};

class Savepoint;
class Transaction;

class Database {
 public:
  /// Makes the file (0600), whole or not at all. `already_exists` if the name is taken.
  static Result<Database> create(const std::filesystem::path& path, const Secret<32>& key);

  /// Never makes a file. `not_found`; `not_regular_file`; `wrong_key` when the first page does not open:
  /// the key is wrong, the file is something else, or its first page is damaged, which cannot be told
  /// apart (a caller that knows its key to be right may say "damaged"); `damaged_store` if it is empty.
  /// Damage elsewhere shows as `damaged_store` when the page is read, or by `check`.
  static Result<Database> open(const std::filesystem::path& path, const Secret<32>& key);

  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  /// Every Query and Transaction must be gone before.
  ~Database();

  /// Statements are kept prepared by their text, so a second `prepare` of the same text is cheap.
  Query prepare(std::string_view sql);
  /// One or more statements without values, for schemas and pragmas.
  Status exec(const std::string& sql);
  /// `prepare(sql).bind(values…).run()`.
  template <class... Values>
  Status run(std::string_view sql, const Values&... values) {
    return prepare(sql).bind(values...).run();
  }

  /// BEGIN IMMEDIATE: waits up to 5 s for another writer, then `busy`.
  Result<Transaction> begin();
  /// A part of the transaction under way that can be taken back alone. One at a time.
  Result<Savepoint> savepoint();
  /// False also when a failure (a full disk) has ended the transaction by itself.
  bool in_transaction() const;

  /// Rows that the last statement inserted, changed or deleted.
  std::int64_t changes() const;
  std::int64_t last_rowid() const;

  /// The caller's schema number; 0 in a new database.
  Result<std::int64_t> user_version();
  Status set_user_version(std::int32_t version);

  /// Afterwards all that was committed is in the one file, and not in a log beside it: what a caller needs
  /// before it gives the file another name. `no_space`; `busy` while another connection reads.
  Status settle();

  /// Reads and authenticates every page and the structure: `damaged_store` if one does not hold.
  Status check();

 private:
  friend class Transaction;
  friend class DatabaseCopy;
  explicit Database(std::unique_ptr<DatabaseState> state);
  std::unique_ptr<DatabaseState> state_;
};

/// Rolled back on destruction unless committed.
class Transaction {
 public:
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  /// Durable when it returns without failure. After a failure nothing of it is there.
  Status commit();

 private:
  friend class Database;
  explicit Transaction(Database* database) : database_(database) {}
  Database* database_;  // must not be moved meanwhile
};

/// What was done since it was made is undone on destruction, unless released. Nobody hears whether that succeeded:
/// who goes on with the transaction calls `roll_back` instead.
class Savepoint {
 public:
  Savepoint(Savepoint&& other) noexcept;
  Savepoint& operator=(Savepoint&&) = delete;
  ~Savepoint();

  /// Makes it a part of the transaction.
  Status release();
  /// Undoes it. After a failure a part may still be there: the whole transaction must not be committed.
  Status roll_back();

 private:
  friend class Database;
  explicit Savepoint(Database* database) : database_(database) {}
  Database* database_;
};

}  // namespace dokaz
