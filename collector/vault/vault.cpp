// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/vault.hpp"

#include <algorithm>

namespace dokaz {
namespace {

constexpr std::string_view statement_columns =
    "SELECT bytes, signature, facts, tlog_proof, receive, answered, receive_proof, original, cosigned, cosigned_receive FROM statement ";

/// The database is authenticated: what does not parse there is damage, not hostile input.
Error damage(const Error& error) { return fail(Errc::damaged_store, error.detail); }

Result<OwnStatement> read_statement(const Query& row, const PublicKey& member) {
  auto statement = Statement::parse(row.blob(0));
  if (!statement) return damage(statement.error());
  DOKAZ_LET(signature, row.id<Signature>(1));
  OwnStatement own{{std::move(*statement), member, signature}, row.blob(2), row.blob(3), std::nullopt, std::nullopt, false};
  own.sealed_again = own.is_item() && row.is_null(7);
  if (!row.is_null(4)) own.stored = StoredAnswer{row.blob(4), row.text(5), row.blob(6)};
  if (!row.is_null(8)) own.cosigned = CosignedProofs{row.blob(8), row.blob(9)};
  return own;
}

}  // namespace

std::string_view name_of(CustodyState state) {
  switch (state) {
    case CustodyState::sealed: return "sealed";
    case CustodyState::logged: return "logged";
    case CustodyState::stored: return "stored";
    case CustodyState::cosigned: return "cosigned";
  }
  DOKAZ_CHECK(false);
  return {};
}

bool OwnStatement::is_item() const {
  const Act act = signed_statement.statement.fields().act;
  return act == Act::seal || act == Act::derive || act == Act::redact;
}

CustodyState OwnStatement::state() const {
  if (stored) return cosigned ? CustodyState::cosigned : CustodyState::stored;
  return tlog_proof.empty() ? CustodyState::sealed : CustodyState::logged;
}

Result<std::vector<OwnStatement>> Vault::statements() {
  std::vector<OwnStatement> all;
  Query query = database_.prepare(std::string(statement_columns) + "ORDER BY seq");
  while (true) {
    DOKAZ_LET(found, query.step());
    if (!found) return all;
    DOKAZ_LET(own, read_statement(query, member_.public_key()));
    all.push_back(std::move(own));
  }
}

Result<OwnStatement> Vault::statement(std::uint64_t number) {
  Query query = database_.prepare(std::string(statement_columns) + "WHERE seq = ?");
  query.bind(number);
  DOKAZ_LET(found, query.step());
  if (!found) return fail(Errc::not_found, "no item has this number");
  return read_statement(query, member_.public_key());
}

Result<OwnStatement> Vault::head() {
  Query query = database_.prepare(std::string(statement_columns) + "ORDER BY seq DESC LIMIT 1");
  DOKAZ_LET(found, query.step());
  if (!found) return fail(Errc::damaged_store, "the chain has no beginning");
  return read_statement(query, member_.public_key());
}

Result<bool> Vault::forked() {
  Query query = database_.prepare("SELECT 1 FROM membership WHERE forked <> 0");
  return query.step();
}

Status Vault::keep_forked(bool forked) {
  return database_.run("UPDATE membership SET forked = ?", forked ? 1 : 0);
}

HmacTag Vault::tag_of(const Sha256& original) const {
  return tag_key_.reveal([&](ByteView key) { return hmac_sha256(key, original.view()); });
}

Result<bool> Vault::was_sealed(const Sha256& original) {
  Query query = database_.prepare(std::string(statement_columns) + "WHERE original = ?");
  query.bind(tag_of(original));
  DOKAZ_LET(found, query.step());
  if (!found) return false;
  DOKAZ_LET(own, read_statement(query, member_.public_key()));
  if (own.stored) return true;
  const auto& objects = own.signed_statement.statement.fields().objects;
  return std::all_of(objects.begin(), objects.end(),
                     [&](const ObjectRef& object) { return outbox_.open(object).has_value(); });
}

Status Vault::check_next(const Statement& statement) {
  DOKAZ_LET(before, head());
  const StatementFields& last = before.signed_statement.statement.fields();
  const StatementFields& next = statement.fields();
  if (last.act == Act::close) return Errc::chain_closed;
  if (next.chain != last.chain || next.seq != last.seq + 1 ||
      next.previous != before.signed_statement.statement.hash())
    return Errc::broken_chain;
  return {};
}

Status Vault::append(const SignedStatement& statement) {
  DOKAZ_LET(transaction, database_.begin());
  DOKAZ_TRY(check_next(statement.statement));
  DOKAZ_TRY(database_.run("INSERT INTO statement (seq, bytes, signature) VALUES (?, ?, ?)",
                          statement.statement.fields().seq, statement.statement.bytes(), statement.signature));
  return transaction.commit();
}

Status Vault::append(const SignedStatement& statement, const Sha256& original) {
  DOKAZ_LET(transaction, database_.begin());
  DOKAZ_TRY(check_next(statement.statement));
  const HmacTag tag = tag_of(original);
  DOKAZ_TRY(database_.run("UPDATE statement SET original = NULL WHERE original = ?", tag));
  DOKAZ_TRY(database_.run("INSERT INTO statement (seq, bytes, signature, original) VALUES (?, ?, ?, ?)",
                          statement.statement.fields().seq, statement.statement.bytes(), statement.signature, tag));
  return transaction.commit();
}

Status Vault::set_aside_orphans() {
  DOKAZ_LET(all, statements());
  std::set<ObjectId> named;
  for (const OwnStatement& own : all)
    for (const ObjectRef& object : own.signed_statement.statement.fields().objects) named.insert(object.id);
  return outbox_.set_aside_unless(named);
}

}  // namespace dokaz
