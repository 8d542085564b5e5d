// SPDX-License-Identifier: GPL-3.0-or-later
// dokaz-server as a child process of a test.
#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "scene.hpp"

namespace dokaz::server::test {

using Arguments = std::vector<std::string>;

/// The program as a child; killed if the test ends before it does.
class Program {
 public:
  explicit Program(Arguments arguments) {
    const char* folder = std::getenv("DOKAZ_BIN");
    REQUIRE(folder != nullptr);
    // Tests may be root's; whether `run` minds is tested where it is the matter.
    if (!arguments.empty() && arguments.front() == "run") arguments.emplace_back("--allow-root");
    arguments.insert(arguments.begin(), std::string(folder) + "/dokaz-server");
    std::vector<char*> words;
    for (auto& each : arguments) words.push_back(each.data());
    words.push_back(nullptr);
    int out[2];
    int err[2];
    REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
    REQUIRE(::pipe2(err, O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
    REQUIRE(::posix_spawn(&pid_, words[0], &actions, nullptr, words.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    ::close(out[1]);
    ::close(err[1]);
    out_ = out[0];
    err_ = err[0];
  }
  ~Program() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    ::close(out_);
    ::close(err_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// One line of what it prints.
  std::string line() {
    std::string text;
    char next = 0;
    while (::read(out_, &next, 1) == 1 && next != '\n') text.push_back(next);
    return text;
  }
  /// One line of what it complains, which then is in `complained`; empty at the end.
  std::string complaint() {
    std::string text;
    char next = 0;
    while (::read(err_, &next, 1) == 1 && next != '\n') text.push_back(next);
    complained += text + "\n";
    return text;
  }
  void signal(int which) { REQUIRE(::kill(pid_, which) == 0); }
  /// Waits for its end; the exit code, or minus the signal.
  int end() {
    printed += rest(out_);
    complained += rest(err_);
    int status = 0;
    REQUIRE(::waitpid(pid_, &status, 0) == pid_);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  std::string printed;
  std::string complained;

 private:
  static std::string rest(int fd) {
    std::string text;
    char buffer[4096];
    for (ssize_t got = 0; (got = ::read(fd, buffer, sizeof buffer)) > 0;)
      text.append(buffer, static_cast<std::size_t>(got));
    return text;
  }
  pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
};

struct Ended {
  int code = 0;
  std::string printed;
  std::string complained;
};
inline Ended run_program(Arguments arguments) {
  Program program(std::move(arguments));
  const int code = program.end();
  return {code, program.printed, program.complained};
}

/// What everybody is told when something fails: what is safe, and what to do.
inline void check_failure(const Ended& ended, Errc code) {
  INFO(ended.printed << ended.complained);
  CHECK(ended.code == exit_code(code));
  CHECK(ended.printed.empty());
  CHECK(ended.complained.find(words_of(code)) != std::string::npos);
  CHECK(ended.complained.find("What is safe: ") != std::string::npos);
  CHECK(ended.complained.find("What to do: ") != std::string::npos);
}

}  // namespace dokaz::server::test
