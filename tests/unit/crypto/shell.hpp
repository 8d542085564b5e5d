// SPDX-License-Identifier: GPL-3.0-or-later
// Other people's programs, for tests that ask them.
#pragma once

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace dokaz::test {

/// The exit code of a command of the shell, whose output nobody sees; -1 where it ended otherwise.
inline int shell(const std::string& command) {
  const int status = std::system(("{ " + command + "; } >/dev/null 2>&1").c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

inline bool runs(const std::string& command) { return shell(command) == 0; }
inline bool is_installed(const std::string& program) { return runs("command -v " + program); }

/// What it writes to its standard output.
inline std::string output_of(const std::string& command) {
  std::string out;
  std::array<char, 4096> buffer{};
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) out.append(buffer.data(), got);
  pclose(pipe);
  return out;
}

inline std::string quoted(const std::filesystem::path& path) { return "'" + path.string() + "'"; }

}  // namespace dokaz::test
