// SPDX-License-Identifier: GPL-3.0-or-later
// What a thread of a server that is locked in can no longer do. Each case runs in a child of its own.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <thread>

#include "scene.hpp"
#include "sync-server/sandbox/sandbox.hpp"

namespace dokaz::server {
namespace {

using test::TempFolder;

int listening(std::uint16_t& port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof at;
  if (::bind(socket, reinterpret_cast<sockaddr*>(&at), length) != 0 || ::listen(socket, 4) != 0 ||
      ::getsockname(socket, reinterpret_cast<sockaddr*>(&at), &length) != 0)
    return -1;
  port = ntohs(at.sin_port);
  return socket;
}
int connecting(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int done = ::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  ::close(socket);
  return done;
}

constexpr int knows_no_rules = 77;  // the kernel cannot do what the case is about

/// What `act` gives, on a thread that was there before the calls were confined; or minus the signal that ended it.
int locked_in(const Reach& reach, const std::function<int()>& act, Confinement needed = Confinement::files,
              Lookups lookups = Lookups::none) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const auto confined = confine_reach(reach);
    if (!confined) ::_exit(99);
    if (*confined != Confinement::full && (needed == Confinement::full || *confined == Confinement::none))
      ::_exit(knows_no_rules);
    int pipes[2];
    if (::pipe(pipes) != 0) ::_exit(98);
    int outcome = 97;
    std::thread earlier([&] {
      char go = 0;
      if (::read(pipes[0], &go, 1) == 1) outcome = act();
    });
    if (!confine_calls(lookups)) ::_exit(96);
    (void)!::write(pipes[1], "x", 1);
    earlier.join();
    ::_exit(outcome);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

#define CHECK_OR_SKIP(outcome, wanted)                                       \
  do {                                                                       \
    const int got = (outcome);                                               \
    if (got == knows_no_rules && std::getenv("DOKAZ_NEED_SANDBOX") == nullptr) \
      WARN("not shown: this kernel cannot do it");                           \
    else                                                                     \
      CHECK(got == (wanted));                                                \
  } while (false)

int failure_of(bool done) { return done ? 0 : errno; }

}  // namespace

TEST_CASE("the data folder can be read and written, and nothing else on the disk") {
  TempFolder temp;
  REQUIRE(make_private_folder(temp / "data"));
  REQUIRE(write_file_durably(temp / "outside", bytes_of("secret")));
  const Path inside = temp / "data/file";
  const Path outside = temp / "outside";
  Reach reach;
  reach.data = temp / "data";
  CHECK_OR_SKIP(locked_in(reach, [&] { return write_file_durably(inside, bytes_of("x")) && read_file(inside, 9) ? 0 : 1; }), 0);
  CHECK(read_file(inside, 9));
  const auto open_to = [](const Path& path, int flags) { return [path, flags] { return failure_of(::open(path.c_str(), flags, 0600) >= 0); }; };
  CHECK_OR_SKIP(locked_in(reach, open_to("/etc/passwd", O_RDONLY)), EACCES);
  CHECK_OR_SKIP(locked_in(reach, open_to(outside, O_RDONLY)), EACCES);
  CHECK_OR_SKIP(locked_in(reach, open_to(temp / "new", O_WRONLY | O_CREAT)), EACCES);
  CHECK_OR_SKIP(locked_in(reach, open_to("/proc/self/mem", O_RDWR)), EACCES);
  std::filesystem::create_symlink(outside, temp / "data/link");
  CHECK_OR_SKIP(locked_in(reach, open_to(temp / "data/link", O_RDONLY)), EACCES);
  reach.readable = {outside, temp / "not-there"};
  CHECK_OR_SKIP(locked_in(reach, open_to(outside, O_RDONLY)), 0);
  CHECK_OR_SKIP(locked_in(reach, open_to(outside, O_WRONLY)), EACCES);
}

TEST_CASE("a server without its folder is not locked in but refused") {
  TempFolder temp;
  Reach reach;
  reach.data = temp / "not-there";
  CHECK_OR_SKIP(locked_in(reach, [] { return 0; }), 99);
}

TEST_CASE("only the ports that were named are called, and no further one is bound") {
  TempFolder temp;
  std::uint16_t named = 0;
  std::uint16_t other = 0;
  const int first = listening(named);
  const int second = listening(other);
  REQUIRE(first >= 0);
  REQUIRE(second >= 0);
  Reach reach;
  REQUIRE(make_private_folder(temp / "data"));
  reach.data = temp / "data";
  reach.called = {named};
  CHECK_OR_SKIP(locked_in(reach, [&] { return failure_of(connecting(named) == 0); }, Confinement::full), 0);
  CHECK_OR_SKIP(locked_in(reach, [&] { return failure_of(connecting(other) == 0); }, Confinement::full), EACCES);
  CHECK_OR_SKIP(locked_in(reach, [] { std::uint16_t port = 0; return failure_of(listening(port) >= 0) == 0 ? 1 : 0; }), 0);
  CHECK_OR_SKIP(locked_in(reach, [] { return failure_of(::socket(AF_PACKET, SOCK_RAW, 0) >= 0); }), ENOSYS);
  ::close(first);
  ::close(second);
}

TEST_CASE("what only an intruder would try ends the process") {
  TempFolder temp;
  REQUIRE(make_private_folder(temp / "data"));
  Reach reach;
  reach.data = temp / "data";
  CHECK_OR_SKIP(locked_in(reach, [] { ::execl("/bin/true", "true", nullptr); return 1; }), -SIGSYS);
  CHECK_OR_SKIP(locked_in(reach, [] { ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr); return 1; }), -SIGSYS);
  CHECK_OR_SKIP(locked_in(reach, [] { ::syscall(SYS_mount, "a", "b", "c", 0, nullptr); return 1; }), -SIGSYS);
  CHECK_OR_SKIP(locked_in(reach, [] { (void)!::setuid(0); return 1; }), -SIGSYS);
  CHECK_OR_SKIP(locked_in(reach, [] { return failure_of(::fork() >= 0); }), ENOSYS);
  CHECK_OR_SKIP(locked_in(reach, [] {
    return ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? 0 : 1;
  }), 0);
}

TEST_CASE("nothing leaves but by TCP to the ports that were named") {
  TempFolder temp;
  REQUIRE(make_private_folder(temp / "data"));
  std::uint16_t named = 0;
  const int listens = listening(named);
  REQUIRE(listens >= 0);
  Reach reach;
  reach.data = temp / "data";
  reach.called = {named};
  const auto making = [](int family, int type, int protocol) {
    return [=] { return failure_of(::socket(family, type | SOCK_CLOEXEC, protocol) >= 0); };
  };
  CHECK_OR_SKIP(locked_in(reach, making(AF_INET, SOCK_STREAM, IPPROTO_TCP)), 0);
  CHECK_OR_SKIP(locked_in(reach, making(AF_INET6, SOCK_STREAM, 0)), 0);
  constexpr int mptcp = 262, sctp = 132;
  for (const int protocol : {mptcp, sctp}) CHECK_OR_SKIP(locked_in(reach, making(AF_INET, SOCK_STREAM, protocol)), ENOSYS);
  for (const int family : {AF_INET, AF_INET6}) {
    CHECK_OR_SKIP(locked_in(reach, making(family, SOCK_DGRAM, 0)), ENOSYS);
    CHECK_OR_SKIP(locked_in(reach, making(family, SOCK_DGRAM, 0), Confinement::files, Lookups::made), 0);
    CHECK_OR_SKIP(locked_in(reach, making(family, SOCK_RAW, IPPROTO_ICMP), Confinement::files, Lookups::made), ENOSYS);
  }
  CHECK_OR_SKIP(locked_in(reach, making(AF_UNIX, SOCK_STREAM, 0)), ENOSYS);
  CHECK_OR_SKIP(locked_in(reach, making(AF_NETLINK, SOCK_RAW, 0), Confinement::files, Lookups::made), ENOSYS);
  CHECK_OR_SKIP(locked_in(reach, [&] {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(named);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return failure_of(::sendto(socket, "x", 1, MSG_FASTOPEN, reinterpret_cast<const sockaddr*>(&to), sizeof to) >= 0);
  }), ENOSYS);
  ::close(listens);
}

TEST_CASE("nothing that was written is executed, by no detour") {
  TempFolder temp;
  REQUIRE(make_private_folder(temp / "data"));
  Reach reach;
  reach.data = temp / "data";
  const Path file = temp / "data/code";
  REQUIRE(write_file_durably(file, Bytes(4096, 0xc3)));
  const auto mapping = [&file] {
    const int code = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    return failure_of(::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, code, 0) != MAP_FAILED);
  };
  CHECK_OR_SKIP(locked_in(reach, mapping), ENOSYS);
  CHECK_OR_SKIP(locked_in(reach, [] { return failure_of(::memfd_create("x", MFD_CLOEXEC) >= 0); }), ENOSYS);
}

TEST_CASE("threads, clocks and memory go on as before") {
  TempFolder temp;
  REQUIRE(make_private_folder(temp / "data"));
  Reach reach;
  reach.data = temp / "data";
  CHECK_OR_SKIP(locked_in(reach, [] {
    int sum = 0;
    std::thread more([&] { sum = static_cast<int>(Bytes(1 << 22, 1).size() >> 20); });
    more.join();
    return sum == 4 ? 0 : 1;
  }), 0);
}

}  // namespace dokaz::server
