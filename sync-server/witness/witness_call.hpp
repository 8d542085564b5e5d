// SPDX-License-Identifier: GPL-3.0-or-later
// One call of c2sp.org/tlog-witness@v1 as values: what is sent, and what the answer means. No sockets.
#pragma once

#include "proto/format/policy.hpp"
#include "proto/merkle/tree.hpp"
#include "sync-server/outward/http_client.hpp"

namespace dokaz::server {

inline constexpr std::size_t max_witness_answer = 65'536;  // bytes

/// POST <prefix>/add-checkpoint: "old <size>", the proof's hashes, an empty line, the checkpoint without
/// cosignatures.
HttpRequest add_checkpoint(const std::string& prefix, std::uint64_t old_size, const ConsistencyPath& path,
                           const Note& checkpoint);

/// What a witness answered.
struct WitnessAnswer {
  enum class Kind {
    cosigned,      // 200: its line, verified
    other_size,    // 409: it has signed `size`, not the old size of the request
    contradicted,  // 422, or 409 for equal sizes: it says that what it has signed is not in this log. Anybody on the way
                   // could say so: nothing of it is signed
  };
  Kind kind = Kind::cosigned;
  NoteSignature line = {};
  std::uint64_t unix_time = 0;  // of the line
  std::uint64_t size = 0;
};

/// The line is verified under the policy's key and name, and its time is at most `now` + `tolerance` seconds.
/// bad_signature (another key, another checkpoint, a time in the future); refused (403: it does not accept the
/// log's signature); not_found (404: it does not know this log); malformed for everything else that is not an
/// answer.
Result<WitnessAnswer> read_answer(const HttpResponse& response, std::uint64_t old_size, const Checkpoint& checkpoint,
                                  const Witness& witness, std::int64_t now, std::int64_t tolerance);

}  // namespace dokaz::server
