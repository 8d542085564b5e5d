// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>

#include "collector/intake/worker/worker_pool.hpp"

namespace dokaz::intake {
namespace {

constexpr int socket_fd = 3;

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

  pid_t start(const std::string& program) {
    std::string name = program;
    std::array<char*, 2> arguments = {name.data(), nullptr};
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

}  // namespace

Result<WorkerProgram> WorkerProgram::start(const std::filesystem::path& program) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) return fail(Errc::internal, "socket");
  File ours = File::adopt(ends[0]);
  const File near = File::adopt(ends[1]);
  const File theirs = File::adopt(fcntl(near.descriptor(), F_DUPFD_CLOEXEC, 16));  // never at its place already
  if (theirs.descriptor() < 0) return fail(Errc::internal, "socket");
  SpawnPlan plan;
  for (int as = 0; as < socket_fd; ++as) plan.null(as);
  plan.give(theirs.descriptor(), socket_fd);
  plan.close_from(socket_fd + 1);
  const pid_t pid = plan.start(program.string());
  if (pid < 0) return fail(Errc::internal, "the program that reads files cannot be started");
  File handle = File::adopt(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (handle.descriptor() < 0) {
    kill(pid, SIGKILL);
    while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) continue;
    return fail(Errc::internal, "no handle of the program that reads files");
  }
  return WorkerProgram(pid, std::move(handle), std::move(ours));
}

WorkerProgram::WorkerProgram(WorkerProgram&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), handle_(std::move(other.handle_)), socket_(std::move(other.socket_)) {}

WorkerProgram& WorkerProgram::operator=(WorkerProgram&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(handle_, other.handle_);
  std::swap(socket_, other.socket_);
  return *this;
}

WorkerProgram::~WorkerProgram() {
  if (pid_ < 0) return;
  syscall(SYS_pidfd_send_signal, handle_.descriptor(), SIGKILL, nullptr, 0);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
}

}  // namespace dokaz::intake
