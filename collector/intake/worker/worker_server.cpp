// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/worker/worker_server.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>

namespace dokaz::intake {
namespace {

using Clock = std::chrono::steady_clock;

/// In the child: its files in their places, and nothing else open. Overwrites the socket.
bool settle(const std::vector<File>& files, pid_t server) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != server) return false;
  std::vector<int> out_of_the_way;
  for (const File& file : files) out_of_the_way.push_back(fcntl(file.descriptor(), F_DUPFD, 16));
  for (std::size_t i = 0; i < out_of_the_way.size(); ++i)
    if (dup2(out_of_the_way[i], original_fd + static_cast<int>(i)) < 0) return false;
  closefrom(original_fd + static_cast<int>(files.size()));
  return true;
}

/// Until the child ends; `late` where that takes longer, `died` where nobody waits for it any more. Does not kill.
WorkerEnd watch(int child, int socket, std::chrono::milliseconds time) {
  const Clock::time_point deadline = Clock::now() + time;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return WorkerEnd::late;
    pollfd watched[] = {{child, POLLIN, 0}, {socket, 0, 0}};  // of the socket only its end
    const int outcome = poll(watched, 2, static_cast<int>(std::min<std::int64_t>(left, 1'000'000)));
    if (outcome < 0 && errno != EINTR) return WorkerEnd::died;
    if (outcome <= 0) continue;
    if (watched[0].revents) return WorkerEnd::well;
    if (watched[1].revents) return WorkerEnd::died;
  }
}

WorkerEnd end_of(pid_t pid, int socket, std::chrono::milliseconds time) {
  const File handle = File::adopt(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  const WorkerEnd seen = handle.descriptor() < 0 ? WorkerEnd::not_begun : watch(handle.descriptor(), socket, time);
  if (seen != WorkerEnd::well) kill(pid, SIGKILL);  // not waited for yet, so the number is still its own
  int status = -1;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return WorkerEnd::died;
  if (seen != WorkerEnd::well) return seen;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? WorkerEnd::well : WorkerEnd::died;
}

}  // namespace

void serve(int socket, const std::function<int(const WorkerRequest&)>& child) {
  const pid_t server = getpid();
  while (auto received = receive_request(socket)) {
    const pid_t pid = fork();
    if (pid == 0) _exit(settle(received->files, server) ? child(received->request) : 7);
    received->files.clear();
    const std::chrono::milliseconds time(received->request.wall_milliseconds);
    if (!send_end(socket, pid < 0 ? WorkerEnd::not_begun : end_of(pid, socket, time))) return;
  }
}

}  // namespace dokaz::intake
