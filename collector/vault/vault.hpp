// SPDX-License-Identifier: GPL-3.0-or-later
// The vault: one collector's membership in one case, its chain and its receipts, in a folder that is
// closed by a passphrase.
//
//   key            the rooms' keys under passphrases (format.md section 11)
//   room-0, room-1 membership, statements, receipts and sealed objects; one of the two is empty (room.hpp)
//   reserve        room that is given up on a full disk (reserve.hpp)
//   .lock          one process at a time
//
// The vault holds nothing that opens an object, but the keys of review windows that are not over (review.hpp): of the
// recipients it has the public keys only.
//
// Failures of every call besides those named: those of crypto/sealed_db.hpp. One thread.
#pragma once

#include <functional>
#include <optional>
#include <set>

#include "collector/vault/attempt.hpp"
#include "collector/vault/enrolment.hpp"
#include "collector/vault/epochs.hpp"
#include "collector/vault/review.hpp"
#include "collector/vault/sent_parcel.hpp"
#include "collector/vault/outbox.hpp"
#include "collector/vault/room.hpp"
#include "crypto/aead.hpp"
#include "crypto/key_slots.hpp"
#include "crypto/sealed_db.hpp"
#include "proto/format/receipt.hpp"

namespace dokaz {

/// sealed: here only. logged: a checked receipt shows the statement in the log. stored: a checked
/// receipt shows that the server holds every object. cosigned: and the witnesses of the case's policy vouch
/// for the checkpoint that shows both; never under a policy without witnesses. A statement without objects
/// ends at logged.
enum class CustodyState { sealed, logged, stored, cosigned };
std::string_view name_of(CustodyState state);

/// What the server answers when it has stored a statement's objects, as it came.
struct StoredAnswer {
  Bytes receive;
  std::string answered;
  Bytes tlog_proof;
};

/// The .tlog-proofs of a statement and of the server's answer against one checkpoint that witnesses cosigned.
struct CosignedProofs {
  Bytes statement;
  Bytes receive;
};

/// Whether what the receipts show stands in the log that this vault watches from run to run. A receipt is checked by
/// the log's signature; a log that signs two histories can give receipts from the one that nobody else sees.
enum class History { unseen, confirmed, contradicted };

/// A statement of this vault's chain, with the receipts that were checked before they were kept.
struct OwnStatement {
  SignedStatement signed_statement;
  Bytes facts;       // a facts file, for acts without objects; else empty
  Bytes tlog_proof;  // empty until logged
  std::optional<StoredAnswer> stored;
  std::optional<CosignedProofs> cosigned;
  std::optional<Attempt> attempt;  // the newest, of those since the last success

  /// An item that lost an object, and whose original was sealed again as another item.
  bool sealed_again = false;
  /// Its objects were freed, or are about to be: others hold them.
  bool dropped = false;
  History history = History::unseen;

  std::uint64_t number() const { return signed_statement.statement.fields().seq; }
  /// It made an item: objects of other acts hold facts alone.
  bool is_item() const;
  /// The server has its objects, by receipts that stand in the log that is watched.
  bool is_confirmed() const { return stored && history == History::confirmed; }
  bool has_objects() const { return !signed_statement.statement.fields().objects.empty(); }
  CustodyState state() const;
};

/// How an item holds its original: format.md section 5.
enum class Form { cleaned, uncleaned };

/// An original that became an item.
struct SealedOriginal {
  Sha256 sha256;
  Form form = Form::cleaned;
};

/// The item of an original that was sealed before.
struct EarlierItem {
  std::uint64_t number = 0;
  StatementHash statement;
};

/// A statement that is to follow the head.
struct NewStatement {
  SignedStatement signed_statement;
  std::vector<SealedOriginal> originals = {};
  std::optional<std::int64_t> review = {};  // the window that it was sealed in
};

/// What a newer roster changed for a group.
struct RecipientChange {
  Group group = Group::team;
  std::vector<std::string> gone, fresh;  // "age1…"
  std::uint64_t roster = 0;              // its number
};

/// Where a checked receipt shows something to be.
struct LogPlace {
  std::uint64_t index = 0;
  std::uint64_t size = 0;  // of the tree that the receipt's checkpoint signs
};

/// What lists show of a statement of this chain: read from its row, and not parsed.
struct OwnSummary {
  std::uint64_t seq = 0;
  StatementHash hash;
  Act act = Act::genesis;
  ClaimedTime time;
  std::vector<ObjectRef> objects;
  std::optional<LogPlace> logged, stored, cosigned;
  std::optional<Attempt> attempt;
  bool sealed_again = false;
  bool dropped = false;
  History history = History::unseen;
  std::optional<std::uint64_t> set;  // number of the first of those that were sealed as one with it
  bool was_contradicted = false;     // its receipts once did not stand in the log that is watched, whatever came after

  std::uint64_t number() const { return seq; }
  bool is_item() const;
  bool is_confirmed() const { return stored && history == History::confirmed; }
  bool has_objects() const { return !objects.empty(); }
  CustodyState state() const;
};

/// keep: for work that takes more room. may_be_used: for sending, and for looking.
enum class Reserve { keep, may_be_used };

class Vault {
 public:
  /// Makes the folder, whole or not at all; what an interrupted run left beside it is removed.
  /// `already_exists` if there is something in `folder`, `usage` if a disk is mounted there, `busy` if another run makes it now.
  static Status create(const Path& folder, const SecretBytes& passphrase, const Enrolment& enrolment,
                       const PassphraseWork& work = {});
  /// The same without a case: what a person has who chose a passphrase and was not invited yet, and what a duress
  /// passphrase opens.
  static Status create_unjoined(const Path& folder, const SecretBytes& passphrase, const PassphraseWork& work = {});
  /// Joins a case in such a vault. `already_exists` if it joined one; the failures of unlock.
  static Status join(const Path& folder, const SecretBytes& passphrase, const Enrolment& enrolment);

  /// Whether there is a vault, joined or not.
  static bool is_in(const Path& folder);

  /// The failures of unlock; `not_joined` also if there is a vault that has joined no case; `busy`; `damaged_store`;
  /// `unsupported_version`. Removes half-written files, and sets aside objects that no statement names.
  /// On a full disk, `no_space` unless the vault's reserve may be used; it is made again when there is room.
  static Result<Vault> open(const Path& folder, const SecretBytes& passphrase,
                            Reserve reserve = Reserve::keep);
  /// The same with a key that unlocking gave before.
  static Result<Vault> open(const Path& folder, const RoomKey& key, Reserve reserve = Reserve::keep);

  const ServerAddress& server() const { return server_; }
  const TlsPins& pins() const { return pins_; }
  /// For whom parcels are sealed.
  const std::string& parcels() const { return parcels_; }
  const CaseView& view() const { return view_; }
  /// The newest roster that is here.
  Result<Note> roster_note();
  /// Nothing where the recipients of that one are known to be right.
  Result<std::optional<Note>> confirmed_roster();
  /// Of the present epoch: signs what comes next.
  const SigningKey& member_key() const { return member_; }
  /// The one that the admission names, and that the chain is named after.
  const PublicKey& first_key() const { return view_.self->key; }
  const OwnEpochs& epochs() const { return epochs_; }
  /// The newest key-rotates, oldest first, as servers and parcels are shown them.
  const std::vector<Rotation>& rotations() const { return rotations_; }
  /// Goes on with the key that `rotation` names, which is the chain's next statement, signed by the present key: both
  /// are durable and the present secret is erased, or nothing has changed, whatever happens. The failures of append.
  Status rotate(const SignedStatement& rotation, SigningKey next);
  /// Key-rotates without a receipt.
  Result<std::size_t> unproved_rotations();
  /// After how many days the key is to be changed by itself; 0: never.
  Result<std::uint32_t> rotation_days();
  Status keep_rotation_days(std::uint32_t days);
  const Bytes& ticket() const { return ticket_; }
  const Bytes& admission() const { return admission_; }
  Outbox& outbox() { return outbox_; }

  /// Ascending by number; the genesis is number 0.
  Result<std::vector<OwnStatement>> statements();
  /// The same, short: of ten thousand a few megabytes, in a few hundredths of a second. Whether the statements
  /// themselves are readable and say the same, is not looked at: `statements` does that, with every sync.
  Result<std::vector<OwnSummary>> summaries();
  /// `not_found`
  Result<OwnStatement> statement(std::uint64_t number);
  Result<OwnStatement> head();
  /// The server said that another statement has the place of one of these in the chain: a copy of this vault
  /// was used, or an older copy was put back. What does not follow the other one is never logged.
  Result<bool> forked();
  Status keep_forked(bool forked);
  /// Forked by a key-rotate: the server knows a key that is not here, and takes nothing that the present one signs.
  Result<bool> is_key_over();
  Status keep_key_over();
  /// The newest checkpoint that the log signed and that was checked against the one before it.
  Result<Seen> seen();

  /// Its item, if the server holds that, or the outbox does, readable, whole and unchanged: both objects are read.
  /// The only thing that is kept of an original is a keyed hash of its hash.
  Result<std::optional<EarlierItem>> earlier_item(const SealedOriginal& original);
  /// Of every original that became an item: what earlier_item would look for, without the objects.
  Result<std::set<HmacTag>> original_tags();
  /// From any thread.
  HmacTag tag_of(const SealedOriginal& original) const;
  /// Advances the chain by all of them, which are a set where there are several: durable, or nothing of it is there; whether it is there after a failure, the
  /// next open finds out. `broken_chain` unless each follows the one before it, `chain_closed` after a
  /// close. What failed before it was begun takes the statements' objects back out of the outbox. An earlier item of one of the
  /// originals is `sealed_again` from then on if it lost an object, and else stays the one that earlier_item gives.
  Status append(const std::vector<NewStatement>& statements);
  /// The same for an act that takes nothing in.
  Status append(const SignedStatement& statement);
  /// The disk failed under a commit: what it holds is unknown, and nothing is appended any more by this process.
  bool write_failed() const { return write_failed_; }

  // Review windows. Times are Unix times by the device's clock; the newest that was ever seen counts.
  /// Notes the time while a window is open, and erases the keys of those that are over: durable, and out of the
  /// database's log. To be called whenever a vault was opened. On a full disk `no_space`: the keys stay, and open
  /// nothing while the vault is open.
  Status pass_time(std::int64_t now);
  /// At most `longest_review` seconds.
  Result<ReviewWindow> begin_review(std::int64_t now, std::int64_t seconds);
  /// Those that are open, the first to end first; without their recipients.
  Result<std::vector<ReviewWindow>> review_windows();
  /// Erases all keys.
  Status end_reviews();
  /// What opens the team's object of this item; `review_over`.
  Result<age::Identity> review_key(std::uint64_t number);

  /// Whether it may be dropped: stored, or cosigned where the policy demands witnesses, in the log that is watched.
  bool is_safe(const OwnStatement& own) const;
  /// Frees the objects of statements that others hold: notes it, then removes them, all durable. What was cut between
  /// the two is finished by the next open. `not_found`, `not_safe_yet`: then nothing was freed.
  Status drop(const std::vector<std::uint64_t>& numbers);

  // Receipts: checked here, so that nothing unchecked is ever kept.
  /// The failures of read_tlog_proof and check_log_receipt; `bad_signature` if it is another member's.
  Status keep_receipt(std::uint64_t number, ByteView tlog_proof);
  /// The failures of check_log_stored and of reading its parts.
  Status keep_stored(std::uint64_t number, const StoredAnswer& answer);
  /// `path` leads from the older to the newer of the newest checkpoint here and that of the proofs.
  /// missing_part unless it is stored; the failures of check_receipt and check_stored: policy_unmet while too few
  /// witnesses of the case's policy vouch; bad_consistency, server_rolled_back for another history than was seen.
  Status keep_cosigned(std::uint64_t number, const CosignedProofs& proofs, const ConsistencyPath& path);
  /// What was found out about receipts that are kept. What contradicts stays as it is: it is evidence.
  Status keep_history(std::uint64_t number, History history);
  /// `server_rolled_back` if it is older than the newest or another one of the same size,
  /// `bad_consistency` if it does not grow out of the newest, and the failures of Policy::check_log.
  Status keep_checkpoint(ByteView note, const ConsistencyPath& path);
  /// A newer roster of the case, as the server handed it over; sealing goes by it from the next opening on. wrong_root,
  /// bad_signature, malformed (also a recipient that nothing can be sealed for, and a number far above the one
  /// before); `server_rolled_back`: it is not newer.
  Status keep_roster(ByteView note);
  /// For whom a newer roster has sealing done, other than for those that were confirmed last (by the invitation, or by
  /// its owner): nothing but the root's signature vouches for them. By group; without those that are the same.
  Result<std::vector<RecipientChange>> recipient_changes();
  /// Its owner asked counsel about those of this roster. usage where another one came meanwhile: nobody asked about that.
  /// Durable.
  Status confirm_recipients(std::uint64_t roster);
  /// The same against what was seen when a parcel was packed. It becomes the newest only if that is still the
  /// newest; an answer that is older than the vault's checkpoint is no rollback: it travelled by hand. `unseen` where
  /// it was not held to the newest.
  Result<History> keep_checkpoint_since(const Seen& packed, ByteView note, const ConsistencyPath& path);

  // Deliveries: what is told after a restart (delivery.hpp). Durable.
  Status keep_attempt(std::uint64_t number, const Attempt& attempt);
  /// A run of a sync at what is there now; the newest run replaces the one before.
  Status begin_run(std::int64_t now);
  Status end_run(const SyncRun& run);
  Result<std::optional<SyncRun>> newest_run();
  /// `busy` while another sync of this vault runs. Held apart from the vault's own lock, for the whole run.
  Result<FolderLock> take_sync_turn() const;
  /// Whether somebody has that turn now.
  bool sync_under_way() const;
  /// Gives the vault's lock up, so that another command can work while this one waits for the network. Until
  /// take_lock nothing of the vault may be called but what is const, and its outbox.
  void let_go();
  /// `busy` while another command has it; `not_joined` if the vault was taken away meanwhile.
  Status take_lock();
  bool has_lock() const { return lock_.has_value(); }
  /// All that `work` keeps becomes durable in one step, or with the step that it is called in. What it kept before a
  /// failure of its own stays kept.
  Status together(const std::function<Status()>& work);

  /// Which way the server is reached.
  Result<KeptRoute> route();
  Status keep_route(const KeptRoute& route);

  // Parcels: what their answers are opened with.
  /// Durable. Of more than `max_sent_parcels` the oldest are forgotten.
  Status keep_parcel(const SentParcel& parcel);
  /// Takes back a parcel that was not written after all.
  Status forget_parcel(const ParcelId& id);
  /// Those that await an answer, newest first.
  Result<std::vector<SentParcel>> sent_parcels();
  /// Notes the answer's hash; where all is settled the reply key is erased.
  Status keep_answered(const ParcelId& id, const Sha256& answer, bool settled);
  /// Whether this very answer was the newest to one of the parcels.
  Result<bool> was_answered(const Sha256& answer);

 private:
  struct Row;
  Vault(Row row, CaseView view, Path folder, Path room, FolderLock lock, Database database);
  static Result<Vault> open_locked(const Path& folder, const RoomKey& key, Reserve reserve, FolderLock lock);
  static Result<Row> read_membership(Database& database);
  static Result<std::optional<Attempt>> read_attempt(const Query& row, int column);
  static Result<OwnStatement> read_statement(const Query& row, const OwnEpochs& epochs);
  Status check_count(std::size_t found);
  Status keep_place(const char* sql, const Receipt& receipt, std::uint64_t number);
  Result<std::optional<TreeHead>> newest_head();
  Result<std::int64_t> newest_time();
  Status append_one(const NewStatement& statement);
  Status bind_set(const std::vector<NewStatement>& statements);
  Status read_epochs();
  Status learn(const SignedStatement& rotation);
  Status take_back(const std::vector<NewStatement>& statements);
  Result<bool> is_whole(const OwnStatement& own);
  Status set_aside_orphans();

  Path folder_, room_;
  std::optional<FolderLock> lock_;
  std::uint64_t file_when_let_go_ = 0;  // the database's inode
  Database database_;
  Outbox outbox_;
  CaseView view_;
  ServerAddress server_;
  TlsPins pins_;
  Bytes ticket_, admission_;
  std::string parcels_;
  SigningKey member_;
  OwnEpochs epochs_;
  std::vector<Rotation> rotations_;
  Secret<32> tag_key_;
  bool write_failed_ = false;
  std::int64_t time_ = 0;  // the newest that pass_time found
};

}  // namespace dokaz
