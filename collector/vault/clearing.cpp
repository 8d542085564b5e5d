// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/clearing.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace dokaz {
namespace {

/// Neither the terminal, nor a pipe that somebody reads to its end, nor the vault's lock.
void let_go_of_everything() {
  ::setsid();
  ::close_range(0, ~0U, 0);
  for (int stream = 0; stream <= STDERR_FILENO; ++stream)
    if (::open("/dev/null", O_RDWR) != stream) ::_exit(1);
}

/// Gives way to who waits for the disk, and to who computes. Ten thousand objects take four seconds so. Without it the
/// command that comes right behind is some 30 ms slower where there was much to clear.
void breathe() { ::poll(nullptr, 0, 3); }

}  // namespace

void start_clearing(const Path& vault, const OtherRoom& room) {
  const bool is_new = looks_new(vault, room);
  std::error_code error;
  const Path place = std::filesystem::absolute(vault, error);
  const pid_t child = error ? -1 : ::fork();
  if (child < 0) return;
  if (child > 0) {
    ::waitpid(child, nullptr, 0);
    return;
  }
  let_go_of_everything();  // while the program waits: it may give up the vault's lock right after
  ::setpriority(PRIO_PROCESS, 0, 19);
  // Nobody must collect the second process.
  if (::fork() == 0 && !is_new) static_cast<void>(clear_room(place, room, breathe).has_value());
  ::_exit(0);
}

}  // namespace dokaz
