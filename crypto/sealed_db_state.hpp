// SPDX-License-Identifier: GPL-3.0-or-later
// What a Database and a Query hold. Private to crypto/sealed_db*.cpp; names SQLite's types, includes nothing of it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "crypto/sealed_db.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace dokaz {

struct Finalize {
  void operator()(sqlite3_stmt* statement) const;
};
using PreparedSql = std::unique_ptr<sqlite3_stmt, Finalize>;

struct DatabaseState {
  sqlite3* db = nullptr;
  std::unordered_map<std::string, std::vector<PreparedSql>> idle;

  DatabaseState() = default;
  DatabaseState(const DatabaseState&) = delete;
  DatabaseState& operator=(const DatabaseState&) = delete;
  ~DatabaseState();
};

struct QueryState {
  DatabaseState* database = nullptr;
  std::string sql;
  PreparedSql statement;
  int next = 1;
  std::optional<Error> failed;  // of preparing or binding, kept for `step`

  void bound(int code);
};

/// What the outcome of a step means.
Error step_failure(sqlite3* db, int code);
/// A failure of preparing: here a plain error is SQL that does not fit the schema, not damage.
Error prepare_failure(sqlite3* db, int code);

}  // namespace dokaz
