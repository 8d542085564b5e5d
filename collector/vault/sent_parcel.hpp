// SPDX-License-Identifier: GPL-3.0-or-later
// What a vault keeps of a parcel that it packed: enough to open and judge the answer.
#pragma once

#include "crypto/age/keys.hpp"
#include "proto/format/parcel.hpp"

namespace dokaz {

inline constexpr std::size_t max_sent_parcels = 1024;  // that await an answer

struct SentParcel {
  ParcelId id;
  age::Identity reply;  // made for this parcel alone
  Seen seen;            // when it was packed
  Sha256 statements;    // H over the hashes of its statements, in their order: an answer speaks of all of them
};

}  // namespace dokaz
