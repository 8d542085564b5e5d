// SPDX-License-Identifier: GPL-3.0-or-later
// What stands behind Custody: the lock, the database, the log and the object files.
#pragma once

#include <atomic>

#include "sync-server/log/vouched.hpp"
#include "sync-server/store/acceptance.hpp"
#include "sync-server/store/custody.hpp"
#include "sync-server/store/object_files.hpp"

namespace dokaz::server {

struct Custody::Impl {
  FolderLock lock;
  Database database;
  Identity identity;
  ServerCard card;
  Clock clock;
  Log log;
  std::unique_ptr<Vouched> vouched;  // refers to `log`
  std::optional<ServerPolicy> policy;
  ObjectFiles files;
  Books books;
  struct {
    std::atomic<std::uint64_t> accepted{0}, refused{0}, forks{0}, kept{0}, bytes{0}, groups{0}, integrations{0},
        nanoseconds{0};
  } count;
  std::atomic<std::uint64_t> sessions = 0;

  Impl(FolderLock folder_lock, Database store, Identity keys, const ServerCard& server_card, Clock now,
       Log tree, ObjectFiles object_files)
      : lock(std::move(folder_lock)),
        database(std::move(store)),
        identity(std::move(keys)),
        card(server_card),
        clock(std::move(now)),
        log(std::move(tree)),
        files(std::move(object_files)),
        books(database, SigningKey::from_seed(identity.member.seed())) {}

  /// The session's case and the member as the roster of this moment has them.
  struct Entered {
    Case in;
    Member member;
  };
  /// refused if the case or the member is gone meanwhile; case_suspended if not even reading is allowed.
  Result<Entered> enter(const Session& session);
  /// The same for what takes something in: case_suspended.
  Result<Entered> enter_to_write(const Session& session);
  /// The same, and the role may read: refused.
  Result<Entered> enter_to_read(const Session& session);

  /// Brings the log up to what the database has. Repeated after a failure, it ends in the same tree.
  Status integrate();
  /// Under `checkpoint`, which covers the entry, and a view of the log that has it.
  static Result<Bytes> receipt_for(const Entry& entry, const Checkpoint& checkpoint, const LogView& view);

  /// Signs what the server received, for each statement that an object completed. One that cannot be
  /// answered, being damaged or too long, holds up neither the object nor the others.
  Status answer_completed(const Case& in, const ObjectRef& object);
  Status answer_if_complete(const Case& in, const Entry& entry);
  /// The upload has all its bytes: hash_mismatch, or the object is kept for good.
  Status finish(const Case& in, const ObjectRef& object);
  Status acknowledge(const Case& in, const ObjectRef& object);
  Result<std::uint64_t> resume(const Case& in, const ObjectRef& object);

  Result<Greeting> greet(const Hello& hello);
  Result<Submitted> submit(Session& session, const Submit& request);
  Result<Resume> offer(Session& session, const Offer& request);
  Result<std::optional<Kept>> data(Session& session, const Data& request);
  Result<Stored> collect(Session& session, const Collect& request);
  Result<Proofs> prove(Session& session, const Prove& request);
  Result<Entries> list(Session& session, const List& request);
};

/// What leaves custody: a full disk here is the server's, not the caller's.
template <class T>
Result<T> outward(Result<T> result) {
  if (!result && result.code() == Errc::no_space) return Errc::server_full;
  return result;
}

}  // namespace dokaz::server
