// SPDX-License-Identifier: GPL-3.0-or-later
// The objects as files: whole ones, and uploads under way. Ciphertext only. Any thread; different uploads do not
// wait for each other.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "sync-server/store/data_folder.hpp"

namespace dokaz::server {

class ObjectFiles {
  /// A file under partial/ that somebody writes.
  struct Active {
    std::mutex mutex;
    std::uint64_t holder = 0;  // who may write
    /// The hash of its bytes as far as this process wrote them, from its beginning.
    std::uint64_t hashed = 0;
    std::optional<Sha256Stream> hash;
    std::uint64_t not_whole = 0;  // so many bytes were read, and were not the object
  };

 public:
  /// Makes the folders where they are missing.
  static Result<ObjectFiles> open(const DataFolder& folder);

  /// One upload as its holder sees it: its bytes so far. Named by case, member and object, so that neither cases nor
  /// members meet in one. Every call is busy once another session has taken the upload over.
  class Upload {
   public:
    /// Names this hold: ObjectFiles::upload finds it again.
    std::uint64_t hold() const { return hold_; }
    /// Bytes so far, all on the disk when it returns.
    Result<std::uint64_t> durable_size() const;
    /// out_of_turn unless `offset` is the present size; malformed beyond the declared size; no_space.
    Status append(std::uint64_t offset, ByteView bytes) const;
    /// The bytes so far are the object, with the size of this upload. Reads them.
    Result<bool> is_whole() const;
    Status discard() const;

   private:
    friend class ObjectFiles;
    Upload(Path file, ObjectRef object, std::shared_ptr<Active> active, std::uint64_t hold)
        : file_(std::move(file)), object_(object), active_(std::move(active)), hold_(hold) {}
    Status held() const { return active_->holder == hold_ ? Status() : Status(Errc::busy); }
    Status remove() const;
    /// After a failure the file is gone, since nobody knows what of it the disk has: no_space; io_error also where it
    /// could not be removed.
    Status sync(File& file) const;
    void hash(std::uint64_t offset, ByteView bytes) const;
    Path file_;
    ObjectRef object_;
    std::shared_ptr<Active> active_;
    std::uint64_t hold_;
  };
  /// From now on nobody else writes to it. Waits for a write that is under way.
  Upload take_over(const Fingerprint& case_id, const PublicKey& member, const ObjectRef& object);
  Upload upload(const Fingerprint& case_id, const PublicKey& member, const ObjectRef& object, std::uint64_t hold);

  /// Checks the file's hash and gives it its place, durably. hash_mismatch: it is gone, to be sent again. Reads
  /// the file only if it was not written in one go since the server started.
  Status keep(const Upload& upload);
  /// True if the whole object lies in its place, unacknowledged, as after a crash just before that. A file of
  /// that size with another hash is removed, so that it is not read again.
  Result<bool> holds(const ObjectRef& object) const;

  /// There is a file of that size in its place. Says nothing about its bytes.
  bool is_there(const ObjectRef& object) const;

  /// At most `limit` bytes: damaged_store if the file is gone.
  Result<Bytes> read(const ObjectId& object, std::uint64_t offset, std::size_t limit) const;

 private:
  explicit ObjectFiles(DataFolder folder) : folder_(std::move(folder)), shared_(std::make_unique<Shared>()) {}
  Path place_of(const ObjectId& object) const;
  Path partial_of(const Fingerprint& case_id, const PublicKey& member, const ObjectId& object) const;
  std::shared_ptr<Active> active(const Path& file);

  struct Shared {
    std::mutex mutex;
    std::map<Path, std::shared_ptr<Active>> active;
    std::uint64_t last_hold = 0;
    std::array<std::mutex, 64> places;  // by the object's first byte: a look and a removal there are one step
  };
  std::mutex& place_mutex(const ObjectId& object) const {
    return shared_->places[object.raw()[0] % shared_->places.size()];
  }
  DataFolder folder_;
  std::unique_ptr<Shared> shared_;
};

}  // namespace dokaz::server
