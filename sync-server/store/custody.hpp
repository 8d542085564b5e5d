// SPDX-License-Identifier: GPL-3.0-or-later
// What the server keeps and how it answers: members, statements, objects, quotas and the log behind
// one door. No sockets: the net folder carries requests in and answers out.
//
// Thread rule: any number of threads call at a time, each with a session of its own; only moving and destroying
// need that nobody is inside. Every method returns only after what it acknowledges is durable (fsync of data and
// folder, database committed with synchronous=FULL). The writes of all callers are joined in few transactions;
// who only reads waits for none of them.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "crypto/age/keys.hpp"
#include "proto/dialogue/messages.hpp"
#include "proto/format/invitation.hpp"
#include "proto/format/server_policy.hpp"
#include "proto/merkle/tree.hpp"
#include "sync-server/keys/database_key.hpp"

namespace dokaz {
class FolderLock;
}

namespace dokaz::server {

/// One authenticated connection. Made by Custody::greet; holds the upload under way.
struct Session {
  Fingerprint case_id;
  Member member;                   // by its first key
  std::uint64_t number = 0;        // greater than that of every earlier session
  std::optional<ObjectId> upload;  // offered and not yet whole
  std::uint64_t upload_offset = 0; // the next byte that is expected
  std::uint64_t upload_hold = 0;   // by which the upload knows whether it still is this session's
  /// The member's keys from the newest that the log had to the one that signed Hello: no other one may follow while
  /// the session lasts.
  std::vector<PublicKey> keys = {};
  /// Of a parcel by a key that another one followed: only what the log has already is dealt with.
  bool brings_only = false;
};

struct Greeting {
  Session session;
  Welcome welcome;
};

/// Since the server was opened, except where it says "now". No names, no hashes.
struct Counts {
  std::uint64_t log_size = 0;             // now: of the newest signed checkpoint
  std::uint64_t vouched_size = 0;         // now: of the newest that the server's policy accepts
  std::uint64_t statements_accepted = 0;  // new ones of members; a repeated one does not count
  std::uint64_t statements_refused = 0;
  std::uint64_t forks_found = 0;
  std::uint64_t objects_kept = 0;
  std::uint64_t bytes_received = 0;  // of objects
  std::uint64_t groups = 0;          // transactions that members' writes were joined in
  std::uint64_t integrations = 0;    // signed checkpoints
  std::uint64_t integration_nanoseconds = 0;  // all together
  std::uint64_t contradicting = 0;            // now: witnesses that say that they have seen another history
  bool writes_stopped = false;                // now
};

/// The server's clock: seconds since 1970 UTC. Any thread.
using Clock = std::function<std::int64_t()>;

/// One line for the operator. No address, name, id or hash.
using EventSink = std::function<void(std::string_view event)>;

/// Bytes of the file system that are not filled, so that the database and the log can still be written when
/// uploads have taken the rest.
struct Spare {
  std::uint64_t beside_objects = 128 << 20;    // below that an upload is server_full
  std::uint64_t beside_statements = 32 << 20;  // below that a statement is, too
  std::uint64_t most_parts = 16;  // not more than this part of a small file system, and a quarter of it; 0: whatever
};

class Custody {
 public:
  /// Makes a data folder with fresh keys: already_exists if it is one already. After any other failure
  /// nothing of it is left.
  /// The database's key is the one that lies where `source` says, or a fresh one, made there, under `passphrase`
  /// where that is given.
  static Result<Custody> create(const std::filesystem::path& folder, Clock clock, const KeySource& source = {},
                                const SecretBytes* passphrase = nullptr, Spare spare = {});
  /// not_found, wrong_key, damaged_store, busy (another server runs on it); recomputes the log's right
  /// edge and refuses to start if it does not lead to the last signed checkpoint.
  static Result<Custody> open(const std::filesystem::path& folder, Clock clock, const KeySource& source = {},
                              Spare spare = {});
  ~Custody();
  Custody(Custody&&) noexcept;
  Custody& operator=(Custody&&) noexcept;

  /// The newest checkpoint that the log signed.
  Checkpoint checkpoint() const;
  /// The newest that the server's own policy (the file `policy`, read by open) accepts: the same where it asks
  /// for no witness; size 0 as long as it accepted none. List answers against this one.
  Checkpoint vouched() const;
  /// Keeps a checkpoint with its cosignatures durably, in log/cosigned. malformed; bad_signature; policy_unmet;
  /// bad_consistency (not a head that this log had); server_rolled_back (older than the vouched one).
  Status vouch(const Note& cosigned);
  /// For whoever writes into the data folder beside this: runs `write`, unless writing is stopped; an io_error of it
  /// stops writing. So after a failed fsync nobody writes on.
  Status keep_beside(const std::function<Status()>& write);
  /// So many witnesses say now that they have seen another history of this log: a figure, and nothing else.
  void doubt(std::size_t witnesses);
  /// Enough of them do, by these names: writing stops at once, and stays stopped after every start until the operator
  /// has looked at it (contradiction.hpp). Fails where that could not be written down; writing is stopped all the same.
  Status stop_writes(const std::vector<std::string>& witnesses);
  /// Empty for 0 and for equal sizes; bad_consistency unless older <= newer <= the checkpoint's size.
  Result<ConsistencyPath> prove_between(std::uint64_t older, std::uint64_t newer) const;
  Counts counts() const;
  /// Where a line for the operator goes. Before the first request.
  void on_event(EventSink sink);

  /// What counsel needs to know about this server.
  const ServerCard& card() const;
  /// The server's own policy, as open has read it.
  const ServerPolicy& policy() const;
  /// PEM of the TLS certificate and its key, made by create.
  Bytes tls_certificate() const;
  SecretBytes tls_key() const;
  /// Opens parcels: format.md section 17.
  age::Identity parcel_key() const;

  /// Lets a case in, or replaces its roster by one with a higher number.
  /// bad_signature, malformed; not_a_member if the roster does not name this server's card with role
  /// server, since then nobody could believe its receipts; already_exists for an older roster.
  /// Counted against the quota: statements, and the declared bytes of objects, when accepted.
  Status grant(const Note& roster, std::uint64_t quota_bytes);

  /// The caller has checked Hello's signature over the channel. refused for every unknown case or member; wrong_epoch to
  /// who has a key of a member that another one followed; key_revoked to a member, or a ticket's holder, whom the
  /// roster revokes;
  /// ticket_expired and ticket_used only to the holder of a genuine ticket; case_suspended to that one and to
  /// members.
  Result<Greeting> greet(const Hello& hello);
  /// The same of whoever packed a parcel, or signed a pass: a key that another one followed since brings the objects that
  /// statements in the log name, and gets their receipts again; of other statements each is refused (wrong_epoch). So does a
  /// member who was revoked (key_revoked).
  Result<Greeting> greet_packer(const Hello& hello);

  /// Bytes that are left of a case's quota: refused for an unknown case, case_suspended.
  Result<std::uint64_t> room_of(const Fingerprint& case_id);
  /// Before somebody else writes so many bytes into the data folder: server_full where they would eat into what the
  /// log and the database may still need, writes_stopped.
  Status may_bring(std::uint64_t bytes) const;
  /// What came of such a write: io_error stops all writing, as if it had been our own, and becomes writes_stopped;
  /// no_space becomes server_full.
  Status heed(Status outcome);

  // A full disk is server_full from here on; reading goes on, and so does writing when there is room again. After
  // a failed fsync or commit it is writes_stopped for good; reading goes on. The remedy is to look at the disk
  // and to start again. It is also writes_stopped where witnesses have seen another history of this log. refused: the case or the member is gone since the greeting. case_suspended: the operator
  // took the right to it away, to submit, offer and data alone, or to everything. key_revoked: counsel ended the member
  // meanwhile.

  /// Each item on its own: bad_signature, not_a_member, broken_chain, forked_chain (the statement is kept
  /// beside the log), malformed, unsupported_version, quota_exceeded. The same statement again gives its
  /// receipt again. malformed as a whole: none or more than max_statements_per_submit.
  Result<Submitted> submit(Session& session, const Submit& request);
  /// not_found unless a logged statement of this member names the object. `until` is the object's size: the
  /// network gives credit up to there.
  Result<Resume> offer(Session& session, const Offer& request);
  /// Empty until the object is whole; hash_mismatch throws the upload away. busy when another session has offered
  /// the object since; out_of_turn without an offer. After a failure the object must be offered again.
  Result<std::optional<Kept>> data(Session& session, const Data& request);
  /// missing_part until every object of the statement is kept; not_found for a statement that is not this
  /// member's, and for one that names no object: there is nothing to store.
  Result<Stored> collect(Session& session, const Collect& request);
  /// Against the vouched checkpoint; empty for what it does not cover yet, and for what is not this member's.
  Result<Proofs> prove(Session& session, const Prove& request);
  /// The same against one that `checkpoint` has given: all that leaves together is under one tree.
  Result<Proofs> prove_under(Session& session, const Prove& request, const Checkpoint& checkpoint);
  /// refused unless the role may read. What the vouched checkpoint does not cover yet is not listed yet.
  Result<Entries> list(Session& session, const List& request);
  Result<Members> members(Session& session);
  /// A new roster from counsel, judged as grant judges it: refused (also for who is no counsel), malformed,
  /// bad_signature, not_a_member, bad_key, already_exists. It holds for every session from the next request on.
  Result<RosterTaken> put_roster(Session& session, const PutRoster& request);
  Result<Content> fetch(Session& session, const Fetch& request);
  /// At most max_chunk bytes of an object that fetch allowed; empty at its end.
  Result<Bytes> read_object(Session& session, const ObjectId& object, std::uint64_t offset);

 private:
  struct Impl;
  explicit Custody(std::unique_ptr<Impl> impl);
  static Result<Custody> open_locked(const std::filesystem::path& folder, FolderLock lock, Clock clock,
                                     Secret<32> key, Spare spare);
  std::unique_ptr<Impl> impl_;
};

}  // namespace dokaz::server
