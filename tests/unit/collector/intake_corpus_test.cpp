// SPDX-License-Identifier: GPL-3.0-or-later
// Real photos, where a folder of them is given in DOKAZ_CORPUS: clean, recoverable, judged by exiftool.
#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>

#include "intake_scratch.hpp"
#include "proto/format/recovery.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

std::vector<std::filesystem::path> corpus() {
  std::vector<std::filesystem::path> files;
  if (const char* folder = std::getenv("DOKAZ_CORPUS"))
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
      if (entry.is_regular_file() && entry.path().extension() != ".md") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

bool is_jpeg(ByteView bytes) { return bytes.size() > 2 && bytes[0] == 0xff && bytes[1] == 0xd8; }

}  // namespace

TEST_CASE("real photos become clean, and their originals come back") {
  const auto files = corpus();
  if (files.empty()) {
    WARN("DOKAZ_CORPUS names no folder of photos: skipped");
    return;
  }
  const Intake intake(worker_program());
  const Scratch scratch;
  const bool judged = installed("exiftool -ver");
  const bool decoded = installed("identify -version");
  if (!judged) WARN("exiftool is not installed: the outside judge is skipped");
  std::size_t taken_in = 0;
  std::uint64_t bytes = 0;
  std::chrono::duration<double, std::milli> spent{0};
  for (const auto& file : files) {
    INFO(file.filename());
    const Bytes original = read_file(file);
    const auto start = std::chrono::steady_clock::now();
    auto taken = intake.take(file);
    spent += std::chrono::steady_clock::now() - start;
    bytes += original.size();
    if (!taken) {
      FAIL_CHECK(name_of(taken.code()) << " " << taken.error().detail);
      continue;
    }
    ++taken_in;
    CHECK(taken->original_sha256 == sha256(original));
    const Bytes clean_bytes = all_of(*taken->clean);
    CHECK(apply_recovery(recovery_of(*taken), clean_bytes, original.size()).value() == original);
    if (!is_jpeg(original)) continue;  // other kinds have judges of their own
    const auto clean = scratch.write("clean.jpg", clean_bytes);
    const auto again = intake.take(clean);
    REQUIRE(again);
    CHECK(all_of(*again->clean) == clean_bytes);
    CHECK(again->removed.empty());
    if (judged) {
      const std::string groups = output_of("exiftool -a -G1 -s '" + clean.string() + "'");
      std::istringstream lines(groups);
      for (std::string line; std::getline(lines, line);) {
        const auto begins = [&](const char* group) { return line.rfind(group, 0) == 0; };
        const bool about_the_file = begins("[ExifTool]") || begins("[System]") || begins("[File]") || begins("[Composite]");
        const bool expected = about_the_file || begins("[JFIF]") || begins("[Adobe]") || begins("[ICC") ||
                              (begins("[IFD0]") && line.find(" Orientation ") != std::string::npos);
        if (!expected) FAIL_CHECK("exiftool still sees: " << line);
      }
    }
    if (decoded) {
      const auto pixels = [](const std::filesystem::path& path) {
        return output_of("identify -quiet -format '%#\\n' 'jpeg:" + path.string() + "[0]' 2>/dev/null");
      };
      CHECK(pixels(clean) == pixels(file));
    }
  }
  WARN(files.size() << " files, " << taken_in << " taken in, " << bytes / files.size() << " bytes on average, "
                    << spent.count() / static_cast<double>(files.size()) << " ms each in the sandbox");
}
