// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/statement_rows.hpp"

namespace dokaz {
namespace {

constexpr std::size_t size_length = 8;
constexpr std::size_t object_length = ObjectId::size + size_length;

Bytes pack(const std::vector<ObjectRef>& objects) {
  Bytes out;
  out.reserve(objects.size() * object_length);
  for (const ObjectRef& object : objects) {
    append(out, object.id.view());
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<Byte>(object.size >> shift));
  }
  return out;
}

Error damage() { return fail(Errc::damaged_store, "what the vault keeps of a statement"); }

}  // namespace

Status insert_statement(Database& database, const SignedStatement& statement, const std::optional<Bytes>& facts,
                        const std::optional<std::int64_t>& review) {
  const Statement& whole = statement.statement;
  const StatementFields& fields = whole.fields();
  DOKAZ_TRY(database.run("INSERT INTO signed (seq, bytes, signature, facts) VALUES (?, ?, ?, ?)", fields.seq, whole.bytes(),
                         statement.signature, facts));
  return database.run(
      "INSERT INTO statement (seq, hash, act, time, day_only, objects, review) VALUES (?, ?, ?, ?, ?, ?, ?)", fields.seq,
      whole.hash(), name_of(fields.act), fields.time.unix_seconds, fields.time.day_only ? 1 : 0, pack(fields.objects), review);
}

Result<std::vector<ObjectRef>> read_objects(const Query& row, int column) {
  const Bytes packed = row.blob(column);
  if (packed.size() % object_length != 0) return damage();
  std::vector<ObjectRef> objects(packed.size() / object_length);
  auto at = packed.begin();
  for (ObjectRef& object : objects) {
    std::copy_n(at, ObjectId::size, object.id.raw().begin());
    at += ObjectId::size;
    for (std::size_t i = 0; i < size_length; ++i) object.size = object.size << 8 | *at++;
  }
  return objects;
}

Result<StatementRow> read_summary(const Query& row) {
  StatementRow out;
  out.seq = static_cast<std::uint64_t>(row.integer(0));
  DOKAZ_LET(hash, row.id<StatementHash>(1));
  out.hash = hash;
  const auto act = act_from_name(row.text(2));
  out.time = {row.integer(3), row.integer(4) != 0};
  if (!act || !is_representable(out.time)) return damage();
  out.act = *act;
  DOKAZ_LET(objects, read_objects(row, 5));
  out.objects = std::move(objects);
  return out;
}

Status check_row(const StatementRow& row, const Statement& statement) {
  const StatementFields& fields = statement.fields();
  const bool same = row.seq == fields.seq && row.hash == statement.hash() && row.act == fields.act &&
                    row.time == fields.time && row.objects == fields.objects;
  return same ? Status() : damage();
}

}  // namespace dokaz
