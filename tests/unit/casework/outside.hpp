// SPDX-License-Identifier: GPL-3.0-or-later
// A folder of its own and other people's programs, for tests of files that others will open.
#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "crypto/bytes.hpp"
#include "crypto/check.hpp"

namespace dokaz::test {

/// Gone at the end.
class Scratch {
 public:
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "dokaz-casework-XXXXXX").string();
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

inline Bytes content_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

inline bool runs(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

inline std::string output_of(const std::string& command) {
  std::string out;
  std::array<char, 4096> buffer{};
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return out;
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) out.append(buffer.data(), got);
  pclose(pipe);
  return out;
}

inline std::string quoted(const std::filesystem::path& path) { return "'" + path.string() + "'"; }

/// What PDFBox's preflight says of a file: "valid" or its findings; empty where it is not installed.
inline std::string preflight_says(const std::filesystem::path& pdf) {
  const std::string java = "/usr/share/java/";
  std::string jars;
  for (const char* one : {"preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "javax.activation", "jaxb-api"}) {
    if (!std::filesystem::exists(java + one + ".jar")) return {};
    jars += java + one + ".jar:";
  }
  if (!runs("java -version")) return {};
  const std::string said = output_of("java -Djava.awt.headless=true -cp " + jars + " org.apache.pdfbox.preflight.Validator_A1b " + quoted(pdf));
  return said.find("is a valid PDF/A-1b file") != said.npos ? "valid" : said;
}

}  // namespace dokaz::test
