// SPDX-License-Identifier: GPL-3.0-or-later
// What a courier does: bring somebody's parcel over the network and take the answer along, without being able to
// read either. Needs no vault.
#pragma once

#include <functional>

#include "crypto/files.hpp"
#include "proto/format/courier.hpp"
#include "proto/transport/client.hpp"

namespace dokaz {

struct RelayOrder {
  std::vector<Path> parcel;              // its file, or its parts in their order
  std::optional<Path> answer;            // where the answer goes
  std::optional<ServerAddress> server;   // instead of the one in the courier's file; the pin stays
  std::size_t tries = 30;                // at the answer, while the server takes the parcel in; at least 1
};
struct RelayReport {
  std::uint64_t size = 0;    // of the parcel
  std::uint64_t sent = 0;    // of it in this run
  std::uint64_t answer = 0;  // bytes; 0: none was asked for
};

/// Goes on where an earlier run was cut. already_exists for the answer, before anything is sent; hash_mismatch where
/// the server says that these are not the bytes of the pass; busy where it was still taking the parcel in after so
/// many tries: the same order again fetches the answer.
Result<RelayReport> relay(const CourierFile& courier, const RelayOrder& order, const Line& line,
                          const std::function<Status(std::uint64_t done, std::uint64_t total)>& progress);

}  // namespace dokaz
