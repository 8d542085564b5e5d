// SPDX-License-Identifier: GPL-3.0-or-later
// What stands behind Custody: the lock, the database with its writers and readers, the log and the object files.
#pragma once

#include <atomic>

#include "sync-server/log/vouched.hpp"
#include "sync-server/store/acceptance.hpp"
#include "sync-server/store/custody.hpp"
#include "sync-server/store/object_files.hpp"
#include "sync-server/store/publisher.hpp"
#include "sync-server/store/settling.hpp"
#include "sync-server/store/write_group.hpp"

namespace dokaz::server {

struct Custody::Impl {
  DataFolder folder;
  FolderLock lock;
  Identity identity;
  ServerCard card;
  Clock clock;
  Brake brake;
  std::shared_ptr<KnownMembers> known = std::make_shared<KnownMembers>();
  Database database;  // of whoever leads a group of writes
  Books books;        // so are these
  Log log;
  std::unique_ptr<Vouched> vouched;
  std::optional<ServerPolicy> policy;
  ObjectFiles files;
  ReadPool readers;
  Publisher publisher;
  WriteGroup writes;
  Settling settling;
  struct {
    std::atomic<std::uint64_t> accepted{0}, refused{0}, forks{0}, kept{0}, bytes{0}, groups{0}, contradicting{0};
  } count;
  std::atomic<std::uint64_t> sessions = 0;

  struct Parts {
    DataFolder folder;
    FolderLock lock;
    Secret<32> key;
    Database database;
    Identity identity;
    ServerCard card;
    Log log;
    ObjectFiles files;
    std::uint64_t statements = 0;  // that the database has
  };
  Impl(Parts parts, Clock now, Spare spare)
      : folder(parts.folder),
        lock(std::move(parts.lock)),
        identity(std::move(parts.identity)),
        card(parts.card),
        clock(std::move(now)),
        brake(parts.folder.root, spare),
        database(std::move(parts.database)),
        books(database, SigningKey::from_seed(identity.member.seed()), known),
        log(std::move(parts.log)),
        files(std::move(parts.files)),
        readers(parts.folder, std::move(parts.key), known),
        publisher(log, readers, brake, parts.statements),
        writes(database, brake, [this] { after_commit(); }),
        settling(database, folder.database(), {}) {}

  /// On the thread that has the database.
  void after_commit();

  /// The session's case and the member as the roster of this moment has them.
  struct Entered {
    Case in;
    Member member;
    std::shared_ptr<const Membership> members;
  };
  /// refused if the case or the member is gone meanwhile; wrong_epoch if another key followed the session's;
  /// case_suspended if not even reading is allowed; key_revoked.
  static Result<Entered> enter(Cases& cases, Epochs& epochs, const Session& session);
  /// The same for what takes something in: case_suspended.
  static Result<Entered> enter_to_write(Cases& cases, Epochs& epochs, const Session& session);
  /// The same, and the role may read: refused.
  static Result<Entered> enter_to_read(Cases& cases, Epochs& epochs, const Session& session);

  /// Under `checkpoint`, which covers the entry, and a view of the log that has it.
  static Result<Bytes> receipt_for(const Entry& entry, const Checkpoint& checkpoint, const LogView& view);

  // Inside a group of writes.
  /// Signs what the server received, for each statement that an object completed. One that cannot be
  /// answered, being damaged or too long, holds up neither the object nor the others.
  Status answer_completed(const Case& in, const ObjectRef& object);
  Status answer_if_complete(const Case& in, const Entry& entry);
  struct Prepared;
  Status file(const Session& session, Prepared& prepared);

  /// The upload has all its bytes: hash_mismatch, or the object is kept for good.
  Status finish(const Case& in, const ObjectRef& object, const ObjectFiles::Upload& upload);
  Status acknowledge(const Case& in, const ObjectRef& object);
  /// As Holdings; what is kept, and gone from the disk, is wanted again.
  Result<Holdings::Wanted> wanted_by(Reader& reader, const Entered& member, const ObjectId& object);
  /// The upload has `size` bytes. Its size, if it is kept now; nothing while it may be larger. hash_mismatch.
  Result<std::optional<std::uint64_t>> finish_at(const Entered& by, const Holdings::Wanted& wanted, std::uint64_t hold,
                                                 std::uint64_t size);
  /// The size of an object that lies in its place unacknowledged, and is kept now.
  Result<std::optional<std::uint64_t>> find_whole(const Case& in, const Holdings::Wanted& wanted);
  /// From where the upload goes on; complete if it is kept now.
  Result<Resume> resume(const Entered& by, const Holdings::Wanted& wanted, const ObjectFiles::Upload& upload);

  Result<Greeting> greet(const Hello& hello, bool packer);
  Result<Submitted> submit(Session& session, const Submit& request);
  Result<Resume> offer(Session& session, const Offer& request);
  Result<std::optional<Kept>> data(Session& session, const Data& request);
  Result<Stored> collect(Session& session, const Collect& request);
  Result<Proofs> prove(Session& session, const Prove& request, const Checkpoint& newest);
  Result<Entries> list(Session& session, const List& request);
  Result<RosterTaken> put_roster(Session& session, const PutRoster& request);
  Counts counts() const;
};

/// What leaves custody: a full disk here is the server's, not the caller's.
template <class T>
Result<T> outward(Result<T> result) {
  if (!result && result.code() == Errc::no_space) return Errc::server_full;
  return result;
}

}  // namespace dokaz::server
