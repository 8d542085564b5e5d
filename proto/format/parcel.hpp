// SPDX-License-Identifier: GPL-3.0-or-later
// A parcel: statements and objects that travel by hand, and the answer that travels back: format.md section 17.
// Both are the plaintext of an age file; who seals and opens it is not judged here.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "crypto/readable.hpp"
#include "proto/format/rotation.hpp"

namespace dokaz {

inline constexpr std::size_t max_parcel_text = std::size_t{8} << 20;   // bytes before the objects
inline constexpr std::size_t max_answer_text = std::size_t{32} << 20;  // bytes
inline constexpr std::size_t max_parcel_statements = 2048;             // at least 1
inline constexpr std::size_t max_parcel_objects = 8192;
/// Of all objects of one parcel, in bytes: larger sums are refused before anything is added up.
inline constexpr std::uint64_t max_parcel_bytes = std::uint64_t{1} << 48;

/// Random, 16 bytes: an answer names the parcel by it.
using ParcelId = FixedBytes<struct ParcelIdTag, 16>;

/// What stands in front of the objects' bytes.
struct Parcel {
  struct Admission {
    Bytes ticket, admission;  // notes, as they came: section 7
    friend bool operator==(const Admission&, const Admission&) = default;
  };
  struct Item {
    Bytes statement;  // 1 to 16,384 bytes; read by whoever takes it in
    Signature signature;
    friend bool operator==(const Item&, const Item&) = default;
  };
  ParcelId id;
  Fingerprint case_id;
  PublicKey member;
  std::string reply;  // "age1…", made for this parcel alone
  Seen seen;          // the newest checkpoint that the member has verified
  std::optional<Admission> admission;
  std::vector<Item> items;          // ascending in the member's chain
  std::vector<ObjectRef> objects;   // ascending by hash; each is named by an item, with this size
  std::vector<Rotation> rotations = {};  // the newest of the member's, by which its present key follows
};

/// Bytes that go before the objects, signed by the member's present key. malformed if the fields break a rule of section 17,
/// unlisted_part for an object that no item names; too_large.
Result<Bytes> write_parcel_text(const Parcel& parcel, const SigningKey& member);
/// The same with a signature that was made before.
Result<Bytes> write_parcel_text(const Parcel& parcel, const Signature& signature);
/// Zeros that go behind the objects.
std::uint64_t parcel_padding(std::size_t text, const std::vector<ObjectRef>& objects);

struct ParcelInPlace {
  Parcel parcel;
  Signature signature;
  std::vector<std::uint64_t> at;  // of each object's first byte, within the plaintext
};
/// Strict; the signature holds, by the key that `rotations` name: whether that is the member's, the server judges. malformed, unsupported_version, bad_key, bad_signature, unlisted_part; the
/// failures of `plaintext`. Reads text and padding, not the objects: their hashes are for whoever reads them.
Result<ParcelInPlace> read_parcel(const Readable& plaintext);
/// Told of the work's course; a failure ends it and is passed on.
using ParcelProgress = std::function<Status(std::uint64_t done, std::uint64_t total)>;
/// hash_mismatch for an object whose bytes are not those that its line names.
Status check_objects(const ParcelInPlace& parcel, const Readable& plaintext, const ParcelProgress& progress);
/// Of all objects together.
std::uint64_t bytes_of_objects(const Parcel& parcel);

}  // namespace dokaz
