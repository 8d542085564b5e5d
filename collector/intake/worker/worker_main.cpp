// SPDX-License-Identifier: GPL-3.0-or-later
// dokaz-intake: reads files in sandboxes, a child for each task. Started by the collector, with an empty environment;
// descriptor 3 is the socket on which tasks come (worker_message.hpp). With the word `draw`, by whoever makes pages: draw.hpp.
#include <sys/resource.h>

#include <string_view>

#include "collector/intake/worker/draw.hpp"
#include "collector/intake/worker/worker_server.hpp"
#include "collector/intake/worker/worker_tasks.hpp"

int main(int count, char** words) {
  constexpr int socket = 3;
  const bool draws = count == 2 && std::string_view(words[1]) == "draw";
  if (count != 1 && !draws) return 2;
  const rlimit no_core{0, 0};
  if (setrlimit(RLIMIT_CORE, &no_core) != 0) return 3;
  dokaz::intake::prepare_tasks();
  if (draws) return dokaz::intake::draw();
  dokaz::intake::serve(socket, dokaz::intake::do_task);
}
