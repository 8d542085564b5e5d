// SPDX-License-Identifier: GPL-3.0-or-later
// A case folder: the keys of the case and what was pulled from its server, sealed under a passphrase. Counsel's has the
// keys of both groups and, unless the officers keep it, the root; a reviewer's has the team's key alone.
//
//   case.key  case.db       keys, rosters, settings, entries with their receipts
//   objects/<id>.age        objects as they are on the server, still encrypted
//   roster  policy          for the operator and for whoever verifies; public
#pragma once

#include <filesystem>
#include <functional>
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

/// The secret keys of one group, the present one first: with the others what was sealed before they were changed opens.
using GroupKeys = std::vector<age::Identity>;

/// What somebody who was invited joins with. Where `legal` is empty the folder opens nothing of the legal group.
struct Joining {
  Invitation invitation;
  GroupKeys team, legal;
  std::int64_t now = 0;
  std::optional<std::string> proxy = {};  // kept, as CaseFile::keep_proxy does
};

struct TakingOver;  // hand_over.hpp
using MakeDatabase = std::function<Status(const Path& path, const Secret<32>& key)>;

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

/// Somebody who was invited. Who has come is among the admitted, too.
struct Invited {
  std::string pseudonym;
  Role role = Role::documenter;
  PublicKey ticket;
  std::string until;
  Network network = Network::any;
};

/// Which way the server is reached.
struct Reached {
  Network rule = Network::any;             ///< of the invitation that the folder was made with: nothing lifts it
  std::optional<std::string> proxy = {};  ///< "socks5h://…", checked by whoever connects
};

class CaseFile {
 public:
  /// Makes keys, roster number 1 (counsel and the server) and the folder. already_exists if there is a case.
  static Result<CaseFile> create(const Path& folder, const SecretBytes& passphrase, const NewCase& what,
                                 const PassphraseWork& work = {});
  /// A folder for somebody who was invited as reviewer or counsel: a fresh member key, which the ticket admits.
  /// already_exists; ticket_expired; usage for another role; wrong_key: a group's present recipient is none of these keys.
  static Result<CaseFile> join(const Path& folder, const SecretBytes& passphrase, const Joining& how,
                               const PassphraseWork& work = {});
  /// not_found, wrong_passphrase, busy, damaged_store.
  static Result<CaseFile> open(const Path& folder, const SecretBytes& passphrase);

  const Fingerprint& fingerprint() const { return fingerprint_; }
  const PublicKey& root_key() const { return roster_->root; }
  /// Nothing where the officers hold it, or where it never was here.
  const SigningKey* root() const { return root_ ? &*root_ : nullptr; }
  const SigningKey& member() const { return member_; }
  const ServerAddress& server() const { return server_; }
  TlsPins pins() const { return card_.pins(); }
  const Policy& policy() const { return policy_; }
  const Note& roster_note() const { return roster_note_; }
  const Verified<Roster>& roster() const { return roster_; }
  /// The present key of a group that this folder has keys of.
  const age::Identity& identity(Group group) const { return identities(group).front(); }
  /// Empty where this folder has none of the group's keys.
  const GroupKeys& identities(Group group) const { return group == Group::team ? team_ : legal_; }
  /// Of whoever joined: shown to the server until it knows the member.
  const std::optional<AdmissionNotes>& own_admission() const { return own_admission_; }
  /// Whether this folder has keys of that group.
  bool opens(Group group) const { return !identities(group).empty(); }
  /// After taking over: the counsel's key before, which the server still knows, until the new roster is there.
  const SigningKey* former() const { return former_ ? &*former_ : nullptr; }
  Status forget_former();

  Result<Reached> reached();
  /// From now on; nothing: straight. usage where the rule is Tor only.
  Status keep_proxy(const std::optional<std::string>& proxy);

  /// A copy is on its way to a successor. Then nothing is invited, no roster made and nothing stated here (chain_closed):
  /// what this folder did later, the successor would not know, and would undo.
  Result<bool> is_passed_on();
  Status set_passed_on(bool passed_on);
  /// chain_closed where it is.
  Status check_not_passed_on();
  /// The server said that the case revoked this folder's key; until it lets it in again.
  Result<bool> is_key_ended();
  Status set_key_ended(bool ended);

  /// By which name the roster or the admissions know this folder's member.
  Result<Member> self();

  // What the case root signs fails with not_found where the root is not here and was not lent.

  /// For this run alone, where it is not kept: wrong_root if it is another case's.
  Status lend_root(SigningKey root);
  /// Keeps the one that was lent, or takes it away.
  Status keep_root();
  Status drop_root();

  /// A ticket for `pseudonym`, remembered before it is given out. already_exists if the name is taken.
  Result<Invitation> invite(const std::string& pseudonym, Role role, ClaimedTime until, Network network = Network::any);
  Result<std::vector<Invited>> invited();

  /// The next roster: `change` alters a copy of the present one. It is kept, with what `beside` writes, in one step,
  /// and then is the file `roster`. malformed for a rule of format.md section 7.
  Status change_roster(const std::function<Status(Roster&)>& change,
                       const std::function<Status(Database&)>& beside = {});
  /// One that was made elsewhere: wrong_root, bad_signature; malformed for a number far above ours; server_rolled_back
  /// for a lower one. Of the same number it takes the place of ours, which then never was.
  Status adopt_roster(const Note& note);
  /// The same, and on top of it a roster of ours: `change` alters a copy of theirs. Both or none. As change_roster, too.
  Status follow_roster(const Note& theirs, const std::function<Status(Roster&)>& change);
  /// Every roster that this folder had, oldest first.
  Result<std::vector<Note>> rosters();
  /// A new key for a group, in the next roster: what is sealed from then on, and known to the collector, is for it.
  Status rotate_recipient(Group group);
  /// Keeps further keys of a group that the roster names: wrong_key if the present recipient is none of them.
  Status add_keys(Group group, const GroupKeys& keys);

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
  /// In the order of the log, those that the present roster trusts: none at or beyond the place from which its member
  /// is revoked.
  Result<std::vector<CaseEntry>> entries();
  /// Those of one act, by an index: reading all takes a second for ten thousand.
  Result<std::vector<CaseEntry>> entries_of(Act act);
  /// Whether anything of this chain was pulled.
  Result<bool> has_chain(const ChainId& chain);
  /// The others: kept as they came, and of no weight.
  Result<std::vector<CaseEntry>> revoked_entries();

  /// The second statements of the fork that names `other`, as they came: format.md section 18. They may be more later.
  Status keep_fork(const StatementHash& other, ByteView statements);
  /// Empty where they were not pulled.
  Result<Bytes> fork(const StatementHash& other);

  Path object_path(const ObjectId& id) const;
  Path partial_object_path(const ObjectId& id) const;
  const Path& folder() const { return folder_; }
  /// For what keeps rows of its own in this folder.
  Database& database() { return db_; }

 private:
  struct Parts;
  explicit CaseFile(Parts parts);
  friend Result<CaseFile> take_over(const Path& folder, const TakingOver& how, const SecretBytes& passphrase_of_copy,
                                    const SecretBytes& passphrase, const PassphraseWork& work);
  /// The folder with this database; `finish` may change it before its key file makes it a case.
  static Result<CaseFile> make(const Path& folder, const SecretBytes& passphrase, const PassphraseWork& work,
                               const MakeDatabase& make_database, const std::function<Status(CaseFile&)>& finish = {});
  static Result<CaseFile> load(Path folder, FolderLock lock, Database db);
  Status learn_epochs(Membership& members);
  Result<Verified<Roster>> check_made_elsewhere(const Note& note) const;
  Status sign_next(Roster base, const std::function<Status(Roster&)>& change, const std::function<Status(Database&)>& beside);
  Status keep_roster(const Note& note, Verified<Roster> roster, const std::function<Status(Database&)>& beside);
  Result<const SigningKey*> need_root() const;
  struct Split;
  Result<Split> split_revoked(std::vector<CaseEntry> all);
  Result<std::vector<CaseEntry>> all_entries();
  Result<std::vector<CaseEntry>> all_of(Act act);

  Path folder_;
  FolderLock lock_;
  Database db_;
  Fingerprint fingerprint_;
  std::optional<SigningKey> root_;
  SigningKey member_;
  GroupKeys team_, legal_;
  ServerAddress server_;
  ServerCard card_;
  Policy policy_;
  Note roster_note_;
  Verified<Roster> roster_;
  std::optional<AdmissionNotes> own_admission_;
  std::optional<SigningKey> former_;
};

}  // namespace dokaz
