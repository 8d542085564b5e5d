// SPDX-License-Identifier: GPL-3.0-or-later
// Parcels that stay until the operator removes them, since something in them was refused for its key alone:
// docs/protocol.md section 3. They lie in the folder kept-parcels/ of the server's:
//
//   <number>.pass     the sealed pass with which it came
//   <number>.answer   what its sender was told
//   <number>.parcel   gets its name last: without it the others are what a crash left
//   last              the number that was given last: none is given twice
//
// No locks: one process adds, and whoever lists or removes may do so beside it.
#pragma once

#include "crypto/files.hpp"

namespace dokaz::server {

struct KeptParcel {
  std::uint64_t number = 0;  // from 1
  std::uint64_t bytes = 0;   // of the parcel
  std::int64_t since = 0;    // when it was brought whole; seconds since 1970 UTC
};

class KeptParcels {
 public:
  /// Of a server's folder. Nothing is made, and nothing is there before one is kept.
  explicit KeptParcels(const Path& data) : folder_(data / "kept-parcels") {}

  /// Where it lies, whether or not there is one.
  Path parcel(std::uint64_t number) const;
  /// Ascending. io_error.
  Result<std::vector<KeptParcel>> list() const;
  /// The sealed pass: not_found.
  Result<Bytes> pass(std::uint64_t number) const;
  /// Takes the file `parcel` in, which is gone from its place afterwards; durable. Its number.
  Result<std::uint64_t> keep(const Path& parcel, ByteView sealed_pass, ByteView answer) const;
  /// For good: not_found.
  Status remove(std::uint64_t number) const;
  /// What a crash left; by the process that adds.
  Status sweep() const;

 private:
  Path file(std::uint64_t number, const char* suffix) const;
  Result<std::vector<Path>> all() const;
  Result<std::uint64_t> last_number() const;

  Path folder_;
};

}  // namespace dokaz::server
