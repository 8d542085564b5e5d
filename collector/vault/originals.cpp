// SPDX-License-Identifier: GPL-3.0-or-later
// Which originals became items: known by keyed hashes alone.
#include <algorithm>

#include "collector/vault/statement_rows.hpp"
#include "collector/vault/vault.hpp"

namespace dokaz {

HmacTag Vault::tag_of(const SealedOriginal& original) const {
  Bytes tagged = to_bytes(original.sha256.view());
  if (original.form == Form::uncleaned) dokaz::append(tagged, bytes_of("uncleaned"));
  return tag_key_.reveal([&](ByteView key) { return hmac_sha256(key, tagged); });
}

Result<std::set<HmacTag>> Vault::original_tags() {
  std::set<HmacTag> tags;
  Query query = database_.prepare("SELECT tag FROM original");
  while (true) {
    DOKAZ_LET(found, query.step());
    if (!found) return tags;
    DOKAZ_LET(tag, query.id<HmacTag>(0));
    tags.insert(tag);
  }
}

/// Whoever can still send it, or has sent it.
Result<bool> Vault::is_whole(const OwnStatement& own) {
  if (own.stored) return true;
  const auto& objects = own.signed_statement.statement.fields().objects;
  return std::all_of(objects.begin(), objects.end(),
                     [&](const ObjectRef& object) { return outbox_.open(object).has_value(); });
}

Result<std::optional<EarlierItem>> Vault::earlier_item(const SealedOriginal& original) {
  Query query = database_.prepare("SELECT seq FROM original WHERE tag = ?");
  query.bind(tag_of(original));
  DOKAZ_LET(found, query.step());
  if (!found) return std::optional<EarlierItem>();
  DOKAZ_LET(own, statement(static_cast<std::uint64_t>(query.integer(0))));
  DOKAZ_LET(whole, is_whole(own));
  if (!whole) return std::optional<EarlierItem>();
  return std::optional(EarlierItem{own.number(), own.signed_statement.statement.hash()});
}

Status Vault::append_one(const NewStatement& statement) {
  DOKAZ_LET(before, head());
  const Statement& signed_one = statement.signed_statement.statement;
  const StatementFields& last = before.signed_statement.statement.fields();
  const StatementFields& next = signed_one.fields();
  if (last.act == Act::close) return Errc::chain_closed;
  if (next.chain != last.chain || next.seq != last.seq + 1 ||
      next.previous != before.signed_statement.statement.hash())
    return Errc::broken_chain;
  DOKAZ_TRY(insert_statement(database_, statement.signed_statement, std::nullopt, statement.review));
  for (const SealedOriginal& original : statement.originals) {
    DOKAZ_LET(earlier, earlier_item(original));
    if (earlier) continue;
    const HmacTag tag = tag_of(original);
    DOKAZ_TRY(database_.run("UPDATE statement SET sealed_again = 1 WHERE seq = (SELECT seq FROM original WHERE tag = ?)", tag));
    DOKAZ_TRY(database_.run("INSERT OR REPLACE INTO original VALUES (?, ?)", tag, next.seq));
  }
  return {};
}

Status Vault::bind_set(const std::vector<NewStatement>& statements) {
  const auto number = [](const NewStatement& one) { return one.signed_statement.statement.fields().seq; };
  return database_.run("UPDATE statement SET set_first = ? WHERE seq >= ?", number(statements.front()), number(statements.front()));
}

Status Vault::append(const std::vector<NewStatement>& statements) {
  if (write_failed_) return fail(Errc::io_error, "the vault's disk failed before");
  bool begun = false;
  const Status outcome = [&]() -> Status {
    DOKAZ_LET(transaction, database_.begin());
    for (const NewStatement& statement : statements) DOKAZ_TRY(append_one(statement));
    if (statements.size() > 1) DOKAZ_TRY(bind_set(statements));
    begun = true;
    return transaction.commit();
  }();
  if (outcome) return {};
  // From a commit on only the database knows whether the objects are named: they stay, whatever happens.
  if (begun) write_failed_ = outcome.code() == Errc::io_error;
  else static_cast<void>(take_back(statements).has_value());  // else they are orphans
  return outcome;
}

Status Vault::append(const SignedStatement& statement) { return append(std::vector<NewStatement>{{statement, {}, {}}}); }

Status Vault::take_back(const std::vector<NewStatement>& statements) {
  std::set<ObjectId> objects;
  for (const NewStatement& one : statements)
    for (const ObjectRef& object : one.signed_statement.statement.fields().objects) objects.insert(object.id);
  DOKAZ_LET(all, summaries());
  for (const OwnSummary& own : all)
    for (const ObjectRef& object : own.objects) objects.erase(object.id);
  return outbox_.remove({objects.begin(), objects.end()});
}

}  // namespace dokaz
