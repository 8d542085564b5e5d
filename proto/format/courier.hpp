// SPDX-License-Identifier: GPL-3.0-or-later
// What a courier carries beside a parcel: a key of their own, and a pass that only the server can read: format.md
// section 17. A courier file holds a secret.
#pragma once

#include <optional>

#include "proto/format/invitation.hpp"
#include "proto/format/parcel.hpp"

namespace dokaz {

inline constexpr std::size_t max_courier_file = 16384;
inline constexpr std::size_t max_sealed_pass = 11264;  // bytes of the age file: Hello has room for it
inline constexpr std::size_t max_pass_text = 10240;    // of its plaintext

/// H of a parcel as it lies on a stick: of the age file.
using ParcelHash = FixedBytes<struct ParcelHashTag, 32>;

/// "Whoever has this courier key may bring this parcel." Signed by the member's present key.
struct CourierPass {
  Fingerprint case_id;
  PublicKey member;
  PublicKey courier;
  ParcelHash parcel;
  std::uint64_t size = 0;  // of the parcel, in bytes
  ClaimedTime until;
};
/// The plaintext of a sealed pass: the pass and what makes its signer a member.
struct PassPapers {
  Note pass;
  Parcel::Admission admission;
  std::vector<Rotation> rotations = {};  // as of a parcel
};

/// Bugs: a courier who is the member, a time that cannot be written.
Note sign_pass(const CourierPass& pass, const SigningKey& member);
/// Strict, verifying no signature: malformed, unsupported_version, bad_key.
Result<CourierPass> parse_pass(const Note& note);
/// bad_signature unless the key `signer` signed it, alone. Says nothing about membership.
Result<CourierPass> check_pass(const Note& note, const PublicKey& signer);
/// The same of the pass of these papers, by the key that their rotations name. malformed, bad_key.
Result<CourierPass> check_pass(const PassPapers& papers);

Bytes write_pass_papers(const PassPapers& papers);
/// malformed, unsupported_version.
Result<PassPapers> read_pass_papers(ByteView bytes);

struct CourierFile {
  ServerAddress server;
  TlsPins pins;
  SigningKey courier;
  Bytes sealed_pass;  // an age file for the server
  Network network = Network::any;  // of the invitation of who wrote it
};
/// The text in guarded memory, since it holds the courier's seed.
SecretBytes write_courier_file(const CourierFile& file);
/// malformed, unsupported_version.
Result<CourierFile> read_courier_file(ByteView bytes);

}  // namespace dokaz
