// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/vault.hpp"

#include <algorithm>

namespace dokaz {
namespace {

constexpr std::string_view statement_columns =
    "SELECT bytes, signature, facts, tlog_proof, receive, answered, receive_proof, cosigned, cosigned_receive, sealed_again, dropped, tried "
    "FROM statement LEFT JOIN receipt USING (seq) ";
constexpr std::string_view summary_columns =
    "SELECT bytes, sealed_again, dropped, tried, logged_index, logged_size, stored_index, stored_size, cosigned_index, cosigned_size "
    "FROM statement ORDER BY seq";

bool makes_item(const Statement& statement) {
  const Act act = statement.fields().act;
  return act == Act::seal || act == Act::derive || act == Act::redact;
}

std::optional<LogPlace> place_at(const Query& row, int column) {
  if (row.is_null(column)) return {};
  return LogPlace{static_cast<std::uint64_t>(row.integer(column)), static_cast<std::uint64_t>(row.integer(column + 1))};
}

/// The database is authenticated: what does not parse there is damage, not hostile input.
Error damage(const Error& error) { return fail(Errc::damaged_store, error.detail); }

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

bool OwnStatement::is_item() const { return makes_item(signed_statement.statement); }
bool OwnSummary::is_item() const { return makes_item(statement); }

CustodyState OwnStatement::state() const {
  if (stored) return cosigned ? CustodyState::cosigned : CustodyState::stored;
  return tlog_proof.empty() ? CustodyState::sealed : CustodyState::logged;
}

CustodyState OwnSummary::state() const {
  if (stored) return cosigned ? CustodyState::cosigned : CustodyState::stored;
  return logged ? CustodyState::logged : CustodyState::sealed;
}

Result<OwnStatement> Vault::read_statement(const Query& row, const PublicKey& member) {
  auto statement = Statement::parse(row.blob(0));
  if (!statement) return damage(statement.error());
  DOKAZ_LET(signature, row.id<Signature>(1));
  OwnStatement own{{std::move(*statement), member, signature}, row.blob(2), row.blob(3), {}, {}, {}, false, false};
  own.sealed_again = row.integer(9) != 0;
  own.dropped = row.integer(10) != 0;
  if (!row.is_null(4)) own.stored = StoredAnswer{row.blob(4), row.text(5), row.blob(6)};
  if (!row.is_null(7)) own.cosigned = CosignedProofs{row.blob(7), row.blob(8)};
  DOKAZ_LET(attempt, read_attempt(row, 11));
  own.attempt = attempt;
  return own;
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

Result<std::vector<OwnSummary>> Vault::summaries() {
  std::vector<OwnSummary> all;
  Query row = database_.prepare(summary_columns);
  while (true) {
    DOKAZ_LET(found, row.step());
    if (!found) return all;
    auto statement = Statement::parse(row.blob(0));
    if (!statement) return damage(statement.error());
    DOKAZ_LET(attempt, read_attempt(row, 3));
    all.push_back({std::move(*statement), place_at(row, 4), place_at(row, 6), place_at(row, 8), attempt,
                   row.integer(1) != 0, row.integer(2) != 0});
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

Status Vault::set_aside_orphans() {
  DOKAZ_LET(all, summaries());
  std::set<ObjectId> named;
  std::set<ObjectId> freed;
  for (const OwnSummary& own : all)
    for (const ObjectRef& object : own.statement.fields().objects) (own.dropped ? freed : named).insert(object.id);
  return outbox_.settle(named, freed);
}

}  // namespace dokaz
