// SPDX-License-Identifier: GPL-3.0-or-later
// Intake as the collector uses it: bad files, workers gone wrong, and what the sandbox leaves possible.
#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <future>

#include "collector/intake/worker/sandbox.hpp"
#include "intake_exif.hpp"
#include "intake_pictures.hpp"
#include "intake_scratch.hpp"
#include "proto/format/recovery.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

std::string outcome(const Result<TakenIn>& taken) { return taken ? "taken in" : std::string(name_of(taken.code())); }

Bytes telling_exif() {
  ExifBlock photo, place, all;
  photo.text(0x9003, "2026:05:01 10:12:00");
  photo.text(0x9011, "+02:00");
  photo.text(0x9291, "25");
  photo.text(0xa431, "SN-0815");
  photo.text(0xa434, "50mm");
  place.text(1, "S");
  place.rationals(2, {33, 1, 30, 1, 0, 1});
  place.text(3, "W");
  place.rationals(4, {70, 1, 15, 1, 18, 1});
  place.byte(5, 1);
  place.rationals(6, {25, 2});
  all.text(0x010f, "Maker");
  all.text(0x0110, "Model\x01\xff");
  all.number(0x0112, 6);
  all.text(0x0131, std::string(2000, 's'));
  all.directory(0x8769, photo);
  all.directory(0x8825, place);
  return all.bytes();
}

}  // namespace

TEST_CASE("bad input gets its own name and nothing else") {
  const Scratch scratch;
  const Intake intake(worker_program(), {}, {.file_size = 100'000});
  const Bytes good = Jpeg{}.bytes();
  const auto head = [&](std::size_t size) { return Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)); };
  struct Row {
    const char* name;
    Bytes bytes;
    const char* outcome;
  };
  const std::vector<Row> rows = {
      {"empty.jpg", {}, "empty_file"},
      {"text.jpg", text("a letter, named like a photo"), "unknown_media"},
      {"zeros.png", Bytes(100, 0), "unknown_media"},
      {"one.jpg", {0xff}, "truncated_media"},
      {"two.jpg", head(2), "truncated_media"},
      {"half.jpg", head(good.size() / 2), "truncated_media"},
      {"almost.jpg", head(good.size() - 1), "truncated_media"},
      {"lying.jpg", Jpeg{.app = text("XY")}.bytes(), "malformed_media"},
      {"lossless.jpg", Jpeg{.frame = 0xc3}.bytes(), "unsupported_media"},
      {"photo.heic", text("\0\0\0\x18" "ftypheic\0\0\0\0mif1"sv), "truncated_media"},
      {"photo.jpg", text("\0\0\0\x18" "ftypmif1\0\0\0\0heic"sv), "truncated_media"},
      {"photo.tiff", text("II*\0\x08\0\0\0"sv), "truncated_media"},
      {"photo.webp", text("RIFF\0\0\0\0WEBPVP8 "sv), "truncated_media"},
      {"letter.pdf", text("%PDF-1.7"), "unsupported_media"},
      {"large.jpg", Bytes(100'001, 0xff), "too_large"},
      {"long.png", Png{.raster = Bytes(73, 0)}.bytes(), "malformed_media"},
      {"critical.png", Png{.before_palette = chunk("QUUX", {})}.bytes(), "unsupported_media"},
      {"picture.jpg", Png{}.bytes(), "taken in"},
      {"picture.png", good, "taken in"},
      {"-x.jpg", good, "taken in"},
      {"--help", good, "taken in"},
      {"line\nbreak.jpg", good, "taken in"},
      {"http:", good, "taken in"},
      {"no-name-at-all", good, "taken in"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    CHECK(outcome(intake.take(scratch.write(row.name, row.bytes))) == row.outcome);
  }
  std::filesystem::create_directory(scratch.path() / "https:");
  std::filesystem::create_directory(scratch.path() / "folder");
  CHECK(outcome(intake.take(scratch.write("https:/x", good))) == "taken in");
  CHECK(outcome(intake.take(scratch.path() / "https:" / "" / "x")) == "taken in");
  CHECK(outcome(intake.take(scratch.path() / "absent.jpg")) == "not_found");
  CHECK(outcome(intake.take(scratch.path() / "text.jpg" / "x")) == "not_found");
  CHECK(outcome(intake.take("http://127.0.0.1:1/x.jpg")) == "not_found");
  CHECK(outcome(intake.take("")) == "not_found");
  CHECK(outcome(intake.take(scratch.path() / "folder")) == "not_regular_file");
  CHECK(outcome(intake.take("/dev/null")) == "not_regular_file");
  std::filesystem::create_symlink(scratch.path() / "picture.png", scratch.path() / "link.jpg");
  CHECK(outcome(intake.take(scratch.path() / "link.jpg")) == "not_regular_file");
  REQUIRE(mkfifo((scratch.path() / "fifo.jpg").c_str(), 0600) == 0);
  CHECK(outcome(intake.take(scratch.path() / "fifo.jpg")) == "not_regular_file");
}

TEST_CASE("what is taken in carries its facts, and the original comes back") {
  const Scratch scratch;
  const Intake intake(worker_program());
  Jpeg jpeg{.app = joined({exif_segment(telling_exif()), segment(0xfe, text(canary))}), .trailer = text(canary)};
  const Bytes original = jpeg.bytes();
  const auto taken = intake.take(scratch.write("photo", original));
  REQUIRE(taken);
  CHECK(taken->media_type == "image/jpeg");
  CHECK(taken->extension == "jpg");
  CHECK(all_of(*taken->original) == original);
  CHECK(taken->original_sha256 == sha256(original));
  const Bytes clean = all_of(*taken->clean), recovery = recovery_of(*taken);
  CHECK(taken->clean_sha256 == sha256(clean));
  CHECK(taken->recovery_sha256 == sha256(recovery));
  CHECK(taken->recovery_size == recovery.size());
  CHECK(taken->checks == std::vector<std::string>{"grammar", "coded", "residue", "exiv2", "pixels", "recovery"});
  CHECK_FALSE(taken->coded_sha256.is_zero());
  CHECK(apply_recovery(recovery, clean, original.size()).value() == original);
  CHECK_FALSE(holds_canary(clean));
  CHECK(taken->removed.size() == 3);
  CHECK(taken->warnings.size() == 1);
  using Number = std::uint64_t;
  const std::vector<MetadataFact> expected = {
      {"capture.time", "2026-05-01T10:12:00.25+02:00"s},
      {"capture.time.source", "exif DateTimeOriginal"s},
      {"capture.place", "-33.5,-70.255,-12.5"s},
      {"capture.place.source", "exif GPSLatitude"s},
      {"device.make", "Maker"s},
      {"device.model", "Model\xef\xbf\xbd\xef\xbf\xbd"s},
      {"device.serial", "SN-0815"s},
      {"device.lens", "50mm"s},
      {"software", std::string(1024, 's')},
      {"image.orientation", Number{6}},
      {"image.width", Number{16}},
      {"image.height", Number{16}},
  };
  for (const MetadataFact& fact : expected) {
    INFO(fact.name);
    CHECK(std::find(taken->facts.begin(), taken->facts.end(), fact) != taken->facts.end());
  }
  CHECK(taken->facts.size() == expected.size());
  // The same facts from a PNG, also when the block is written in hexadecimal.
  std::string raw = "\nexif\n    " + std::to_string(telling_exif().size()) + "\n";
  for (const Byte byte : telling_exif()) raw += "0123456789abcdef"[byte >> 4], raw += "0123456789abcdef"[byte & 15];
  for (const Bytes& block : {chunk("eXIf", telling_exif()),
                             chunk("zTXt", joined({text("Raw profile type exif\0\0"sv), deflated(text(raw))}))}) {
    const auto png = intake.take(scratch.write("picture", Png{.before_palette = block}.bytes()));
    REQUIRE(png);
    CHECK(png->media_type == "image/png");
    CHECK(std::find(png->facts.begin(), png->facts.end(), expected[2]) != png->facts.end());
  }
  // Broken metadata cost a fact, never the picture.
  const auto broken = intake.take(scratch.write("broken", Jpeg{.app = exif_segment(text("II*\0garbage"sv))}.bytes()));
  REQUIRE(broken);
  CHECK(broken->facts.size() == 2);
}

TEST_CASE("XMP and IPTC tell the time where Exif does not") {
  const Scratch scratch;
  const Intake intake(worker_program());
  const Bytes xmp = segment(0xe1, joined({text("http://ns.adobe.com/xap/1.0/\0"sv), text(
      "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
      "<rdf:Description xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmp:CreateDate='2025-01-02T03:04:05.5+01:00' "
      "xmp:CreatorTool='Editor'/></rdf:RDF></x:xmpmeta>")}));
  const auto from_xmp = intake.take(scratch.write("xmp", Jpeg{.app = xmp}.bytes()));
  REQUIRE(from_xmp);
  CHECK(from_xmp->facts[0] == MetadataFact{"capture.time", "2025-01-02T03:04:05.5+01:00"s});
  CHECK(from_xmp->facts[2] == MetadataFact{"software", "Editor"s});
  const Bytes records = joined({text("\x1c\x02\x37\0\x08" "20240506"sv), text("\x1c\x02\x3c\0\x0b" "070809+0300"sv)});
  const Bytes iptc = segment(0xed, joined({text("Photoshop 3.0\0" "8BIM\4\4\0\0"sv),
                                           big32(static_cast<std::uint32_t>(records.size())), records, {0}}));
  const auto from_iptc = intake.take(scratch.write("iptc", Jpeg{.app = iptc}.bytes()));
  REQUIRE(from_iptc);
  CHECK(from_iptc->facts[0] == MetadataFact{"capture.time", "2024-05-06T07:08:09+03:00"s});
}

TEST_CASE("a worker that goes wrong is a refusal, and the next file goes on") {
  const Scratch scratch;
  const std::filesystem::path program = worker_program().parent_path().parent_path() / "tests" / "dokaz-intake-double";
  const auto file = scratch.write("photo.jpg", Jpeg{}.bytes());
  struct Row {
    const char* name;
    const char* outcome;
  };
  const Row rows[] = {
      {"crash", "parser_died"},          {"abort", "parser_died"},         {"loop", "parser_died"},
      {"hang", "parser_died"},           {"exit-1", "parser_died"},        {"silent", "parser_died"},
      {"babble", "parser_died"},         {"flood", "parser_died"},         {"forbidden-failure", "parser_died"},
      {"loud-failure", "parser_died"},   {"beyond", "parser_died"},         {"endless", "parser_died"},
      {"no-plan", "parser_died"},        {"foreign-fact", "parser_died"},  {"control-fact", "parser_died"},
      {"long-fact", "parser_died"},      {"same-fact", "parser_died"},     {"odd-kind", "parser_died"},
      {"odd-day", "parser_died"},        {"odd-place", "parser_died"},     {"odd-source", "parser_died"},
      {"odd-turn", "parser_died"},       {"no-contradiction", "parser_died"},
      {"odd-warning", "parser_died"},    {"odd-media", "parser_died"},     {"more", "parser_died"},
      {"crash-in-check", "parser_died"}, {"disagree", "not_clean"},        {"unclean", "not_clean"},
      {"crash-in-pixels", "parser_died"}, {"other-pixels", "not_clean"},   {"babble-in-pixels", "parser_died"},
      {"other-kind", "parser_died"},
      {"no-judge", "unsupported_media"},
      {"program-ends", "parser_died"},   {"program-ends-once", "taken in"}, {"program-babbles", "parser_died"},
      {"surroundings", "malformed_media"},  // sees three null devices, two files and no environment
      {"surroundings-in-check", "malformed_media"},  // and the plan
      {"nothing-wrong", "taken in"},     {"absent", "internal"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const auto worker = scratch.path() / row.name;
    if (std::string_view(row.name) != "absent") std::filesystem::create_symlink(program, worker);
    const bool waits = std::string_view(row.name) == "loop" || std::string_view(row.name) == "hang";
    const IntakeLimits limits{.worker_time = std::chrono::milliseconds(waits ? 50 : 30'000)};
    const int secret = open("/dev/null", O_RDONLY);  // an open descriptor that the worker must not see
    {
      const Intake intake(worker, {}, limits);
      CHECK(outcome(intake.take(file)) == row.outcome);
      if (std::string_view(row.name) != "program-ends-once") CHECK(outcome(intake.take(file)) == row.outcome);
    }
    close(secret);
    CHECK(waitpid(-1, nullptr, WNOHANG) == -1);  // no process is left behind
  }
  CHECK(outcome(Intake(worker_program()).take(file)) == "taken in");
}

TEST_CASE("a file that breaks its reader costs the files beside it nothing") {
  const Scratch scratch;
  const std::filesystem::path program = worker_program().parent_path().parent_path() / "tests" / "dokaz-intake-double";
  const auto worker = scratch.path() / "crash-at-Q";
  std::filesystem::create_symlink(program, worker);
  const auto good = scratch.write("good.jpg", Jpeg{}.bytes());
  const auto bad = scratch.write("bad.jpg", Jpeg{.trailer = text("Q")}.bytes());
  const Intake intake(worker);
  for (int round = 0; round < 3; ++round) {
    CHECK(outcome(intake.take(good)) == "taken in");
    CHECK(outcome(intake.take(bad)) == "parser_died");
  }
}

TEST_CASE("a collector that was started to ignore the end of its children takes in all the same") {
  const Scratch scratch;
  const std::filesystem::path program = worker_program().parent_path().parent_path() / "tests" / "dokaz-intake-double";
  const auto file = scratch.write("photo.jpg", Jpeg{}.bytes());
  const auto before = std::signal(SIGCHLD, SIG_IGN);
  CHECK(outcome(Intake(worker_program()).take(file)) == "taken in");
  for (const char* name : {"program-ends", "crash"}) {
    std::filesystem::create_symlink(program, scratch.path() / name);
    CHECK(outcome(Intake(scratch.path() / name).take(file)) == "parser_died");
  }
  std::signal(SIGCHLD, before);
}

TEST_CASE("a film is read where it lies, and refused where it changes meanwhile") {
  const Scratch scratch;
  Bytes film = text("\0\0\0\x18" "ftypisom\0\0\0\0mp42isom"sv);
  film.resize(300'000, 0x5a);
  const std::filesystem::path program = worker_program().parent_path().parent_path() / "tests" / "dokaz-intake-double";
  const auto take = [&](const char* does) {
    const auto file = scratch.write("film.mp4", film);
    std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
    if (!std::filesystem::exists(scratch.path() / does)) std::filesystem::create_symlink(program, scratch.path() / does);
    return Intake(scratch.path() / does).take(file);
  };
  CHECK(outcome(take("rewrites")) == "io_error");
  CHECK(outcome(take("lengthens")) == "io_error");
  CHECK(outcome(take("other-kind")) == "parser_died");
  CHECK(outcome(take("residue")) == "not_clean");
  CHECK(outcome(take("crash-in-residue")) == "parser_died");
  CHECK(outcome(take("babble-in-residue")) == "parser_died");
  const auto taken = take("writes");  // which it cannot
  REQUIRE(taken);
  CHECK(taken->checks == std::vector<std::string>{"grammar", "coded", "residue", "recovery"});
  CHECK_FALSE(taken->original->view());
  CHECK(taken->original_sha256 == sha256(film));
  CHECK(apply_recovery(recovery_of(*taken), all_of(*taken->clean), film.size()).value() == film);
  // What is read after that is for the sealing to judge.
  scratch.write("film.mp4", text("short"));
  CHECK(taken->clean->bytes(0, film.size()).code() == Errc::io_error);
}

TEST_CASE("several threads take in at once, each with a worker of its own") {
  const Scratch scratch;
  std::vector<std::filesystem::path> files;
  for (int i = 0; i < 12; ++i)
    files.push_back(scratch.write("photo" + std::to_string(i), Jpeg{.trailer = text("n" + std::to_string(i))}.bytes()));
  const Intake intake(worker_program());
  std::vector<std::future<std::string>> outcomes;
  for (const auto& file : files)
    outcomes.push_back(std::async(std::launch::async, [&intake, file] {
      const auto taken = intake.take(file);
      return taken && taken->original_sha256 == sha256(content_of(file)) ? "right" : outcome(taken);
    }));
  for (auto& one : outcomes) CHECK(one.get() == "right");
}

TEST_CASE("pixels are compared unless the documenter says otherwise") {
  const Scratch scratch;
  const auto file = scratch.write("photo.jpg", Jpeg{}.bytes());
  const auto taken = Intake(worker_program(), {.pixels = false}).take(file);
  REQUIRE(taken);
  CHECK(taken->checks == std::vector<std::string>{"grammar", "coded", "residue", "exiv2", "recovery"});
}

namespace {

/// How a child ends that does this inside the sandbox: its exit code, or 1000 and the signal.
template <class Act>
int inside(Act act) {
  const pid_t pid = fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    if (!intake::enter_sandbox(3, 4, {std::uint64_t{1} << 30, 1 << 20, 20})) _exit(99);
    _exit(act());
  }
  int status = 0;
  REQUIRE(waitpid(pid, &status, 0) == pid);
  return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("inside the sandbox there is nothing to open, nobody to call and nothing to start") {
  CHECK(inside([] { return 7; }) == 7);
  CHECK(inside([] { return open("/etc/passwd", O_RDONLY) < 0 ? 1 : 0; }) == 1);
  CHECK(inside([] { return open("/tmp/dokaz-left-behind", O_WRONLY | O_CREAT, 0600) < 0 ? 1 : 0; }) == 1);
  CHECK_FALSE(std::filesystem::exists("/tmp/dokaz-left-behind"));
  CHECK(inside([] { return socket(AF_INET, SOCK_STREAM, 0) < 0 ? 1 : 0; }) == 1);
  CHECK(inside([] { return static_cast<int>(fork()); }) == 1000 + SIGSYS);
  CHECK(inside([] { return execl("/bin/true", "true", nullptr); }) == 1000 + SIGSYS);
  CHECK(inside([] { return kill(getppid(), 0); }) == 1000 + SIGSYS);
  CHECK(inside([] { return static_cast<int>(write(1, "x", 1)); }) == 1000 + SIGSYS);
  CHECK(inside([] { return dup(0); }) == 1000 + SIGSYS);
  CHECK(inside([] {
          Byte byte = 0;
          return pread(0, &byte, 1, 0) < 0 ? 1 : 0;
        }) == 1000 + SIGSYS);
  CHECK(inside([] {
          Byte byte = 0;
          return read(3, &byte, 1) < 0 ? 1 : 0;
        }) == 1000 + SIGSYS);
  CHECK(inside([] {
          return mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
        }) == 1000 + SIGSYS);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  CHECK(inside([] {
          return mmap(nullptr, std::size_t{4} << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
                         MAP_FAILED ? 1 : 0;
        }) == 1);
#endif
}
