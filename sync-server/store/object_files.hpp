// SPDX-License-Identifier: GPL-3.0-or-later
// The objects as files: whole ones, and uploads under way. Ciphertext only.
#pragma once

#include <map>

#include "sync-server/store/data_folder.hpp"

namespace dokaz::server {

class ObjectFiles {
  /// The hash of a file under partial/ as far as it was written by this process, from its beginning.
  struct Hashed {
    std::uint64_t size = 0;
    Sha256Stream hash;
  };
  using Hashes = std::map<Path, Hashed>;

 public:
  /// Makes the folders where they are missing.
  static Result<ObjectFiles> open(const DataFolder& folder);

  /// One upload: its bytes so far. Named by case, object and size, so that cases share nothing.
  class Upload {
   public:
    /// Bytes so far, all on the disk when it returns.
    Result<std::uint64_t> durable_size() const;
    Result<std::uint64_t> size() const;
    /// out_of_turn unless `offset` is the present size; malformed beyond the declared size; no_space.
    Status append(std::uint64_t offset, ByteView bytes) const;
    Status discard() const;

   private:
    friend class ObjectFiles;
    Upload(Path file, ObjectRef object, Hashes& hashes)
        : file_(std::move(file)), object_(object), hashes_(&hashes) {}
    void hash(std::uint64_t offset, ByteView bytes) const;
    Path file_;
    ObjectRef object_;
    Hashes* hashes_;
  };
  /// Valid as long as this object stays where it is.
  Upload upload(const Fingerprint& case_id, const ObjectRef& object);

  /// Checks the file's hash and gives it its place, durably. hash_mismatch: nothing was moved. Reads the file
  /// only if it was not written in one go since the server started.
  Status keep(const Upload& upload);
  /// True if the whole object lies in its place, unacknowledged, as after a crash just before that. A file of
  /// that size with another hash is removed, so that it is not read again.
  Result<bool> holds(const ObjectRef& object) const;

  /// At most `limit` bytes: damaged_store if the file is gone.
  Result<Bytes> read(const ObjectId& object, std::uint64_t offset, std::size_t limit) const;

 private:
  explicit ObjectFiles(DataFolder folder) : folder_(std::move(folder)) {}
  Path place_of(const ObjectId& object) const;
  DataFolder folder_;
  Hashes hashes_;
};

}  // namespace dokaz::server
