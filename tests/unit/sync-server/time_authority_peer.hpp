// SPDX-License-Identifier: GPL-3.0-or-later
// Starts the real authority of time_authority.py, and asks the openssl program what it thinks.
#pragma once

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "sync-server/outward/http_client.hpp"

namespace dokaz::server::test {

/// Ends with its standard input, so also when the test dies.
class RealAuthority {
 public:
  RealAuthority(std::string folder, const char* kind) : folder_(std::move(folder)) {
    int in[2];
    int out[2];
    REQUIRE(::pipe2(in, O_CLOEXEC) == 0);
    REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    const std::string script = DOKAZ_TIME_AUTHORITY;
    std::string words[] = {"python3", script, folder_, kind};
    char* arguments[] = {words[0].data(), words[1].data(), words[2].data(), words[3].data(), nullptr};
    REQUIRE(::posix_spawnp(&pid_, "python3", &actions, nullptr, arguments, environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(out[1]);
    in_ = in[1];
    for (char next = 0; ::read(out[0], &next, 1) == 1 && next != '\n';) port_.push_back(next);
    ::close(out[0]);
    REQUIRE_FALSE(port_.empty());
  }
  ~RealAuthority() {
    ::close(in_);
    ::waitpid(pid_, nullptr, 0);
  }
  RealAuthority(const RealAuthority&) = delete;
  RealAuthority& operator=(const RealAuthority&) = delete;

  std::string url(const std::string& path) const { return "http://127.0.0.1:" + port_ + path; }
  std::string file(const std::string& name) const { return folder_ + "/" + name; }
  /// Revokes the signer's certificate now.
  void revoke(const std::string& reason) const {
    const auto done = HttpClient({}).call({HttpMethod::get, url("/revoke/" + reason)});
    REQUIRE(done);
    REQUIRE(done->status == 200);
  }

 private:
  std::string folder_;
  std::string port_;
  pid_t pid_ = -1;
  int in_ = -1;
};

/// The exit code of `openssl …`; its words are not shown.
inline int openssl_says(const std::string& arguments) {
  return WEXITSTATUS(std::system(("openssl " + arguments + " >/dev/null 2>&1").c_str()));
}

}  // namespace dokaz::server::test
