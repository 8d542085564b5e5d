// SPDX-License-Identifier: GPL-3.0-or-later
// Debian's sigsum-monitor as a child process of a test.
#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "crypto/encoding.hpp"
#include "scene.hpp"

namespace dokaz::server::test {

/// "ssh-ed25519 …": RFC 8709.
inline std::string ssh_key(const PublicKey& key) {
  Bytes blob = {0, 0, 0, 11};
  append(blob, bytes_of("ssh-ed25519"));
  append(blob, Bytes{0, 0, 0, 32});
  append(blob, key.view());
  return "ssh-ed25519 " + base64(blob) + "\n";
}

/// The monitor as a child; killed if the test ends before it does.
class Monitor {
 public:
  static bool is_there() { return ::access(program, X_OK) == 0; }
  Monitor(const Path& policy, const Path& key) {
    int out[2];
    REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDERR_FILENO);
    std::vector<std::string> words = {program, "-i", "100ms", "-p", policy.string(), key.string()};
    std::vector<char*> arguments;
    for (auto& each : words) arguments.push_back(each.data());
    arguments.push_back(nullptr);
    REQUIRE(::posix_spawn(&pid_, program, &actions, nullptr, arguments.data(), environ) == 0);
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
  static constexpr const char* program = "/usr/bin/sigsum-monitor";
  pid_t pid_ = -1;
  int out_ = -1;
};

}  // namespace dokaz::server::test
