// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/worker/worker_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>

#include "collector/intake/memory_file.hpp"
#include "crypto/files.hpp"

namespace dokaz::intake {
namespace {

/// The same file, out of the way of the descriptors that the worker expects.
File high(int fd) { return File::adopt(fcntl(fd, F_DUPFD_CLOEXEC, 16)); }

class SpawnPlan {
 public:
  SpawnPlan() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    good_ = posix_spawnattr_setsigmask(&attributes_, &none) == 0 &&
            posix_spawnattr_setsigdefault(&attributes_, &all) == 0 &&
            posix_spawnattr_setpgroup(&attributes_, 0) == 0 &&  // Ctrl-C is for the program that started it
            posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                       POSIX_SPAWN_SETPGROUP) == 0;
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  void null(int as) { good_ &= posix_spawn_file_actions_addopen(&actions_, as, "/dev/null", O_RDWR, 0) == 0; }
  void give(int fd, int as) { good_ &= posix_spawn_file_actions_adddup2(&actions_, fd, as) == 0; }
  void close_from(int first) { good_ &= posix_spawn_file_actions_addclosefrom_np(&actions_, first) == 0; }

  pid_t start(const std::string& program, const char* task) {
    std::string task_text = task, name = program;
    std::array<char*, 3> arguments = {name.data(), task_text.data(), nullptr};
    std::array<char*, 1> environment = {nullptr};
    pid_t pid = -1;
    if (!good_ || posix_spawn(&pid, program.c_str(), &actions_, &attributes_, arguments.data(), environment.data()))
      return -1;
    return pid;
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
  bool good_ = true;
};

/// Waits for the end of the process, at the latest for `time`; then it is killed.
/// True where it ended by itself with exit code 0. The process is gone in any case.
bool ended_well(pid_t pid, std::chrono::milliseconds time) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point deadline = Clock::now() + time;
  const int watch = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  bool in_time = false;
  while (watch >= 0 && !in_time) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd ended{watch, POLLIN, 0};
    const int outcome = left > 0 ? poll(&ended, 1, static_cast<int>(left)) : 0;
    if (outcome == 0 || (outcome < 0 && errno != EINTR)) break;
    in_time = outcome > 0;
  }
  if (!in_time) kill(pid, SIGKILL);  // not waited for yet, so the number is still its own
  if (watch >= 0) close(watch);
  int status = -1;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return false;
  return in_time && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

Result<Bytes> run_worker(const std::filesystem::path& program, WorkerTask task, int original, int clean,
                         std::uint64_t cap, std::chrono::milliseconds time) {
  DOKAZ_LET(answer, MemoryFile::create());
  const bool checks = task == WorkerTask::check;
  const File first = high(original), second = high(answer.fd()), third = high(checks ? clean : original);
  if (first.descriptor() < 0 || second.descriptor() < 0 || third.descriptor() < 0) return fail(Errc::internal, "descriptors");
  SpawnPlan plan;
  for (int as = 0; as < 3; ++as) plan.null(as);
  plan.give(first.descriptor(), 3);
  plan.give(second.descriptor(), 4);
  if (checks) plan.give(third.descriptor(), 5);
  plan.close_from(checks ? 6 : 5);
  const pid_t pid = plan.start(program.string(), checks ? "check" : "take");
  if (pid < 0) return fail(Errc::internal, "the program that reads files cannot be started");
  if (!ended_well(pid, time)) return fail(Errc::parser_died);
  auto bytes = answer.read(cap);
  if (!bytes && bytes.code() == Errc::too_large) return fail(Errc::parser_died, "answer too large");
  return bytes;
}

}  // namespace dokaz::intake
