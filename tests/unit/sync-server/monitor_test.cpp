// SPDX-License-Identifier: GPL-3.0-or-later
// Debian's sigsum-monitor follows the published log as it grows, finds the leaves of the key that it watches, and
// reports a fork. Left out, with a message, where that program is absent.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>

#include "http_talk.hpp"
#include "scene.hpp"
#include "sync-server/log/log.hpp"
#include "sync-server/publish/publication.hpp"

namespace dokaz::server {
namespace {

using test::HttpRunning;
using test::Scribe;
using test::TempFolder;

constexpr const char* monitor = "/usr/bin/sigsum-monitor";

SigningKey log_key() { return Scribe::key_of(9); }

std::vector<Leaf> leaves_of(Scribe& scribe, int count) {
  std::vector<Leaf> out;
  for (int i = 0; i < count; ++i) {
    const Submit::Item item = scribe.next(scribe.seq() == 0 ? Act::genesis : Act::note);
    out.push_back(leaf_of(StatementHash(sha256(item.statement).raw()), item.signature, scribe.key().public_key().hash()));
  }
  return out;
}

/// "ssh-ed25519 …": RFC 8709.
std::string ssh_key(const PublicKey& key) {
  Bytes blob = {0, 0, 0, 11};
  append(blob, bytes_of("ssh-ed25519"));
  append(blob, Bytes{0, 0, 0, 32});
  append(blob, key.view());
  return "ssh-ed25519 " + base64(blob) + "\n";
}

/// The monitor as a child; killed if the test ends before it does.
class Monitor {
 public:
  Monitor(const Path& policy, const Path& key) {
    int out[2];
    REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDERR_FILENO);
    std::vector<std::string> words = {monitor, "-i", "100ms", "-p", policy.string(), key.string()};
    std::vector<char*> arguments;
    for (auto& each : words) arguments.push_back(each.data());
    arguments.push_back(nullptr);
    REQUIRE(::posix_spawn(&pid_, monitor, &actions, nullptr, arguments.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    ::close(out[1]);
    out_ = out[0];
  }
  ~Monitor() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    ::close(out_);
  }
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

  /// Reads lines up to one that holds the text; false if the monitor ended before.
  bool says(const std::string& text) {
    std::string line;
    char next = 0;
    while (::read(out_, &next, 1) == 1) {
      if (next != '\n') {
        line += next;
        continue;
      }
      said += line + "\n";
      if (line.find(text) != std::string::npos) return true;
      line.clear();
    }
    return false;
  }
  int end() {
    int status = 0;
    REQUIRE(::waitpid(pid_, &status, 0) == pid_);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  std::string said;

 private:
  pid_t pid_ = -1;
  int out_ = -1;
};

}  // namespace

TEST_CASE("sigsum-monitor follows the log through its growth, and reports a fork") {
  if (::access(monitor, X_OK) != 0) {
    WARN("not shown: sigsum-monitor is not there");
    return;
  }
  TempFolder temp;
  Scribe watched(1);
  Scribe other(2);
  const auto make = [&](const char* name, const std::vector<Leaf>& leaves) {
    REQUIRE(Log::create(temp / name, log_key()));
    Log log = Log::open(temp / name, log_key()).value();
    REQUIRE(log.append(leaves));
    return log;
  };
  Log log = make("log", leaves_of(watched, 3));
  Log forked = make("fork", leaves_of(other, 400));
  const std::string token = add_reader(temp / "readers", "monitor").value();
  const Policy policy = Policy::log_only(log_key().public_key());
  Publication honest(temp / "log", temp / "readers", policy);
  Publication lying(temp / "fork", temp / "readers", policy);
  std::atomic<bool> lie = false;
  HttpRunning server([&](const Question& question) { return lie ? lying.answer(question) : honest.answer(question); });

  REQUIRE(write_file_durably(temp / "policy", bytes_of("log " + hex(log_key().public_key()) + " " + server.url() +
                                                       "/reader/" + token + "\nquorum none\n")));
  REQUIRE(write_file_durably(temp / "watched.pub", bytes_of(ssh_key(watched.key().public_key()))));
  Monitor follower(temp / "policy", temp / "watched.pub");
  const bool first = follower.says("size 3");
  INFO(follower.said);
  REQUIRE(first);
  REQUIRE(log.append(leaves_of(other, 297)));
  REQUIRE(follower.says("size 300"));
  REQUIRE(log.append(leaves_of(watched, 2)));
  REQUIRE(follower.says("size 302"));
  REQUIRE(follower.says("index 301 keyhash " + hex(watched.key().public_key().hash())));
  lie = true;
  REQUIRE(follower.says("onsisten"));
  CHECK(follower.end() == 1);
}

}  // namespace dokaz::server
