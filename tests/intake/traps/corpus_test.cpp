// SPDX-License-Identifier: GPL-3.0-or-later
// Real files, where a folder of them is given in DOKAZ_CORPUS: clean, recoverable, of the same pixels, judged by exiftool.
#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "proto/format/recovery.hpp"
#include "tests/intake/traps/outside_judge.hpp"
#include "tests/unit/collector/intake_scratch.hpp"

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

/// A refusal is one of a kind or form that cannot be cleaned, never of what the program itself did.
bool is_refusal(Errc code) {
  return code == Errc::unsupported_media || code == Errc::malformed_media || code == Errc::truncated_media ||
         code == Errc::unknown_media || code == Errc::too_large;
}

}  // namespace

TEST_CASE("real files become clean, and their originals come back") {
  const auto files = corpus();
  if (files.empty()) {
    WARN("DOKAZ_CORPUS names no folder of files: skipped");
    return;
  }
  const Intake intake(worker_program());
  const Scratch cleaned;
  std::size_t taken_in = 0;
  std::string refused;
  std::chrono::duration<double, std::milli> spent{0};
  for (const auto& file : files) {
    INFO(file.filename());
    const Bytes original = content_of(file);
    const auto start = std::chrono::steady_clock::now();
    const auto taken = intake.take(file);
    spent += std::chrono::steady_clock::now() - start;
    if (!taken) {
      CHECK(is_refusal(taken.code()));
      refused += "\n  " + file.filename().string() + ": " + std::string(name_of(taken.code())) + " " + taken.error().detail;
      continue;
    }
    ++taken_in;
    CHECK(taken->original_sha256 == sha256(original));
    const Bytes clean = all_of(*taken->clean);
    CHECK(apply_recovery(recovery_of(*taken), clean, original.size()).value() == original);
    const bool is_film = taken->media_type.starts_with("video/") || taken->media_type.starts_with("audio/");
    CHECK((is_film || std::count(taken->checks.begin(), taken->checks.end(), "pixels") == 1));
    const auto again = intake.take(cleaned.write(std::to_string(taken_in) + "." + taken->extension, clean));
    REQUIRE(again);
    CHECK(all_of(*again->clean) == clean);
    CHECK(again->removed.empty());
  }
  if (!runs("exiftool -ver")) WARN("exiftool is not installed: the outside judge is skipped");
  else for (const std::string& line : beyond_structure(cleaned.path())) FAIL_CHECK("exiftool still sees " << line);
  WARN(files.size() << " files, " << taken_in << " taken in, " << spent.count() / static_cast<double>(files.size())
                    << " ms each with all checks; refused:" << refused);
}
