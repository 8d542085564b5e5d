// SPDX-License-Identifier: GPL-3.0-or-later
// What several tests of intake need from the world outside: a folder, the worker, other people's programs.
#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "collector/intake/intake.hpp"

namespace dokaz::test {

/// A folder of its own, gone at the end.
class Scratch {
 public:
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "dokaz-intake-XXXXXX").string();
    DOKAZ_CHECK(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const std::string& name, ByteView bytes) const {
    const auto path = path_ / name;
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return path;
  }

 private:
  std::filesystem::path path_;
};

inline Bytes read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

inline std::filesystem::path worker_program() {
  const char* bin = std::getenv("DOKAZ_BIN");
  return std::filesystem::absolute(bin ? bin : "build/bin") / "dokaz-intake";
}

inline Bytes all_of(const Readable& content) { return content.bytes(0, content.size()).value(); }

inline Bytes recovery_of(const TakenIn& item) {
  Bytes out;
  const Status written = item.write_recovery([&](ByteView bytes) -> Status {
    append(out, bytes);
    return {};
  });
  DOKAZ_CHECK(written.has_value());
  return out;
}

inline bool installed(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

inline std::string output_of(const std::string& command) {
  std::string out;
  std::array<char, 4096> buffer{};
  FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) return out;
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) out.append(buffer.data(), got);
  pclose(pipe);
  return out;
}

}  // namespace dokaz::test
