// SPDX-License-Identifier: GPL-3.0-or-later
// The receipts parcel: what the server answers to a parcel: format.md section 17. Trusts nothing: each receipt is
// checked as it is when it comes over the network.
#pragma once

#include "proto/format/parcel.hpp"

namespace dokaz {

inline constexpr std::size_t max_answer_proof = 16384;     // bytes of a .tlog-proof, or of the checkpoint
inline constexpr std::size_t max_answer_path = 128;        // hashes
inline constexpr std::size_t max_answer_disclosure = 1024;  // characters

struct ParcelAnswer {
  /// As Stored of protocol.md.
  struct Stored {
    Bytes receive;
    std::string answered;
    Bytes tlog_proof;
    friend bool operator==(const Stored&, const Stored&) = default;
  };
  struct Outcome {
    StatementHash statement;      // H of the bytes that came
    std::optional<Errc> refused;  // empty: logged
    Bytes tlog_proof;             // where it was logged
    std::optional<Stored> stored;  // where it was logged and the server has all its objects
    friend bool operator==(const Outcome&, const Outcome&) = default;
  };
  struct Missing {
    ObjectId object;
    Errc reason = Errc::internal;
    friend bool operator==(const Missing&, const Missing&) = default;
  };
  ParcelId parcel;
  Fingerprint case_id;
  Bytes checkpoint;
  std::vector<TreeHash> path;     // from what the parcel said to have seen, to the checkpoint
  std::vector<Outcome> outcomes;  // in the parcel's order
  std::vector<Missing> missing;   // objects of the parcel that the server did not take, ascending
};

/// The whole plaintext, padded. malformed if a part breaks a rule of section 17, too_large.
Result<Bytes> write_parcel_answer(const ParcelAnswer& answer);
/// Strict: malformed, unsupported_version.
Result<ParcelAnswer> read_parcel_answer(const Readable& plaintext);

}  // namespace dokaz
