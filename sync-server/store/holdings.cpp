// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/store/holdings.hpp"

#include <algorithm>
#include <limits>

namespace dokaz::server {
namespace {

constexpr std::uint64_t max_integer = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t max_claimed_sizes = 8;  // of one object by one member; each costs a reading of what was brought

}  // namespace

Result<std::uint64_t> Holdings::additional_bytes(const Case& in, const std::vector<ObjectRef>& objects) {
  std::uint64_t sum = 0;
  for (const ObjectRef& object : objects) {
    if (object.size > max_integer - sum) return Errc::quota_exceeded;
    auto row =
        database_->prepare("SELECT 1 FROM objects WHERE case_id = ? AND hash = ? AND size = ? LIMIT 1");
    DOKAZ_LET(named, row.bind(in.row, object.id, object.size).step());
    if (!named) sum += object.size;
  }
  return sum;
}

Result<std::uint64_t> Holdings::awaited_bytes(const Case& in, const PublicKey& member) {
  auto row = database_->prepare(
      "SELECT coalesce(sum(o.size), 0) FROM objects o INDEXED BY objects_awaited"
      " CROSS JOIN statements s ON s.id = o.statement WHERE o.case_id = ? AND o.kept = 0 AND s.member = ?"
      " AND NOT EXISTS(SELECT 1 FROM objects p WHERE p.case_id = o.case_id AND p.hash = o.hash"
      " AND p.size = o.size AND p.id < o.id)");
  DOKAZ_LET(there, row.bind(in.row, member).step());
  return there ? static_cast<std::uint64_t>(row.integer(0)) : 0;
}

Status Holdings::name(const Case& in, const Entry& statement, const std::vector<ObjectRef>& objects) {
  for (const ObjectRef& object : objects)
    DOKAZ_TRY(database_->run(
        "INSERT INTO objects(case_id, statement, hash, size, kept)"
        " SELECT ?1, ?2, ?3, ?4,"
        " EXISTS(SELECT 1 FROM objects WHERE case_id = ?1 AND hash = ?3 AND size = ?4 AND kept = 1)",
        in.row, statement.row, object.id, object.size));
  return {};
}

Result<Holdings::Wanted> Holdings::wanted(const Case& in, const PublicKey& member, const ObjectId& object,
                                          std::uint64_t logged) {
  // Statements may claim different sizes until the object is kept: then one is known to be true.
  auto rows = database_->prepare(
      "SELECT o.size, max(o.kept) FROM objects o JOIN statements s ON s.id = o.statement"
      " WHERE o.case_id = ? AND o.hash = ? AND s.member = ? AND s.leaf < ?"
      " GROUP BY o.size ORDER BY max(o.kept) DESC, min(o.id) LIMIT ?");
  rows.bind(in.row, object, member, logged, max_claimed_sizes);
  Wanted out{{object, 0}};
  while (true) {
    DOKAZ_LET(there, rows.step());
    if (!there) break;
    const auto size = static_cast<std::uint64_t>(rows.integer(0));
    if (rows.integer(1) != 0) return Wanted{{object, size}, true};
    out.sizes.push_back(size);
    out.object.size = std::max(out.object.size, size);
  }
  if (out.sizes.empty()) return Errc::not_found;
  const auto true_size = kept_size(in, object);
  if (true_size) return fail(Errc::hash_mismatch, "the object has another size than its statement claims");
  if (true_size.code() != Errc::not_found) return true_size.error();
  return out;
}

Status Holdings::check_sizes(const Case& in, const std::vector<ObjectRef>& objects) {
  for (const ObjectRef& object : objects) {
    const auto size = kept_size(in, object.id);
    if (!size && size.code() != Errc::not_found) return size.error();
    if (size && *size != object.size) return fail(Errc::malformed, "an object that is kept has another size");
  }
  return {};
}

Result<std::uint64_t> Holdings::kept_size(const Case& in, const ObjectId& object) {
  auto row =
      database_->prepare("SELECT size FROM objects WHERE case_id = ? AND hash = ? AND kept = 1 LIMIT 1");
  DOKAZ_LET(there, row.bind(in.row, object).step());
  if (!there) return Errc::not_found;
  return static_cast<std::uint64_t>(row.integer(0));
}

Result<bool> Holdings::is_kept_anywhere(const ObjectId& object) {
  return database_->prepare("SELECT 1 FROM objects WHERE hash = ? AND kept = 1 LIMIT 1").bind(object).step();
}

Status Holdings::mark_kept(const Case& in, const ObjectRef& object) {
  return database_->run("UPDATE objects SET kept = 1 WHERE case_id = ? AND hash = ? AND size = ?", in.row,
                        object.id, object.size);
}

Result<std::vector<std::int64_t>> Holdings::completed_by(const Case& in, const ObjectRef& object) {
  auto rows = database_->prepare(
      "SELECT o.statement FROM objects o WHERE o.case_id = ? AND o.hash = ? AND o.size = ?"
      " AND NOT EXISTS(SELECT 1 FROM objects p WHERE p.statement = o.statement AND p.kept = 0)"
      " AND NOT EXISTS(SELECT 1 FROM statements r WHERE r.answers = o.statement) ORDER BY o.statement");
  rows.bind(in.row, object.id, object.size);
  std::vector<std::int64_t> out;
  while (true) {
    DOKAZ_LET(there, rows.step());
    if (!there) return out;
    out.push_back(rows.integer(0));
  }
}

Result<bool> Holdings::is_complete(std::int64_t statement_row) {
  auto row = database_->prepare("SELECT count(*), coalesce(sum(kept), 0) FROM objects WHERE statement = ?");
  DOKAZ_LET(there, row.bind(statement_row).step());
  return there && row.integer(0) > 0 && row.integer(0) == row.integer(1);
}

}  // namespace dokaz::server
