// SPDX-License-Identifier: GPL-3.0-or-later
// For benches of the network: a data folder with members enough, and the real dokaz-server on it, whose
// processor time and memory the kernel tells.
#pragma once

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <ctime>
#include <fstream>
#include <sstream>

#include <sys/wait.h>
#include <unistd.h>

#include "proto/transport/client.hpp"
#include "sync-server/store/custody.hpp"

namespace dokaz::bench {

using server::Custody;

[[noreturn]] inline void give_up(const std::string& what) {
  std::fprintf(stderr, "bench: %s\n", what.c_str());
  std::exit(1);
}
template <class T>
T must(Result<T> result, const char* what) {
  if (!result) give_up(std::string(what) + ": " + std::string(name_of(result.code())) + " " + result.error().detail);
  if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "dokaz-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) give_up("no temporary folder");
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const char* name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// A case whose documenters are in its roster from the start.
struct Case {
  static constexpr std::size_t documenters = 400;  // a roster is at most 64 KiB

  SigningKey root = SigningKey::generate();
  std::vector<SigningKey> members;

  Fingerprint id() const { return fingerprint_of(root.public_key()); }
  static Case let_in(Custody& custody, std::size_t count) {
    Case out;
    Roster roster{out.root.public_key(), 1, {{"server", Role::server, custody.card().member}}, {}};
    for (std::size_t i = 0; i < count; ++i) {
      out.members.push_back(SigningKey::generate());
      roster.members.push_back({"m" + std::to_string(10'000 + i), Role::documenter, out.members.back().public_key()});
    }
    std::sort(roster.members.begin(), roster.members.end(),
              [](const Member& a, const Member& b) { return a.pseudonym < b.pseudonym; });
    const char* recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
    roster.recipients = {{Group::team, recipient}, {Group::legal, recipient}};
    must(custody.grant(must(sign_roster(roster, out.root), "roster"), std::uint64_t{1} << 50), "grant");
    return out;
  }
};

/// `dokaz-server run` on loopback, ended with SIGTERM.
class ServerProcess {
 public:
  ServerProcess(const std::string& program, const std::filesystem::path& data) {
    int out[2];
    if (::pipe(out) != 0) give_up("pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(out[1], STDOUT_FILENO);
      ::close(out[0]);
      ::close(out[1]);
      ::execl(program.c_str(), "dokaz-server", "run", "--allow-root", "--quiet", "--data", data.c_str(), "--listen", "127.0.0.1:0",
              static_cast<char*>(nullptr));
      ::_exit(127);
    }
    ::close(out[1]);
    std::string line;
    for (char c; ::read(out[0], &c, 1) == 1 && c != '\n';) line.push_back(c);
    ::close(out[0]);
    const auto colon = line.rfind(':');
    if (colon == std::string::npos) give_up("the server did not start");
    address_ = {"127.0.0.1", static_cast<std::uint16_t>(std::stoi(line.substr(colon + 1)))};
  }
  ~ServerProcess() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  const ServerAddress& address() const { return address_; }
  /// Seconds, user and system.
  double cpu() const {
    std::ifstream stat("/proc/" + std::to_string(pid_) + "/stat");
    std::string text((std::istreambuf_iterator<char>(stat)), {});
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::string skipped;
    for (int i = 3; i < 14; ++i) fields >> skipped;
    double user = 0, system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }
  /// Bytes in memory.
  std::uint64_t resident() const {
    std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
    for (std::string line; std::getline(status, line);)
      if (line.starts_with("VmRSS:")) return std::stoull(line.substr(6)) * 1024;
    give_up("no VmRSS");
  }

 private:
  pid_t pid_ = -1;
  ServerAddress address_;
};

inline std::int64_t now() { return static_cast<std::int64_t>(std::time(nullptr)); }

}  // namespace dokaz::bench
