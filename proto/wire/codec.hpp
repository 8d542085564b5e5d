// SPDX-License-Identifier: GPL-3.0-or-later
// Messages to frames and back, strictly: docs/protocol.md section 5. A frame that decodes encodes to
// the same bytes again. Pure; no generated type shows here.
#pragma once

#include "proto/dialogue/messages.hpp"
#include "proto/wire/frame.hpp"

namespace dokaz {

/// too_large if a part is over its cap, malformed if a rule of section 5 is broken: nothing that the
/// other side must refuse is ever sent.
Result<Frame> encode(const Request& request);
Result<Frame> encode(const Response& response);

/// unknown_field, malformed, bad_key, frame_too_large; out_of_turn for a frame that travels the other way.
Result<Request> decode_request(const Frame& frame);
Result<Response> decode_response(const Frame& frame);

/// Whether a failure may travel: the closed list of section 6.
bool may_travel(Errc code);

}  // namespace dokaz
