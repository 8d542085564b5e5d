// SPDX-License-Identifier: GPL-3.0-or-later
// A case folder: the keys of the case and what was pulled from its server, sealed under a passphrase.
//
//   case.key  case.db       keys, settings, entries with their receipts
//   objects/<id>.age        objects as they are on the server, still encrypted
//   roster  policy          for the operator and for whoever verifies; public
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "crypto/age/keys.hpp"
#include "crypto/files.hpp"
#include "crypto/passphrase.hpp"
#include "crypto/sealed_db.hpp"
#include "proto/dialogue/messages.hpp"
#include "proto/format/invitation.hpp"
#include "proto/format/receipt.hpp"

namespace dokaz {

struct NewCase {
  ServerAddress server;
  ServerCard card;
  Policy policy;  // about the card's log, or `create` gives policy_unmet
};

/// One entry of the case's log, as pulled: checked when it came in.
struct CaseEntry {
  std::uint64_t index = 0;
  Statement statement;
  Receipt receipt;
  std::optional<Fact> answered;  // of a receive statement
};

/// An entry of the log that is by a key which does not sign at its place: it counts for nothing, and the check names it.
/// It is kept as it came: that somebody signed it is evidence, too.
struct SetAside {
  std::uint64_t index = 0;
  ChainId chain;
  std::uint64_t seq = 0;
  Bytes statement, proof;
  PublicKey member;        // whose signature holds
  bool ends_key = false;   // a key-rotate by a key that had to sign here: that one signs nothing more
};

/// A member who came with an invitation.
struct Admitted {
  std::string pseudonym;
  Note ticket;
  Note admission;
};

class CaseFile {
 public:
  /// Makes keys, roster number 1 (counsel and the server) and the folder. already_exists if there is a case.
  static Result<CaseFile> create(const Path& folder, const SecretBytes& passphrase, const NewCase& what,
                                 const PassphraseWork& work = {});
  /// not_found, wrong_passphrase, busy, damaged_store.
  static Result<CaseFile> open(const Path& folder, const SecretBytes& passphrase);

  const SigningKey& root() const { return root_; }
  const SigningKey& member() const { return member_; }
  Fingerprint fingerprint() const { return fingerprint_of(root_.public_key()); }
  const ServerAddress& server() const { return server_; }
  TlsPins pins() const { return card_.pins(); }
  const Policy& policy() const { return policy_; }
  const Note& roster_note() const { return roster_note_; }
  const Verified<Roster>& roster() const { return roster_; }
  /// For the other files of casework/casefile alone.
  Database& database() { return db_; }
  const age::Identity& identity(Group group) const { return group == Group::team ? team_ : legal_; }

  /// A ticket for `pseudonym`, remembered before it is given out. already_exists if the name is taken.
  Result<Invitation> invite(const std::string& pseudonym, Role role, ClaimedTime until);

  /// Roster and admissions together, and the keys that the pulled key-rotates name (format.md section 3).
  Result<Membership> membership();
  Result<std::vector<Admitted>> admitted();
  /// Keeps it if the case root vouches for it: wrong_root, bad_signature.
  Status admit(const AdmissionNotes& notes);

  /// The newest checkpoint that was verified; size 0 if none.
  Result<TreeHead> trusted_head();
  Status set_trusted_head(const TreeHead& head);

  /// Entries of the log from this index on are not pulled yet.
  Result<std::uint64_t> next_index();
  /// All of them or none, and the next index.
  Status add_entries(const std::vector<CaseEntry>& entries, const std::vector<SetAside>& aside = {});
  Result<std::vector<SetAside>> set_aside();
  Result<std::vector<CaseEntry>> entries();

  /// The second statements of the fork that names `other`, as they came: format.md section 18. They may be more later.
  Status keep_fork(const StatementHash& other, ByteView statements);
  /// Empty where they were not pulled.
  Result<Bytes> fork(const StatementHash& other);

  Path object_path(const ObjectId& id) const;
  Path partial_object_path(const ObjectId& id) const;

 private:
  CaseFile(Path folder, FolderLock lock, Database db, SigningKey root, SigningKey member, age::Identity team,
           age::Identity legal, ServerAddress server, ServerCard card, Policy policy, Note roster_note,
           Verified<Roster> roster);
  static Result<CaseFile> load(Path folder, FolderLock lock, Database db);
  Status learn_epochs(Membership& members);

  Path folder_;
  FolderLock lock_;
  Database db_;
  SigningKey root_, member_;
  age::Identity team_, legal_;
  ServerAddress server_;
  ServerCard card_;
  Policy policy_;
  Note roster_note_;
  Verified<Roster> roster_;
};

}  // namespace dokaz
