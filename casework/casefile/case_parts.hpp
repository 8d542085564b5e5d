// SPDX-License-Identifier: GPL-3.0-or-later
// What the files that make up CaseFile share. Inside casework/casefile only.
#pragma once

#include "casework/casefile/case_file.hpp"

namespace dokaz {

struct CaseFile::Parts {
  Path folder;
  FolderLock lock;
  Database db;
  Fingerprint fingerprint;
  std::optional<SigningKey> root;
  SigningKey member;
  GroupKeys team, legal;
  ServerAddress server;
  ServerCard card;
  Policy policy;
  Note roster_note;
  Verified<Roster> roster;
  std::optional<AdmissionNotes> own_admission;
  std::optional<SigningKey> former;
};

inline constexpr std::uint64_t max_key_file = 4096;

Path key_path(const Path& folder);
Path db_path(const Path& folder);

/// The newest key of a group is the one that was put last.
Status put_group_key(Database& db, Group group, const age::Identity& key);
/// `keys` are newest first.
Status put_group_keys(Database& db, Group group, const GroupKeys& keys);

/// wrong_key where the group's present recipient is none of these keys.
Status check_present_key(const Roster& roster, Group group, const GroupKeys& keys);

Status put_roster(Database& db, std::uint64_t number, const Note& note);
Result<Bytes> newest_roster(Database& db);

}  // namespace dokaz
