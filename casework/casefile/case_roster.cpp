// SPDX-License-Identifier: GPL-3.0-or-later
// The rosters of a case folder, the root that signs them, and the keys of the groups that they name.
#include <algorithm>

#include "casework/casefile/case_parts.hpp"
#include "casework/casefile/settings.hpp"
#include "proto/format/roster_number.hpp"

namespace dokaz {

Status check_present_key(const Roster& roster, Group group, const GroupKeys& keys) {
  const auto has_key_of = [&](Group one) {
    const std::vector<std::string> named = roster.recipients_of(one);
    return std::ranges::any_of(keys, [&](const age::Identity& key) {
      return std::ranges::find(named, key.recipient().format()) != named.end();
    });
  };
  if (has_key_of(group)) return {};
  const Group other = group == Group::team ? Group::legal : Group::team;
  if (has_key_of(other)) return fail(Errc::wrong_key, "this is the key of the group " + std::string(name_of(other)));
  return fail(Errc::wrong_key, "not the present key of the group " + std::string(name_of(group)) + " in this case");
}

Status put_roster(Database& db, std::uint64_t number, const Note& note) {
  return db.run("INSERT OR REPLACE INTO roster (number, note) VALUES (?, ?)", number, note.bytes());
}

Result<Bytes> newest_roster(Database& db) {
  Query query = db.prepare("SELECT note FROM roster ORDER BY number DESC LIMIT 1");
  DOKAZ_LET(there, query.step());
  if (!there) return Errc::damaged_store;
  return query.blob(0);
}

Result<const SigningKey*> CaseFile::need_root() const {
  if (!root_) return fail(Errc::not_found, "the case root is not in this folder: its officers hold it");
  return &*root_;
}

Status CaseFile::lend_root(SigningKey root) {
  if (fingerprint_of(root.public_key()) != fingerprint_) return fail(Errc::wrong_root, "another case's root");
  root_ = std::move(root);
  return {};
}

Status CaseFile::keep_root() {
  DOKAZ_LET(root, need_root());
  return put_seed(db_, Setting::root_seed, root->seed());
}

Status CaseFile::drop_root() {
  DOKAZ_TRY(db_.exec("PRAGMA secure_delete = ON"));
  DOKAZ_TRY(remove_setting(db_, Setting::root_seed));
  root_.reset();
  return db_.settle();  // nothing of it stays in the log beside the database
}

Status CaseFile::forget_former() {
  DOKAZ_TRY(db_.exec("PRAGMA secure_delete = ON"));
  DOKAZ_TRY(remove_setting(db_, Setting::former_seed));
  former_.reset();
  return db_.settle();
}

Result<Reached> CaseFile::reached() {
  Reached reached;
  DOKAZ_LET(rule, get_setting(db_, Setting::network));
  if (rule) reached.rule = Network::tor_only;  // also one that is not understood: in doubt not straight
  DOKAZ_LET(proxy, get_setting(db_, Setting::proxy));
  if (proxy) reached.proxy = std::string(text_of(*proxy));
  return reached;
}

Status CaseFile::keep_proxy(const std::optional<std::string>& proxy) {
  DOKAZ_LET(now, reached());
  if (!proxy && now.rule == Network::tor_only)
    return fail(Errc::usage, "Tor only is a rule of the case, from the invitation: no option lifts it");
  return proxy ? put_setting(db_, Setting::proxy, bytes_of(*proxy)) : remove_setting(db_, Setting::proxy);
}

Result<bool> CaseFile::is_passed_on() {
  DOKAZ_LET(there, get_setting(db_, Setting::passed_on));
  return there.has_value();
}

Status CaseFile::set_passed_on(bool passed_on) {
  return passed_on ? put_setting(db_, Setting::passed_on, bytes_of("yes")) : remove_setting(db_, Setting::passed_on);
}

Status CaseFile::check_not_passed_on() {
  DOKAZ_LET(passed_on, is_passed_on());
  if (!passed_on) return {};
  return fail(Errc::chain_closed, "a copy of this case was handed over: this folder only reads until hand-over --undo");
}

Result<bool> CaseFile::is_key_ended() {
  DOKAZ_LET(there, get_setting(db_, Setting::key_ended));
  return there.has_value();
}

Status CaseFile::set_key_ended(bool ended) {
  return ended ? put_setting(db_, Setting::key_ended, bytes_of("yes")) : remove_setting(db_, Setting::key_ended);
}

Status CaseFile::keep_roster(const Note& note, Verified<Roster> roster, const std::function<Status(Database&)>& beside) {
  {
    DOKAZ_LET(transaction, db_.begin());
    DOKAZ_TRY(put_roster(db_, roster->number, note));
    if (beside) DOKAZ_TRY(beside(db_));
    DOKAZ_TRY(transaction.commit());
  }
  roster_note_ = note;
  roster_ = std::move(roster);
  return write_file_durably(folder_ / "roster", roster_note_.bytes());
}

Status CaseFile::sign_next(Roster base, const std::function<Status(Roster&)>& change,
                           const std::function<Status(Database&)>& beside) {
  DOKAZ_TRY(check_not_passed_on());
  DOKAZ_LET(root, need_root());
  ++base.number;
  DOKAZ_TRY(change(base));
  DOKAZ_LET(note, sign_roster(base, *root));
  DOKAZ_LET(checked, CaseRoot(fingerprint_).check_roster(note));
  return keep_roster(note, std::move(checked), beside);
}

Status CaseFile::change_roster(const std::function<Status(Roster&)>& change,
                               const std::function<Status(Database&)>& beside) {
  return sign_next(*roster_, change, beside);
}

Result<Verified<Roster>> CaseFile::check_made_elsewhere(const Note& note) const {
  DOKAZ_LET(checked, CaseRoot(fingerprint_).check_roster(note));
  DOKAZ_TRY(check_jump(roster_->number, checked->number));
  if (checked->number < roster_->number || note.bytes() == roster_note_.bytes())
    return fail(Errc::server_rolled_back, "an older roster of the case");
  return checked;
}

Status CaseFile::adopt_roster(const Note& note) {
  DOKAZ_LET(checked, check_made_elsewhere(note));
  return keep_roster(note, std::move(checked), {});
}

Status CaseFile::follow_roster(const Note& theirs, const std::function<Status(Roster&)>& change) {
  DOKAZ_LET(checked, check_made_elsewhere(theirs));
  return sign_next(*checked, change, [&](Database& db) { return put_roster(db, checked->number, theirs); });
}

Result<std::vector<Note>> CaseFile::rosters() {
  std::vector<Note> all;
  Query query = db_.prepare("SELECT note FROM roster ORDER BY number");
  while (true) {
    DOKAZ_LET(row, query.step());
    if (!row) return all;
    DOKAZ_LET(note, Note::parse(query.blob(0)));
    all.push_back(std::move(note));
  }
}

Status CaseFile::rotate_recipient(Group group) {
  GroupKeys& keys = group == Group::team ? team_ : legal_;
  if (keys.empty()) return fail(Errc::not_found, "this folder does not have the key of that group");
  age::Identity next = age::Identity::generate();
  const std::string after = next.recipient().format();
  DOKAZ_TRY(change_roster(
      [&](Roster& roster) -> Status {
        // All of them: one that somebody else put there must not stay.
        std::erase_if(roster.recipients, [&](const GroupRecipient& one) { return one.group == group; });
        roster.recipients.push_back({group, after});
        return {};
      },
      [&](Database& db) { return put_group_key(db, group, next); }));
  keys.insert(keys.begin(), std::move(next));
  return {};
}

Status CaseFile::add_keys(Group group, const GroupKeys& given) {
  GroupKeys& keys = group == Group::team ? team_ : legal_;
  const std::vector<std::string> named = roster_->recipients_of(group);
  const auto is_present = [&](const age::Identity& key) {
    return std::ranges::find(named, key.recipient().format()) != named.end();
  };
  DOKAZ_TRY(check_present_key(*roster_, group, given));
  DOKAZ_LET(transaction, db_.begin());
  std::vector<const age::Identity*> fresh;
  for (auto key = given.rbegin(); key != given.rend(); ++key) {  // the newest last
    if (std::ranges::any_of(keys, [&](const age::Identity& one) { return one.recipient() == key->recipient(); })) continue;
    DOKAZ_TRY(put_group_key(db_, group, *key));
    fresh.push_back(&*key);
  }
  DOKAZ_TRY(transaction.commit());
  for (const age::Identity* key : fresh) {
    Secret<32> copy = key->secret().reveal([](auto bytes) { return Secret<32>::copy_of(bytes); });
    keys.insert(keys.begin(), age::Identity::from(std::move(copy)));
  }
  std::stable_partition(keys.begin(), keys.end(), is_present);
  return {};
}

}  // namespace dokaz
