// SPDX-License-Identifier: GPL-3.0-or-later
// Taking in a parcel, and the answer to it: docs/format.md section 17. Everything goes through Custody, as if it had
// come over the network: the same checks, the same idempotence.
#pragma once

#include <optional>

#include "crypto/files.hpp"
#include "proto/format/parcel_answer.hpp"
#include "sync-server/store/custody.hpp"

namespace dokaz::server {

/// What became of a parcel, in numbers: no name, no hash.
struct ParcelFigures {
  std::uint64_t statements = 0;
  std::uint64_t logged = 0;   // of those, now or before
  std::uint64_t stored = 0;   // of those, with all their objects
  std::uint64_t objects = 0;  // in the parcel
  std::uint64_t kept = 0;     // of those, now or before
};
struct ReceivedParcel {
  ParcelFigures figures;
  Bytes answer;  // an age file for the one who packed the parcel
  /// It came by an earlier key, or of a member who was revoked, and something of it was refused for that alone: it may be
  /// the only copy, and the proof of a theft.
  bool must_stay = false;
};

/// Whose parcel it has to be.
struct Sender {
  Fingerprint case_id;
  PublicKey member;
};

/// Reads the parcel to its end first. malformed where it is not `sender`'s, before its objects are read. age_*, malformed, unsupported_version, bad_key, bad_signature, unlisted_part,
/// hash_mismatch: it is not a whole parcel for this server, and nothing was taken in. refused, ticket_expired,
/// ticket_used: its member is not let in; nothing was taken in. server_full, io_error and what else befalls the
/// store as a whole: it can be given again. What is refused of a parcel is said in its answer.
Result<ReceivedParcel> receive_parcel(Custody& custody, const File& parcel, const ParcelProgress& progress,
                                      const std::optional<Sender>& sender = std::nullopt);

}  // namespace dokaz::server
