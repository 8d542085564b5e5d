// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/vault.hpp"

#include <algorithm>

#include "collector/vault/reserve.hpp"
#include "collector/vault/schema.hpp"

namespace dokaz {
namespace {

constexpr std::size_t max_key_file = 4096;
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

CustodyState OwnStatement::state() const {
  if (stored) return cosigned ? CustodyState::cosigned : CustodyState::stored;
  return tlog_proof.empty() ? CustodyState::sealed : CustodyState::logged;
}

struct Vault::Row {
  ServerAddress server;
  TlsPins pins;
  Bytes policy;
  Note roster, ticket, admission;
  SigningKey member;
  Secret<32> tag_key;
  std::string parcels;
};

Vault::Vault(Row row, CaseView view, Path folder, FolderLock lock, Database database)
    : lock_(std::move(lock)),
      database_(std::move(database)),
      outbox_(folder / vault_layout::outbox_folder),
      view_(std::move(view)),
      server_(std::move(row.server)),
      pins_(row.pins),
      ticket_(row.ticket.bytes()),
      admission_(row.admission.bytes()),
      parcels_(std::move(row.parcels)),
      member_(std::move(row.member)),
      tag_key_(std::move(row.tag_key)) {}

Result<Vault::Row> Vault::read_membership(Database& database) {
  Query query = database.prepare(
      "SELECT server, pin, policy, roster, ticket, admission, member_seed, tag_key, parcels, next_pin FROM membership");
  DOKAZ_LET(found, query.step());
  if (!found) return fail(Errc::damaged_store, "membership");
  DOKAZ_LET(server, parse_server_address(query.text(0)));
  DOKAZ_LET(pin, query.id<TlsPin>(1));
  TlsPins pins(pin);
  if (!query.is_null(9)) {
    DOKAZ_LET(next, query.id<TlsPin>(9));
    pins.next = next;
  }
  DOKAZ_LET(roster, Note::parse(query.blob(3)));
  DOKAZ_LET(ticket, Note::parse(query.blob(4)));
  DOKAZ_LET(admission, Note::parse(query.blob(5)));
  DOKAZ_LET(seed, query.secret<32>(6));
  DOKAZ_LET(tag_key, query.secret<32>(7));
  return Row{std::move(server), pins,                  query.blob(2),
             std::move(roster), std::move(ticket),     std::move(admission),
             SigningKey::from_seed(seed), std::move(tag_key),    query.text(8)};
}

Result<Vault> Vault::open(const Path& folder, const SecretBytes& passphrase, Reserve reserve) {
  auto key_file = read_file(folder / vault_layout::key_file, max_key_file);
  if (!key_file && key_file.code() == Errc::not_found) {
    std::error_code error;
    const bool half = std::filesystem::exists(folder / vault_layout::database_file, error);
    return half ? fail(Errc::damaged_store, "the key file is gone") : fail(Errc::not_joined);
  }
  if (!key_file) return std::move(key_file).error();
  DOKAZ_LET(lock, FolderLock::take(folder));

  auto key = KeyFile::open(*key_file, passphrase);
  if (!key && key.code() == Errc::malformed) return fail(Errc::damaged_store, "key file");
  if (!key) return std::move(key).error();

  auto database = Database::open(folder / vault_layout::database_file, *key);
  if (!database && (database.code() == Errc::no_space || database.code() == Errc::io_error) &&
      reserve == Reserve::may_be_used && give_up_reserve(folder))
    database = Database::open(folder / vault_layout::database_file, *key);
  // The key file is authenticated and gave this key: what it does not open is damaged or gone.
  if (!database && (database.code() == Errc::wrong_key || database.code() == Errc::not_found))
    return fail(Errc::damaged_store, "vault.db");
  if (!database) return std::move(database).error();
  DOKAZ_LET(version, database->user_version());
  if (version != vault_layout::version) return fail(Errc::unsupported_version, "vault.db");

  auto row = read_membership(*database);
  if (!row) return damage(row.error());
  auto view = check_case(row->policy, row->roster, row->ticket, row->admission);
  if (!view) return damage(view.error());
  Vault vault(std::move(*row), std::move(*view), folder, std::move(lock), std::move(*database));
  const Status aside = vault.set_aside_orphans();
  // On a full disk they stay where they are, which harms nothing.
  if (!aside && aside.code() != Errc::no_space) return aside.error();
  make_reserve_if_roomy(folder);
  return vault;
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

Status Vault::append(const SignedStatement& statement, const Sha256& original) {
  DOKAZ_LET(transaction, database_.begin());
  DOKAZ_LET(before, head());
  const StatementFields& last = before.signed_statement.statement.fields();
  const StatementFields& next = statement.statement.fields();
  if (next.chain != last.chain || next.seq != last.seq + 1 ||
      next.previous != before.signed_statement.statement.hash())
    return Errc::broken_chain;
  const HmacTag tag = tag_of(original);
  DOKAZ_TRY(database_.run("UPDATE statement SET original = NULL WHERE original = ?", tag));
  DOKAZ_TRY(database_.run("INSERT INTO statement (seq, bytes, signature, original) VALUES (?, ?, ?, ?)",
                          next.seq, statement.statement.bytes(), statement.signature, tag));
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
