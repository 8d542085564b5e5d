// SPDX-License-Identifier: GPL-3.0-or-later
// The rosters of a case folder, the root that signs them, and the keys of the groups that they name.
#include <algorithm>

#include "casework/casefile/case_parts.hpp"
#include "casework/casefile/settings.hpp"

namespace dokaz {

Status put_roster(Database& db, std::uint64_t number, const Note& note) {
  return db.run("INSERT INTO roster (number, note) VALUES (?, ?)", number, note.bytes());
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

Status CaseFile::change_roster(const std::function<Status(Roster&)>& change,
                               const std::function<Status(Database&)>& beside) {
  DOKAZ_LET(root, need_root());
  Roster next = *roster_;
  ++next.number;
  DOKAZ_TRY(change(next));
  DOKAZ_LET(note, sign_roster(next, *root));
  DOKAZ_LET(checked, CaseRoot(fingerprint_).check_roster(note));
  return keep_roster(note, std::move(checked), beside);
}

Status CaseFile::adopt_roster(const Note& note) {
  DOKAZ_LET(checked, CaseRoot(fingerprint_).check_roster(note));
  constexpr std::uint64_t longest_jump = 1000;  // so that nobody uses up the numbers
  if (checked->number > roster_->number + longest_jump) return fail(Errc::malformed, "a roster number far above the one before");
  if (checked->number <= roster_->number) return fail(Errc::server_rolled_back, "an older roster of the case");
  return keep_roster(note, std::move(checked), {});
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
  if (std::ranges::none_of(given, is_present)) return fail(Errc::wrong_key, "not the present key of this group");
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
