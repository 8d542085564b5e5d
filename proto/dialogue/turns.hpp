// SPDX-License-Identifier: GPL-3.0-or-later
// What both dialogues know about turns: docs/protocol.md section 4. Private to the folder.
#pragma once

#include "proto/wire/codec.hpp"

namespace dokaz::turns {

FrameType frame_type_of(const Request& request);
FrameType frame_type_of(const Response& response);

/// A request that opens an exchange in the state ready.
bool is_query(FrameType type);
/// The one answer, besides Failure.
FrameType answer_to(FrameType request);

/// What a request fixed about its answer.
struct Asked {
  std::size_t items = 0;
  std::uint64_t from = 0;
  ObjectId object;
  std::uint64_t offset = 0;
};
/// malformed unless counts, order, object and size are those that were asked for.
Status fits(const Asked& asked, const Response& response);

/// Failures that must not travel become server_full or internal.
void make_travel(Response& response);

}  // namespace dokaz::turns
