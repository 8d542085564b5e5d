// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/hand_over.hpp"

#include <algorithm>

#include "casework/casefile/case_parts.hpp"
#include "casework/casefile/own_chain.hpp"
#include "casework/casefile/people.hpp"
#include "casework/casefile/settings.hpp"
#include "crypto/key_file.hpp"
#include "crypto/sealed_db_copy.hpp"

namespace dokaz {
namespace {

/// Everything in `from`, under `key`, and on the disk.
Status copy_database(Database& from, const Path& to, const Secret<32>& key) {
  DOKAZ_TRY(DatabaseCopy::make(from, to, key, [](std::uint64_t, std::uint64_t) {}));
  DOKAZ_LET(copied, File::open(to, File::Access::read_write));
  return copied.sync();
}

/// For the way: it opens for take_over alone, and is not what the folder of before has become.
Status make_copy(Database& db) {
  DOKAZ_TRY(put_setting(db, Setting::handed_over, bytes_of("yes")));
  for (const Setting gone : {Setting::passed_on, Setting::key_ended}) DOKAZ_TRY(remove_setting(db, gone));
  return db.settle();
}

/// Without its key file, which comes last, a copy is nothing.
Status write_copy(CaseFile& file, const Path& out, const SecretBytes& passphrase, const PassphraseWork& work) {
  DOKAZ_TRY(make_private_folder(out));
  DOKAZ_LET(created, KeyFile::create(passphrase, work));
  DOKAZ_TRY(copy_database(file.database(), db_path(out), created.key));
  {
    DOKAZ_LET(copy, Database::open(db_path(out), created.key));
    DOKAZ_TRY(make_copy(copy));
  }
  return create_file_durably(key_path(out), created.file);
}

/// A member of the old counsel's stays known, so that what they signed holds, and signs nothing more.
Status replace_counsel(CaseFile& file, const std::string& pseudonym, const PublicKey& before, std::uint64_t behind_own) {
  DOKAZ_LET(all, people_of(file));
  for (const Person& one : all)
    if (one.pseudonym == pseudonym) return fail(Errc::already_exists, "somebody in the case has this pseudonym");
  DOKAZ_LET(head, file.trusted_head());
  return file.change_roster([&](Roster& roster) -> Status {
    roster.members.push_back({pseudonym, Role::counsel, file.member().public_key()});
    std::erase_if(roster.revoked, [&](const Revoked& one) { return one.key == before; });
    // Witnesses may be behind what they did last: that is theirs all the same.
    roster.revoked.push_back({before, std::max(head.size, behind_own)});
    return {};
  });
}

}  // namespace

Status hand_over(CaseFile& file, const Path& out, const SecretBytes& passphrase, const PassphraseWork& work) {
  if (file.former() != nullptr) return fail(Errc::not_safe_yet, "the server does not know you yet: run dokaz-case pull first");
  DOKAZ_LET(is_brought, all_brought(file));
  if (!is_brought) return fail(Errc::not_safe_yet, "what you did in this case is not on the server yet: run dokaz-case pull first");
  std::error_code error;
  if (std::filesystem::symlink_status(out, error).type() != std::filesystem::file_type::not_found)
    return fail(Errc::already_exists, "--out");
  // First of all: a copy and a folder that works on would make two rosters of one number.
  DOKAZ_LET(was_passed_on, file.is_passed_on());
  DOKAZ_TRY(file.set_passed_on(true));
  const Status written = write_copy(file, out, passphrase, work);
  if (written) return {};
  std::filesystem::remove_all(out, error);
  if (!was_passed_on) DOKAZ_TRY(file.set_passed_on(false));
  return written;
}

Result<CaseFile> take_over(const Path& folder, const TakingOver& how, const SecretBytes& passphrase_of_copy,
                           const SecretBytes& passphrase, const PassphraseWork& work) {
  if (!is_pseudonym(how.pseudonym)) return fail(Errc::usage, "a pseudonym has 1 to 32 of a-z, 0-9 and -, and is not \"log\"");
  DOKAZ_LET(key_file, read_file(key_path(how.from), max_key_file));
  DOKAZ_LET(key, KeyFile::open(key_file, passphrase_of_copy));
  DOKAZ_LET(from, Database::open(db_path(how.from), key));
  DOKAZ_LET(handed, get_setting(from, Setting::handed_over));
  if (!handed) return fail(Errc::usage, "this folder was not handed over: hand-over makes the copy for it");
  std::optional<PublicKey> before;
  std::uint64_t behind_own = 0;
  const SigningKey member = SigningKey::generate();
  return CaseFile::make(
      folder, passphrase, work,
      [&](const Path& path, const Secret<32>& new_key) -> Status {
        DOKAZ_TRY(copy_database(from, path, new_key));
        DOKAZ_LET(db, Database::open(path, new_key));
        DOKAZ_LET(transaction, db.begin());
        DOKAZ_LET(former, get_seed(db, Setting::member_seed));
        before = SigningKey::from_seed(former).public_key();
        DOKAZ_TRY(put_seed(db, Setting::former_seed, former));
        DOKAZ_TRY(put_seed(db, Setting::member_seed, member.seed()));
        DOKAZ_LET(behind, behind_own_chain(db));
        behind_own = behind;
        DOKAZ_TRY(forget_own_chain(db));
        for (const Setting gone : {Setting::handed_over, Setting::ticket, Setting::admission})
          DOKAZ_TRY(remove_setting(db, gone));
        return transaction.commit();
      },
      [&](CaseFile& file) -> Status {
        if (how.root) DOKAZ_TRY(file.lend_root(SigningKey::from_seed(how.root->seed())));
        return replace_counsel(file, how.pseudonym, *before, behind_own);
      });
}

}  // namespace dokaz
