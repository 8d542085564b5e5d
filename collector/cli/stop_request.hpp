// SPDX-License-Identifier: GPL-3.0-or-later
// SIGINT and SIGTERM as a question that a loop asks between two pieces of its work.
#pragma once

#include <csignal>

namespace dokaz::cli {

/// While it lives, the first SIGINT or SIGTERM (also one that waited, blocked, since before) is noted; the
/// second ends the program as usual. One at a time.
class StopRequest {
 public:
  StopRequest();
  ~StopRequest();
  StopRequest(const StopRequest&) = delete;
  StopRequest& operator=(const StopRequest&) = delete;
  bool came() const;

 private:
  struct sigaction interrupt_before_ {};
  struct sigaction terminate_before_ {};
};

}  // namespace dokaz::cli
