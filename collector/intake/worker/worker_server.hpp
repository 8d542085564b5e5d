// SPDX-License-Identifier: GPL-3.0-or-later
// The worker program between two files: it waits for a request and makes a child for it. It never looks at a
// byte of a stranger itself, so each child begins with a memory that no earlier file has touched.
#pragma once

#include <functional>

#include "collector/intake/worker/worker_message.hpp"

namespace dokaz::intake {

/// Descriptors of a child, after 0 to 2, which are /dev/null. There are no others.
inline constexpr int original_fd = 3;  ///< to be read
inline constexpr int answer_fd = 4;    ///< an empty memory file
inline constexpr int plan_fd = 5;      ///< a sealed memory file; not for `take`

/// Serves requests from `socket`, one at a time, until the other end is gone. For each, a child runs `child`,
/// which gives its exit code; it is killed when its wall time is over, or when the other end or the server is gone.
void serve(int socket, const std::function<int(const WorkerRequest&)>& child);

}  // namespace dokaz::intake
