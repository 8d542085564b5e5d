// SPDX-License-Identifier: GPL-3.0-or-later
// Making a case folder, of a new case or for somebody who was invited, and opening one.
#include <algorithm>

#include "casework/casefile/case_parts.hpp"
#include "casework/casefile/opened_acts.hpp"
#include "casework/casefile/own_chain.hpp"
#include "casework/casefile/settings.hpp"
#include "crypto/key_file.hpp"

namespace dokaz {
namespace {

constexpr std::int32_t schema_version = 6;
constexpr std::string_view counsel_name = "counsel";
constexpr std::string_view server_name = "server";

constexpr const char* schema = R"(
-- By the names of settings.cpp. `last_pull` is claimed: seconds since 1970 by the clock of this machine.
CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE roster (number INTEGER PRIMARY KEY, note BLOB NOT NULL);
-- The newest of a group is the one that the roster names.
CREATE TABLE group_key (id INTEGER PRIMARY KEY, grp TEXT NOT NULL, secret BLOB NOT NULL);
CREATE TABLE invitation (ticket BLOB PRIMARY KEY, pseudonym TEXT NOT NULL UNIQUE, role TEXT NOT NULL,
                         until TEXT NOT NULL, tor_only INTEGER NOT NULL);
CREATE TABLE admission (member BLOB PRIMARY KEY, pseudonym TEXT NOT NULL UNIQUE, ticket BLOB NOT NULL,
                        admission BLOB NOT NULL);
CREATE TABLE entry (position INTEGER PRIMARY KEY, act TEXT NOT NULL, chain BLOB NOT NULL, statement BLOB NOT NULL,
                    proof BLOB NOT NULL, answered TEXT NOT NULL);
CREATE INDEX entry_act ON entry (act);
CREATE INDEX entry_chain ON entry (chain);
CREATE TABLE aside (position INTEGER PRIMARY KEY, chain BLOB NOT NULL, seq TEXT NOT NULL, statement BLOB NOT NULL,
                    proof BLOB NOT NULL, member BLOB NOT NULL, ends_key INTEGER NOT NULL);
CREATE TABLE fork (other BLOB PRIMARY KEY, statements BLOB NOT NULL);
)";

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

Result<GroupKeys> read_keys(Database& db, Group group) {
  GroupKeys keys;
  Query query = db.prepare("SELECT secret FROM group_key WHERE grp = ? ORDER BY id DESC");
  query.bind(name_of(group));
  while (true) {
    DOKAZ_LET(row, query.step());
    if (!row) return keys;
    DOKAZ_LET(secret, query.secret<32>(0));
    keys.push_back(age::Identity::from(std::move(secret)));
  }
}

/// What the server's card says, as far as an invitation has it.
Result<ServerCard> card_of(const Invitation& invitation, const Roster& roster, const Policy& policy) {
  for (const Member& member : roster.members)
    if (member.role == Role::server)
      return ServerCard{invitation.pin, policy.log(), member.key, invitation.parcels, invitation.next_pin};
  return fail(Errc::not_a_member, "the roster names no server");
}

}  // namespace

Path key_path(const Path& folder) { return folder / "case.key"; }
Path db_path(const Path& folder) { return folder / "case.db"; }

Status put_group_key(Database& db, Group group, const age::Identity& key) {
  return key.secret().reveal([&](ByteView secret) {
    return db.run("INSERT INTO group_key (grp, secret) VALUES (?, ?)", name_of(group), secret);
  });
}

Status put_group_keys(Database& db, Group group, const GroupKeys& keys) {
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) DOKAZ_TRY(put_group_key(db, group, *key));
  return {};
}

namespace {

/// An empty one, filled in one step.
MakeDatabase fresh(std::function<Status(Database&)> fill) {
  return [fill = std::move(fill)](const Path& path, const Secret<32>& key) -> Status {
    DOKAZ_LET(db, Database::create(path, key));
    for (const char* tables : {schema, own_chain_tables, opened_acts_tables}) DOKAZ_TRY(db.exec(tables));
    DOKAZ_TRY(db.set_user_version(schema_version));
    DOKAZ_LET(transaction, db.begin());
    DOKAZ_TRY(fill(db));
    return transaction.commit();
  };
}

}  // namespace

Result<CaseFile> CaseFile::make(const Path& folder, const SecretBytes& passphrase, const PassphraseWork& work,
                                const MakeDatabase& make_database, const std::function<Status(CaseFile&)>& finish) {
  DOKAZ_TRY(make_private_folder(folder));
  DOKAZ_LET(lock, FolderLock::take(folder));
  std::error_code error;
  if (std::filesystem::symlink_status(key_path(folder), error).type() != std::filesystem::file_type::not_found)
    return Errc::already_exists;
  DOKAZ_TRY(clear_unfinished(folder));
  DOKAZ_LET(created, KeyFile::create(passphrase, work));
  DOKAZ_TRY(make_database(db_path(folder), created.key));
  DOKAZ_TRY(make_private_folder(folder / "objects"));
  DOKAZ_LET(db, Database::open(db_path(folder), created.key));
  DOKAZ_LET(file, load(folder, std::move(lock), std::move(db)));
  if (finish) DOKAZ_TRY(finish(file));
  DOKAZ_TRY(write_file_durably(folder / "policy", file.policy_.bytes()));
  DOKAZ_TRY(create_file_durably(key_path(folder), created.file));
  return file;
}

Result<CaseFile> CaseFile::create(const Path& folder, const SecretBytes& passphrase, const NewCase& what,
                                  const PassphraseWork& work) {
  if (what.policy.log() != what.card.log) return fail(Errc::policy_unmet, "the policy names another log than the card");
  return make(folder, passphrase, work, fresh([&what](Database& db) -> Status {
    const SigningKey root = SigningKey::generate();
    const SigningKey member = SigningKey::generate();
    const age::Identity team = age::Identity::generate();
    const age::Identity legal = age::Identity::generate();
    DOKAZ_LET(roster, first_roster(root, member, what.card, team, legal));
    DOKAZ_TRY(put_setting(db, Setting::fingerprint, fingerprint_of(root.public_key()).view()));
    DOKAZ_TRY(put_seed(db, Setting::root_seed, root.seed()));
    DOKAZ_TRY(put_seed(db, Setting::member_seed, member.seed()));
    DOKAZ_TRY(put_group_key(db, Group::team, team));
    DOKAZ_TRY(put_group_key(db, Group::legal, legal));
    DOKAZ_TRY(put_setting(db, Setting::server, bytes_of(format_server_address(what.server))));
    DOKAZ_TRY(put_setting(db, Setting::card, write_server_card(what.card)));
    DOKAZ_TRY(put_setting(db, Setting::policy, what.policy.bytes()));
    return put_roster(db, 1, roster);
  }));
}

Result<CaseFile> CaseFile::join(const Path& folder, const SecretBytes& passphrase, const Joining& how,
                                const PassphraseWork& work) {
  const Invitation& invitation = how.invitation;
  DOKAZ_LET(named, parse_roster(invitation.roster));
  const CaseRoot root(fingerprint_of(named.root));
  DOKAZ_LET(roster, root.check_roster(invitation.roster));
  DOKAZ_LET(ticket, root.check_ticket(invitation.ticket));
  if (ticket->role != Role::reviewer && ticket->role != Role::counsel)
    return fail(Errc::usage, "this invitation is for a collector: dokaz join takes it");
  if (how.now > ticket->until.unix_seconds) return Errc::ticket_expired;
  DOKAZ_TRY(check_present_key(*roster, Group::team, how.team));
  if (!how.legal.empty()) DOKAZ_TRY(check_present_key(*roster, Group::legal, how.legal));
  DOKAZ_LET(policy, Policy::parse(invitation.policy));
  DOKAZ_LET(card, card_of(invitation, *roster, policy));
  return make(folder, passphrase, work, fresh([&](Database& db) -> Status {
    const SigningKey member = SigningKey::generate();
    const Note admission =
        sign_admission({ticket->root, ticket->ticket, member.public_key()}, invitation.ticket_key, member);
    DOKAZ_TRY(root.check_admission(invitation.ticket, admission));
    DOKAZ_TRY(put_setting(db, Setting::fingerprint, root.fingerprint().view()));
    DOKAZ_TRY(put_seed(db, Setting::member_seed, member.seed()));
    DOKAZ_TRY(put_setting(db, Setting::ticket, invitation.ticket.bytes()));
    DOKAZ_TRY(put_setting(db, Setting::admission, admission.bytes()));
    DOKAZ_TRY(put_group_keys(db, Group::team, how.team));
    DOKAZ_TRY(put_group_keys(db, Group::legal, how.legal));
    DOKAZ_TRY(put_setting(db, Setting::server, bytes_of(format_server_address(invitation.server))));
    DOKAZ_TRY(put_setting(db, Setting::card, write_server_card(card)));
    DOKAZ_TRY(put_setting(db, Setting::policy, policy.bytes()));
    if (invitation.network == Network::tor_only) DOKAZ_TRY(put_setting(db, Setting::network, bytes_of(tor_only_rule)));
    if (how.proxy) DOKAZ_TRY(put_setting(db, Setting::proxy, bytes_of(*how.proxy)));
    DOKAZ_TRY(db.run("INSERT INTO admission (member, pseudonym, ticket, admission) VALUES (?, ?, ?, ?)",
                     member.public_key(), ticket->pseudonym, invitation.ticket.bytes(), admission.bytes()));
    return put_roster(db, roster->number, invitation.roster);
  }));
}

Result<CaseFile> CaseFile::open(const Path& folder, const SecretBytes& passphrase) {
  DOKAZ_LET(key_file, read_file(key_path(folder), max_key_file));
  DOKAZ_LET(key, KeyFile::open(key_file, passphrase));
  DOKAZ_LET(lock, FolderLock::take(folder));
  DOKAZ_LET(db, Database::open(db_path(folder), key));
  DOKAZ_LET(version, db.user_version());
  if (version != schema_version) return Errc::unsupported_version;
  DOKAZ_LET(handed, get_setting(db, Setting::handed_over));
  if (handed) return fail(Errc::chain_closed, "this copy is on its way to a successor: dokaz-case take-over makes a case of it");
  return load(folder, std::move(lock), std::move(db));
}

Result<CaseFile> CaseFile::load(Path folder, FolderLock lock, Database db) {
  DOKAZ_LET(fingerprint_bytes, need_setting(db, Setting::fingerprint));
  const auto fingerprint = Fingerprint::from(fingerprint_bytes);
  if (!fingerprint) return Errc::damaged_store;
  DOKAZ_LET(root_seed, find_seed(db, Setting::root_seed));
  DOKAZ_LET(member_seed, get_seed(db, Setting::member_seed));
  DOKAZ_LET(team, read_keys(db, Group::team));
  DOKAZ_LET(legal, read_keys(db, Group::legal));
  DOKAZ_LET(server_text, need_setting(db, Setting::server));
  DOKAZ_LET(server, parse_server_address(text_of(server_text)));
  DOKAZ_LET(card_bytes, need_setting(db, Setting::card));
  DOKAZ_LET(card, read_server_card(card_bytes));
  DOKAZ_LET(policy_bytes, need_setting(db, Setting::policy));
  DOKAZ_LET(policy, Policy::parse(policy_bytes));
  DOKAZ_LET(roster_bytes, newest_roster(db));
  DOKAZ_LET(roster_note, Note::parse(roster_bytes));
  DOKAZ_LET(roster, CaseRoot(*fingerprint).check_roster(roster_note));
  for (const auto& [group, keys] : {std::pair(Group::team, &team), std::pair(Group::legal, &legal)}) {
    const std::vector<std::string> named = roster->recipients_of(group);
    // The present one first, whatever came in which order.
    std::stable_partition(keys->begin(), keys->end(), [&](const age::Identity& key) {
      return std::ranges::find(named, key.recipient().format()) != named.end();
    });
  }
  std::optional<AdmissionNotes> own;
  DOKAZ_LET(ticket, get_setting(db, Setting::ticket));
  DOKAZ_LET(admission, get_setting(db, Setting::admission));
  if (ticket && admission) own = AdmissionNotes{std::move(*ticket), std::move(*admission)};
  DOKAZ_LET(former_seed, find_seed(db, Setting::former_seed));
  std::optional<SigningKey> former;
  if (former_seed) former = SigningKey::from_seed(*former_seed);
  std::optional<SigningKey> root;
  if (root_seed) root = SigningKey::from_seed(*root_seed);
  // A run that was killed between the database and this file wrote only the one.
  const auto beside = read_file(folder / "roster", max_note_size);
  if (!beside || *beside != roster_note.bytes()) DOKAZ_TRY(write_file_durably(folder / "roster", roster_note.bytes()));
  return CaseFile(Parts{std::move(folder), std::move(lock), std::move(db), *fingerprint, std::move(root),
                        SigningKey::from_seed(member_seed), std::move(team), std::move(legal), server, std::move(card),
                        std::move(policy), std::move(roster_note), std::move(roster), std::move(own),
                        std::move(former)});
}

CaseFile::CaseFile(Parts parts)
    : folder_(std::move(parts.folder)),
      lock_(std::move(parts.lock)),
      db_(std::move(parts.db)),
      fingerprint_(parts.fingerprint),
      root_(std::move(parts.root)),
      member_(std::move(parts.member)),
      team_(std::move(parts.team)),
      legal_(std::move(parts.legal)),
      server_(std::move(parts.server)),
      card_(std::move(parts.card)),
      policy_(std::move(parts.policy)),
      roster_note_(std::move(parts.roster_note)),
      roster_(std::move(parts.roster)),
      own_admission_(std::move(parts.own_admission)),
      former_(std::move(parts.former)) {}

}  // namespace dokaz
