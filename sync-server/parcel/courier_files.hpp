// SPDX-License-Identifier: GPL-3.0-or-later
// What lies in the folder couriers/. No locks: of one courier's files one thread has the use at a time. Private to
// the folder.
//
//   <n>.pass      the sealed pass as it came: only the server's parcel key opens it, and that lies in the database
//   <n>.parcel    as much of the parcel as has come
//   <n>.answer    when it was taken in
//   <n>.stays     empty, written before the answer of a parcel that has to stay
//   <n>.earlier   empty, where the pass was by an earlier key of its member
//   <n>.trying    while it is being taken in: a byte for each time that this was begun
//
// <n> is H of the courier's key, which no other file names. The pass is written first and removed last.
#pragma once

#include "crypto/files.hpp"
#include "proto/format/courier.hpp"
#include "sync-server/parcel/courier_book.hpp"
#include "sync-server/parcel/kept_parcels.hpp"
#include "sync-server/store/custody.hpp"

namespace dokaz::server {

class CourierFiles {
 public:
  /// Makes the folder. What fails in writing is told to `custody`, so that after a failed fsync nobody writes on.
  static Result<CourierFiles> open(const Path& folder, Custody& custody);

  struct Found {
    CourierPass pass;
    std::uint64_t brought = 0;
    std::uint64_t answer = 0;
    std::uint64_t tries = 0;  // that ended with the process
    SignedBy signed_by = SignedBy::present_key;
  };
  struct Stock {
    std::vector<Found> found;    // those whose parcels were brought first in front
    std::size_t unreadable = 0;  // files with bytes that belong to no pass that can be read: left as they are
  };
  /// What an earlier run has left. Empty files that belong to no pass are removed, and nothing else: a pass that cannot
  /// be read today may be read by the next version, or from a better disk.
  Result<Stock> take_stock() const;

  Status keep_pass(const PublicKey& courier, const Bytes& sealed, SignedBy by = SignedBy::present_key);
  /// The bytes are at the end of the parcel, or it is as it was; durable when `whole`. out_of_turn where the parcel
  /// does not end at `at`; server_full, writes_stopped.
  Status append(const PublicKey& courier, std::uint64_t at, const Bytes& bytes, bool whole);
  Result<File> parcel(const PublicKey& courier) const;
  /// Before a parcel is taken in, so that one that ends the process is known by it. Not synced: a power cut is not its
  /// fault.
  Status begin_try(const PublicKey& courier) const;
  void end_tries(const PublicKey& courier) const;
  /// The answer takes the parcel's place, or stands beside it.
  Status keep_answer(const PublicKey& courier, const Bytes& answer, bool parcel_stays);
  /// A parcel that was answered goes to those that stay until the operator removes them. Its number there.
  Result<std::uint64_t> keep_aside(const PublicKey& courier) const;
  const KeptParcels& kept() const { return kept_; }
  /// Empty beyond its end.
  Result<Bytes> answer_part(const PublicKey& courier, std::uint64_t offset) const;
  void remove_parcel(const PublicKey& courier) const;
  void remove(const PublicKey& courier) const;

 private:
  CourierFiles(Path folder, KeptParcels kept, Custody& custody)
      : folder_(std::move(folder)), kept_(std::move(kept)), custody_(&custody) {}
  Path file(const PublicKey& courier, const char* suffix) const;
  Result<CourierPass> open_pass(const Path& path) const;
  Status write(File& parcel, std::uint64_t at, const Bytes& bytes, bool whole) const;

  Path folder_;
  KeptParcels kept_;
  Custody* custody_;
};

/// The pass that a sealed one holds, signed by its member; refused for every other.
struct OpenedPass {
  CourierPass pass;
  Parcel::Admission admission;
  std::vector<Rotation> rotations;
};
Result<OpenedPass> open_sealed_pass(ByteView sealed, const age::Identity& parcels);

}  // namespace dokaz::server
