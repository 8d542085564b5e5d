// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/store/epochs.hpp"

namespace dokaz::server {
namespace {

/// A statement's key, and its bytes where it is a key-rotate: "\nact key-rotate\n" is a line of a statement, and
/// nothing else in it can be.
#define DOKAZ_NEXT_KEY_COLUMNS "signer, CASE WHEN instr(bytes, x'0a616374206b65792d726f746174650a') > 0 THEN bytes END"

Result<PublicKey> stored_key(ByteView bytes) {
  const auto key = PublicKey::from(bytes);
  return key ? Result<PublicKey>(*key) : fail(Errc::damaged_store, "a member's key");
}

/// Who signs behind the statement of that row.
Result<std::optional<PublicKey>> next_key(Query& row) {
  DOKAZ_LET(there, row.step());
  if (!there) return std::optional<PublicKey>();
  if (!row.is_null(1)) {
    const auto rotation = Statement::parse(row.blob(1));
    if (!rotation || !rotation->fields().next_key) return fail(Errc::damaged_store, "a key-rotate");
    return std::optional(rotation->fields().next_key->key);
  }
  DOKAZ_LET(key, stored_key(row.blob(0)));
  return std::optional(key);
}

}  // namespace

Result<PublicKey> Epochs::newest(const Case& in, const PublicKey& member) {
  auto row = database_->prepare("SELECT key FROM epochs WHERE case_id = ? AND member = ? ORDER BY number DESC LIMIT 1");
  DOKAZ_LET(there, row.bind(in.row, member).step());
  if (!there) return member;
  return stored_key(row.blob(0));
}

Result<bool> Epochs::is_of(const Case& in, const PublicKey& member, const PublicKey& key) {
  if (key == member) return true;
  return database_->prepare("SELECT 1 FROM epochs WHERE case_id = ? AND key = ? AND member = ?")
      .bind(in.row, key, member)
      .step();
}

Result<std::optional<PublicKey>> Epochs::signer_of(const Case& in, const PublicKey& member,
                                                   const StatementFields& statement) {
  if (statement.seq == 0) return std::optional(member);
  {
    auto row = database_->prepare("SELECT " DOKAZ_NEXT_KEY_COLUMNS
                                  " FROM statements WHERE case_id = ? AND hash = ? AND chain = ? AND seq = ? AND member = ?");
    DOKAZ_LET(key, next_key(row.bind(in.row, statement.previous, statement.chain, statement.seq - 1, member)));
    if (key) return key;
  }
  {
    auto row = database_->prepare("SELECT " DOKAZ_NEXT_KEY_COLUMNS
                                  " FROM forks WHERE case_id = ? AND hash = ? AND chain = ? AND seq = ? AND member = ?");
    DOKAZ_LET(key, next_key(row.bind(in.row, statement.previous, statement.chain, statement.seq - 1, member)));
    if (key) return key;
  }
  auto row =
      database_->prepare("SELECT signer FROM statements WHERE case_id = ? AND chain = ? AND seq = ? AND member = ?");
  DOKAZ_LET(there, row.bind(in.row, statement.chain, statement.seq, member).step());
  if (!there) return std::optional<PublicKey>();
  DOKAZ_LET(key, stored_key(row.blob(0)));
  return std::optional(key);
}

Result<std::int64_t> Epochs::count(const Case& in, const PublicKey& member) {
  auto row = database_->prepare("SELECT coalesce(max(number), 0) FROM epochs WHERE case_id = ? AND member = ?");
  DOKAZ_LET(there, row.bind(in.row, member).step());
  return there ? row.integer(0) : 0;
}

Status Epochs::may_begin(const Case& in, const Membership& members, const PublicKey& member,
                         const SignedStatement& rotation) {
  const PublicKey& next = next_signer(rotation);
  DOKAZ_LET(now, newest(in, member));
  if (now != rotation.member) return fail(Errc::wrong_epoch, "another key followed before");
  if (members.find(next) != nullptr || fingerprint_of(next) == in.fingerprint)
    return fail(Errc::bad_key, "somebody's already");
  {
    auto taken = database_->prepare(
        "SELECT 1 FROM admissions WHERE case_id = ?1 AND ticket_key = ?2"
        " UNION ALL SELECT 1 FROM epochs WHERE case_id = ?1 AND key = ?2");
    DOKAZ_LET(there, taken.bind(in.row, next).step());
    if (there) return fail(Errc::bad_key, "somebody's already");
  }
  DOKAZ_LET(number, count(in, member));
  return number + 1 < max_epochs ? Status() : fail(Errc::broken_chain, "more epochs than a member may have");
}

Status Epochs::begin(const Case& in, const Entry& rotation, const PublicKey& next) {
  DOKAZ_LET(number, count(in, rotation.member));
  return database_->run("INSERT INTO epochs(case_id, member, number, key, statement) VALUES(?, ?, ?, ?, ?)", in.row,
                        rotation.member, number + 1, next, rotation.row);
}

Result<std::optional<PublicKey>> BatchSigners::signer_of(const StatementFields& statement) {
  if (const auto known = next_.find(statement.previous); known != next_.end()) return std::optional(known->second);
  return epochs_.signer_of(in_, member_, statement);
}

void BatchSigners::passed(const SignedStatement& statement) {
  next_.insert_or_assign(statement.statement.hash(), next_signer(statement));
}

}  // namespace dokaz::server
