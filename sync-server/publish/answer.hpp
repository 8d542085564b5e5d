// SPDX-License-Identifier: GPL-3.0-or-later
// What a read-only HTTP server is asked and what it says, without sockets.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "crypto/bytes.hpp"

namespace dokaz::server {

/// GET of a path. Both views live as long as the call that is given the question.
struct Question {
  std::string_view path;
  std::optional<std::string_view> bearer;  // what the Authorization header shows
};

struct Answer {
  unsigned status = 200;
  std::string_view type = "text/plain; charset=utf-8";
  std::string_view caching = "no-cache";
  Bytes body;
};

/// Nothing while there is work to do: asked again, it goes on. Called on the thread of the HTTP server only,
/// between other connections' calls, so no call should take longer than a few milliseconds.
using Answerer = std::function<std::optional<Answer>(const Question&)>;

}  // namespace dokaz::server
