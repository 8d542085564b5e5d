// SPDX-License-Identifier: GPL-3.0-or-later
// Every trap through the real intake, with its sandbox: a clean copy without the marker, or a refusal by name, in
// bounded time and memory.
#include <catch2/catch.hpp>

#include <sys/resource.h>

#include <chrono>
#include <set>

#include "proto/format/recovery.hpp"
#include "tests/intake/traps/marker_search.hpp"
#include "tests/intake/traps/outside_judge.hpp"
#include "tests/intake/traps/trap.hpp"
#include "tests/unit/collector/intake_pictures.hpp"
#include "tests/unit/collector/intake_scratch.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

/// What came of it: "clean", or the name of the failure.
std::string outcome_of(const Result<TakenIn>& taken) { return taken ? "clean" : std::string(name_of(taken.code())); }

void must_be_sprung(const Trap& trap, const Intake& intake, const Scratch& originals, const Scratch& cleaned) {
  INFO(trap.name);
  const Bytes file = trap.make();
  const auto path = originals.write(trap.name, file);
  const auto taken = intake.take(path);
  INFO((taken ? std::string() : taken.error().detail));
  CHECK(outcome_of(taken) == trap.outcome);
  if (!taken) {
    CHECK(taken.code() != Errc::parser_died);
    return;
  }
  const Bytes clean = all_of(*taken->clean);
  CHECK(form_of_marker(clean) == "");
  CHECK(taken->original_sha256 == sha256(file));
  CHECK(apply_recovery(recovery_of(*taken), clean, file.size()).value() == file);
  const auto once_more = intake.take(path);
  REQUIRE(once_more);
  CHECK(all_of(*once_more->clean) == clean);
  const auto second_pass = intake.take(cleaned.write(trap.name, clean));
  REQUIRE(second_pass);
  CHECK(all_of(*second_pass->clean) == clean);
  CHECK(second_pass->removed.empty());
}

}  // namespace

TEST_CASE("a marker is found in every form") {
  const std::string text(canary);
  const auto found = [](std::string_view bytes) { return form_of_marker(bytes_of(bytes)); };
  CHECK(found("a picture") == "");
  CHECK(found("x" + text + "y") == "text");
  CHECK(found("xxCANARY-7F3A91") == "upper case");
  CHECK(found("C\0A\0N\0A\0R\0Y\0-\0007\0f\0003\0a\0009\0001\0"sv) == "UTF-16");
  for (const std::string_view encoded : {"Q0FOQVJZLTdmM2E5MQ==", "eENBTkFSWS03ZjNhOTE=", "eHhDQU5BUlktN2YzYTkx"})
    CHECK(found(encoded) == "base64");
  CHECK(found("43414e4152592d376633613931") == "hexadecimal");
  CHECK(form_of_marker(joined({{1, 2, 3}, deflated(to_bytes(text)), {4}})) == "text, compressed");
}

TEST_CASE("the outside judge sees what is there") {
  if (!runs("exiftool -ver")) {
    WARN("exiftool is not installed: skipped");
    return;
  }
  const Scratch scratch;
  scratch.write("plain.jpg", Jpeg{}.bytes());
  scratch.write("comment.jpg", Jpeg{.app = segment(0xfe, text(canary))}.bytes());
  scratch.write("text.png", Png{.before_palette = chunk("tEXt", text("Author\0me"sv))}.bytes());
  const auto seen = beyond_structure(scratch.path());
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].starts_with("comment.jpg: [File]"));
  CHECK(seen[1].starts_with("text.png: [PNG]"));
}

TEST_CASE("no marker survives, and every refusal has its name") {
  const Intake intake(worker_program());
  const Scratch originals, cleaned;
  std::set<std::string> names;
  for (const Trap& trap : all_traps()) {
    CHECK(names.insert(trap.name).second);
    must_be_sprung(trap, intake, originals, cleaned);
  }
  if (!runs("exiftool -ver")) {
    WARN("exiftool is not installed: the outside judge is skipped");
    return;
  }
  for (const std::string& line : beyond_structure(cleaned.path())) FAIL_CHECK("exiftool still sees " << line);
}

TEST_CASE("hostile files cost bounded time and memory") {
  const Intake intake(worker_program());
  const Scratch scratch;
  for (const Trap& trap : hostile_traps()) {
    INFO(trap.name);
    const Bytes file = trap.make();
    const auto path = scratch.write(trap.name, file);
    const auto start = std::chrono::steady_clock::now();
    const auto taken = intake.take(path);
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    INFO((taken ? std::string() : taken.error().detail));
    CHECK(outcome_of(taken) == trap.outcome);
    CHECK(spent.count() < 20);
    if (taken) {
      const Bytes clean = all_of(*taken->clean);
      CHECK(form_of_marker(clean) == "");
      CHECK(apply_recovery(recovery_of(*taken), clean, file.size()).value() == file);
    }
    std::filesystem::remove(path);
  }
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  rusage children{};
  REQUIRE(getrusage(RUSAGE_CHILDREN, &children) == 0);
  constexpr long most_kilobytes = 700L * 1024;  // the largest file above has 65 MB, and its child sees it several times
  CHECK(children.ru_maxrss < most_kilobytes);
#endif
}
