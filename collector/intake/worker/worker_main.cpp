// SPDX-License-Identifier: GPL-3.0-or-later
// dokaz-intake: reads files in sandboxes, a child for each task. Started by the collector only, with an empty
// environment; descriptor 3 is the socket on which tasks come (worker_message.hpp).
#include <sys/resource.h>

#include "collector/intake/worker/worker_server.hpp"
#include "collector/intake/worker/worker_tasks.hpp"

int main(int count, char**) {
  constexpr int socket = 3;
  if (count != 1) return 2;
  const rlimit no_core{0, 0};
  if (setrlimit(RLIMIT_CORE, &no_core) != 0) return 3;
  dokaz::intake::prepare_tasks();
  dokaz::intake::serve(socket, dokaz::intake::do_task);
}
