// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/pdf/painter.hpp"

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

#include "crypto/files.hpp"
#include "crypto/files_memory.hpp"

namespace dokaz::pdf {
namespace {

constexpr int picture_at = 3, drawn_at = 4;  // the program's descriptors
constexpr int longest_wait = 120'000;        // milliseconds
constexpr std::uint64_t max_drawn = std::uint64_t{320} << 20;

/// In the child: nothing of ours but the two memory files, no signal blocked, no environment.
class Start {
 public:
  Start() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigemptyset(&none);
    good_ = posix_spawnattr_setsigmask(&attributes_, &none) == 0 && posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK) == 0;
    for (int as = 0; as < picture_at; ++as) good_ &= posix_spawn_file_actions_addopen(&actions_, as, "/dev/null", O_RDWR, 0) == 0;
  }
  ~Start() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  Start(const Start&) = delete;
  Start& operator=(const Start&) = delete;

  void give(int fd, int as) { good_ &= posix_spawn_file_actions_adddup2(&actions_, fd, as) == 0; }
  pid_t run(const std::filesystem::path& program) {
    std::string name = program.string(), word = "draw";
    std::array<char*, 3> words = {name.data(), word.data(), nullptr};
    std::array<char*, 1> environment = {nullptr};
    good_ &= posix_spawn_file_actions_addclosefrom_np(&actions_, drawn_at + 1) == 0;
    pid_t pid = -1;
    return good_ && posix_spawn(&pid, name.c_str(), &actions_, &attributes_, words.data(), environment.data()) == 0 ? pid : -1;
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
  bool good_ = true;
};

/// Above the places that descriptors are given, so that none covers another.
File out_of_the_way(int fd) { return File::adopt(fcntl(fd, F_DUPFD_CLOEXEC, 16)); }

/// As the program's own words have it (collector/intake/worker/draw.hpp).
constexpr int not_drawn = 1, drawn_end = 32, several = 1, with_metadata = 2, as_coded = 4;

/// Its exit code; bad_pdf where the picture brought it down; internal where something else did.
Result<int> end_of(pid_t pid) {
  const File handle = File::adopt(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  pollfd watched{handle.descriptor(), POLLIN, 0};
  int seen = -1;
  while (handle.descriptor() >= 0 && (seen = poll(&watched, 1, longest_wait)) < 0 && errno == EINTR) continue;
  if (seen <= 0) kill(pid, SIGKILL);  // not waited for yet, so the number is still its own
  int status = -1;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return fail(Errc::internal, "it is not known how the drawing of a picture ended");
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
    return fail(Errc::internal, "drawing a picture took too long, or too much memory");
  return WIFEXITED(status) ? WEXITSTATUS(status) : not_drawn;
}

}  // namespace

Result<Drawn> Painter::draw(ByteView picture) const {
  DOKAZ_LET(given, MemoryFile::holding(picture));
  DOKAZ_LET(file, MemoryFile::create());
  const File from = out_of_the_way(given.fd()), to = out_of_the_way(file.fd());
  if (from.descriptor() < 0 || to.descriptor() < 0) return fail(Errc::internal, "no descriptor left");
  Start start;
  start.give(from.descriptor(), picture_at);
  start.give(to.descriptor(), drawn_at);
  const pid_t pid = start.run(program_);
  if (pid < 0) return fail(Errc::internal, "the program that draws pictures cannot be started");
  DOKAZ_LET(end, end_of(pid));
  if (end == not_drawn) return fail(Errc::bad_pdf, "a picture cannot be drawn");
  if ((end & ~(several | with_metadata | as_coded)) != drawn_end) return fail(Errc::internal, "no picture can be drawn in a sandbox here");
  DOKAZ_LET(bytes, file.read(max_drawn));
  return Drawn{std::move(bytes), (end & several) != 0, (end & with_metadata) != 0, (end & as_coded) != 0};
}

}  // namespace dokaz::pdf
