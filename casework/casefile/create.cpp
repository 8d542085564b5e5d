// SPDX-License-Identifier: GPL-3.0-or-later
// Making a case folder, and opening one.
#include "casework/casefile/case_file.hpp"
#include "casework/casefile/opened_acts.hpp"
#include "casework/casefile/own_chain.hpp"
#include "casework/casefile/settings.hpp"
#include "crypto/key_file.hpp"

namespace dokaz {
namespace {

constexpr std::uint64_t max_key_file = 4096;
constexpr std::int32_t schema_version = 5;
constexpr std::string_view counsel_name = "counsel";
constexpr std::string_view server_name = "server";

constexpr const char* schema = R"(
CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE invitation (ticket BLOB PRIMARY KEY, pseudonym TEXT NOT NULL UNIQUE, role TEXT NOT NULL,
                         until TEXT NOT NULL);
CREATE TABLE admission (member BLOB PRIMARY KEY, pseudonym TEXT NOT NULL UNIQUE, ticket BLOB NOT NULL,
                        admission BLOB NOT NULL);
CREATE TABLE entry (position INTEGER PRIMARY KEY, statement BLOB NOT NULL, proof BLOB NOT NULL,
                    answered TEXT NOT NULL);
CREATE TABLE aside (position INTEGER PRIMARY KEY, chain BLOB NOT NULL, seq TEXT NOT NULL, statement BLOB NOT NULL,
                    proof BLOB NOT NULL, member BLOB NOT NULL, ends_key INTEGER NOT NULL);
CREATE TABLE fork (other BLOB PRIMARY KEY, statements BLOB NOT NULL);
)";

Path key_path(const Path& folder) { return folder / "case.key"; }
Path db_path(const Path& folder) { return folder / "case.db"; }

/// The key file is written last: without it, what is there is a creation that did not finish.
Status clear_unfinished(const Path& folder) {
  DOKAZ_TRY(remove_leftovers(folder));
  for (const char* name : {"case.db", "case.db-journal", "case.db-wal", "case.db-shm", "roster", "policy"}) {
    const Status removed = remove_file_durably(folder / name);
    if (!removed && removed.code() != Errc::not_found) return removed;
  }
  return {};
}

Result<Note> first_roster(const SigningKey& root, const SigningKey& member, const ServerCard& card,
                          const age::Identity& team, const age::Identity& legal) {
  Roster roster{root.public_key(), 1, {}, {}};
  roster.members.push_back({std::string(counsel_name), Role::counsel, member.public_key()});
  roster.members.push_back({std::string(server_name), Role::server, card.member});
  roster.recipients.push_back({Group::team, team.recipient().format()});
  roster.recipients.push_back({Group::legal, legal.recipient().format()});
  return sign_roster(roster, root);
}

Status put_seed(Database& db, Setting setting, const Secret<32>& seed) {
  return seed.reveal([&](ByteView bytes) { return put_setting(db, setting, bytes); });
}

}  // namespace

Result<CaseFile> CaseFile::create(const Path& folder, const SecretBytes& passphrase, const NewCase& what,
                                  const PassphraseWork& work) {
  if (what.policy.log() != what.card.log) return fail(Errc::policy_unmet, "the policy names another log than the card");
  DOKAZ_TRY(make_private_folder(folder));
  DOKAZ_LET(lock, FolderLock::take(folder));
  std::error_code error;
  if (std::filesystem::symlink_status(key_path(folder), error).type() != std::filesystem::file_type::not_found)
    return Errc::already_exists;
  DOKAZ_TRY(clear_unfinished(folder));

  const SigningKey root = SigningKey::generate();
  const SigningKey member = SigningKey::generate();
  const age::Identity team = age::Identity::generate();
  const age::Identity legal = age::Identity::generate();
  DOKAZ_LET(roster, first_roster(root, member, what.card, team, legal));

  DOKAZ_LET(created, KeyFile::create(passphrase, work));
  DOKAZ_LET(db, Database::create(db_path(folder), created.key));
  DOKAZ_TRY(db.exec(schema));
  for (const char* tables : {own_chain_tables, opened_acts_tables}) DOKAZ_TRY(db.exec(tables));
  DOKAZ_TRY(db.set_user_version(schema_version));
  {
    DOKAZ_LET(transaction, db.begin());
    DOKAZ_TRY(put_seed(db, Setting::root_seed, root.seed()));
    DOKAZ_TRY(put_seed(db, Setting::member_seed, member.seed()));
    DOKAZ_TRY(put_seed(db, Setting::team_identity, team.secret()));
    DOKAZ_TRY(put_seed(db, Setting::legal_identity, legal.secret()));
    DOKAZ_TRY(put_setting(db, Setting::server, bytes_of(format_server_address(what.server))));
    DOKAZ_TRY(put_setting(db, Setting::card, write_server_card(what.card)));
    DOKAZ_TRY(put_setting(db, Setting::policy, what.policy.bytes()));
    DOKAZ_TRY(put_setting(db, Setting::roster, roster.bytes()));
    DOKAZ_TRY(transaction.commit());
  }
  DOKAZ_TRY(make_private_folder(folder / "objects"));
  DOKAZ_TRY(write_file_durably(folder / "roster", roster.bytes()));
  DOKAZ_TRY(write_file_durably(folder / "policy", what.policy.bytes()));
  DOKAZ_TRY(create_file_durably(key_path(folder), created.file));
  return load(folder, std::move(lock), std::move(db));
}

Result<CaseFile> CaseFile::open(const Path& folder, const SecretBytes& passphrase) {
  DOKAZ_LET(key_file, read_file(key_path(folder), max_key_file));
  DOKAZ_LET(key, KeyFile::open(key_file, passphrase));
  DOKAZ_LET(lock, FolderLock::take(folder));
  DOKAZ_LET(db, Database::open(db_path(folder), key));
  DOKAZ_LET(version, db.user_version());
  if (version != schema_version) return Errc::unsupported_version;
  return load(folder, std::move(lock), std::move(db));
}

Result<CaseFile> CaseFile::load(Path folder, FolderLock lock, Database db) {
  DOKAZ_LET(root_seed, get_seed(db, Setting::root_seed));
  DOKAZ_LET(member_seed, get_seed(db, Setting::member_seed));
  DOKAZ_LET(team, get_seed(db, Setting::team_identity));
  DOKAZ_LET(legal, get_seed(db, Setting::legal_identity));
  DOKAZ_LET(server_text, need_setting(db, Setting::server));
  DOKAZ_LET(server, parse_server_address(text_of(server_text)));
  DOKAZ_LET(card_bytes, need_setting(db, Setting::card));
  DOKAZ_LET(card, read_server_card(card_bytes));
  DOKAZ_LET(policy_bytes, need_setting(db, Setting::policy));
  DOKAZ_LET(policy, Policy::parse(policy_bytes));
  DOKAZ_LET(roster_bytes, need_setting(db, Setting::roster));
  DOKAZ_LET(roster_note, Note::parse(roster_bytes));
  SigningKey root = SigningKey::from_seed(root_seed);
  DOKAZ_LET(roster, CaseRoot(fingerprint_of(root.public_key())).check_roster(roster_note));
  return CaseFile(std::move(folder), std::move(lock), std::move(db), std::move(root),
                  SigningKey::from_seed(member_seed), age::Identity::from(std::move(team)),
                  age::Identity::from(std::move(legal)), server, std::move(card), std::move(policy), std::move(roster_note),
                  std::move(roster));
}

CaseFile::CaseFile(Path folder, FolderLock lock, Database db, SigningKey root, SigningKey member, age::Identity team,
                   age::Identity legal, ServerAddress server, ServerCard card, Policy policy, Note roster_note,
                   Verified<Roster> roster)
    : folder_(std::move(folder)),
      lock_(std::move(lock)),
      db_(std::move(db)),
      root_(std::move(root)),
      member_(std::move(member)),
      team_(std::move(team)),
      legal_(std::move(legal)),
      server_(std::move(server)),
      card_(std::move(card)),
      policy_(std::move(policy)),
      roster_note_(std::move(roster_note)),
      roster_(std::move(roster)) {}

}  // namespace dokaz
