// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/vault.hpp"

#include <algorithm>

#include "collector/vault/statement_rows.hpp"

namespace dokaz {
namespace {

/// First what `read_summary` reads, from column 6 on what read_statement and summaries read.
std::string whole_statements() {
  return std::string("SELECT ") + summary_columns +
         ", sealed_again, dropped, tried, bytes, signature, facts, "
         "tlog_proof, receive, answered, receive_proof, cosigned, cosigned_receive, history, logged_index, stored_index, cosigned_index "
         "FROM statement JOIN signed USING (seq) LEFT JOIN receipt USING (seq) ";
}
std::string short_statements() {
  return std::string("SELECT ") + summary_columns +
         ", sealed_again, dropped, tried, logged_index, logged_size, stored_index, stored_size, cosigned_index, cosigned_size, history, set_first, contradicted "
         "FROM statement ORDER BY seq";
}

bool makes_item(Act act) {
  return act == Act::seal || act == Act::derive || act == Act::redact;
}

std::optional<LogPlace> place_at(const Query& row, int column) {
  if (row.is_null(column)) return {};
  return LogPlace{static_cast<std::uint64_t>(row.integer(column)), static_cast<std::uint64_t>(row.integer(column + 1))};
}

History history_of(std::int64_t kept) {
  return kept == 1 ? History::confirmed : kept == 0 ? History::unseen : History::contradicted;
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

bool OwnStatement::is_item() const { return makes_item(signed_statement.statement.fields().act); }
bool OwnSummary::is_item() const { return makes_item(act); }

CustodyState OwnStatement::state() const {
  if (stored) return cosigned ? CustodyState::cosigned : CustodyState::stored;
  return tlog_proof.empty() ? CustodyState::sealed : CustodyState::logged;
}

CustodyState OwnSummary::state() const {
  if (stored) return cosigned ? CustodyState::cosigned : CustodyState::stored;
  return logged ? CustodyState::logged : CustodyState::sealed;
}

Result<OwnStatement> Vault::read_statement(const Query& row, const OwnEpochs& epochs) {
  DOKAZ_LET(summary, read_summary(row));
  auto statement = Statement::parse(row.blob(9));
  if (!statement) return damage(statement.error());
  DOKAZ_TRY(check_row(summary, *statement));
  DOKAZ_LET(signature, row.id<Signature>(10));
  const PublicKey& signer = epochs.signer_of(statement->fields().seq);
  OwnStatement own{{std::move(*statement), signer, signature}, row.blob(11), row.blob(12), {}, {}, {}, false, false, History::unseen};
  own.sealed_again = row.integer(6) != 0;
  own.dropped = row.integer(7) != 0;
  DOKAZ_LET(attempt, read_attempt(row, 8));
  own.attempt = attempt;
  if (!row.is_null(13)) own.stored = StoredAnswer{row.blob(13), row.text(14), row.blob(15)};
  own.history = history_of(row.integer(18));
  if (!row.is_null(16)) own.cosigned = CosignedProofs{row.blob(16), row.blob(17)};
  return own;
}

namespace {

/// What lists call received must be there to be shown; a receipt that lists do not know of yet does no harm.
Status check_receipts(const Query& row) {
  for (const auto& [receipt, place] : {std::pair(12, 19), {13, 20}, {16, 21}})
    if (row.is_null(receipt) && !row.is_null(place)) return fail(Errc::damaged_store, "a receipt is not what lists say of it");
  return {};
}

}  // namespace

/// Where a receipt was lost its statement is sent, or asked for, again: one must not keep back all the others.
Result<std::vector<OwnStatement>> Vault::statements() {
  std::vector<OwnStatement> all;
  Query query = database_.prepare(whole_statements() + "ORDER BY seq");
  while (true) {
    DOKAZ_LET(found, query.step());
    if (!found) break;
    DOKAZ_LET(own, read_statement(query, epochs_));
    all.push_back(std::move(own));
  }
  DOKAZ_TRY(check_count(all.size()));
  return all;
}

/// A statement that one of the tables has lost is in no join of them.
Status Vault::check_count(std::size_t found) {
  Query query = database_.prepare("SELECT count(*), (SELECT count(*) FROM signed) FROM statement");
  DOKAZ_TRY(query.step());
  const auto expected = static_cast<std::int64_t>(found);
  if (query.integer(0) == expected && query.integer(1) == expected) return {};
  return fail(Errc::damaged_store, "a statement is not whole");
}

Result<std::vector<OwnSummary>> Vault::summaries() {
  std::vector<OwnSummary> all;
  Query row = database_.prepare(short_statements());
  while (true) {
    DOKAZ_LET(found, row.step());
    if (!found) return all;
    DOKAZ_LET(short_one, read_summary(row));
    DOKAZ_LET(attempt, read_attempt(row, 8));
    all.push_back({short_one.seq, short_one.hash, short_one.act, short_one.time, std::move(short_one.objects),
                   place_at(row, 9), place_at(row, 11), place_at(row, 13), attempt, row.integer(6) != 0, row.integer(7) != 0,
                   history_of(row.integer(15)), {}});
    if (!row.is_null(16)) all.back().set = static_cast<std::uint64_t>(row.integer(16));
    all.back().was_contradicted = row.integer(17) != 0;
  }
}

Result<OwnStatement> Vault::statement(std::uint64_t number) {
  Query query = database_.prepare(whole_statements() + "WHERE statement.seq = ?");
  query.bind(number);
  DOKAZ_LET(found, query.step());
  if (found) {
    DOKAZ_TRY(check_receipts(query));
    return read_statement(query, epochs_);
  }
  Query half = database_.prepare("SELECT 1 FROM statement WHERE seq = ? UNION ALL SELECT 1 FROM signed WHERE seq = ?");
  half.bind(number, number);
  DOKAZ_LET(is_half, half.step());
  return is_half ? fail(Errc::damaged_store, "a statement is not whole") : fail(Errc::not_found, "no item has this number");
}

Result<OwnStatement> Vault::head() {
  Query query = database_.prepare(whole_statements() + "ORDER BY statement.seq DESC LIMIT 1");
  DOKAZ_LET(found, query.step());
  if (!found) return fail(Errc::damaged_store, "the chain has no beginning");
  // What one table has lost at its end must not be signed a second time.
  Query ends = database_.prepare("SELECT max(seq), (SELECT max(seq) FROM signed) FROM statement");
  DOKAZ_TRY(ends.step());
  if (ends.integer(0) != query.integer(0) || ends.integer(1) != query.integer(0))
    return fail(Errc::damaged_store, "a statement is not whole");
  return read_statement(query, epochs_);
}

Result<bool> Vault::forked() {
  Query query = database_.prepare("SELECT 1 FROM membership WHERE forked <> 0");
  return query.step();
}

Status Vault::keep_forked(bool forked) {
  return database_.run("UPDATE membership SET forked = ?", forked ? 1 : 0);
}

Result<bool> Vault::is_key_over() {
  Query query = database_.prepare("SELECT 1 FROM membership WHERE forked = 2");
  return query.step();
}

Status Vault::keep_key_over() { return database_.run("UPDATE membership SET forked = 2"); }

Status Vault::set_aside_orphans() {
  std::vector<ObjectId> named, freed;
  Query row = database_.prepare("SELECT objects, dropped FROM statement");
  while (true) {
    DOKAZ_LET(found, row.step());
    if (!found) break;
    DOKAZ_LET(objects, read_objects(row, 0));
    for (const ObjectRef& object : objects) (row.integer(1) != 0 ? freed : named).push_back(object.id);
  }
  return outbox_.settle(std::move(named), std::move(freed));
}

}  // namespace dokaz
