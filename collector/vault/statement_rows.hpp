// SPDX-License-Identifier: GPL-3.0-or-later
// A statement in the vault's tables: whole in `signed`, and in `statement` what lists need of it. The one place that
// writes both and compares them.
#pragma once

#include <optional>
#include <vector>

#include "crypto/sealed_db.hpp"
#include "proto/format/statement.hpp"

namespace dokaz {

/// In a transaction of the caller's. `facts`: a facts file, for acts without objects. `review`: the window's number.
Status insert_statement(Database& database, const SignedStatement& statement, const std::optional<Bytes>& facts,
                        const std::optional<std::int64_t>& review);

/// What the columns of `summary_columns`, from the first on, say of a statement.
struct StatementRow {
  std::uint64_t seq = 0;
  StatementHash hash;
  Act act = Act::genesis;
  ClaimedTime time;
  std::vector<ObjectRef> objects;
};
inline constexpr const char* summary_columns = "statement.seq, hash, act, time, day_only, objects";
/// `damaged_store`
Result<StatementRow> read_summary(const Query& row);
/// The objects alone, of one column. `damaged_store`
Result<std::vector<ObjectRef>> read_objects(const Query& row, int column);

/// `damaged_store` unless the row says of the statement what the statement says.
Status check_row(const StatementRow& row, const Statement& statement);

}  // namespace dokaz
