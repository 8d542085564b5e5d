// SPDX-License-Identifier: GPL-3.0-or-later
// A worker as a hostile file would like it: what it does wrong is the name under which it is started.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "collector/intake/worker/worker_answer.hpp"

using namespace dokaz;
using namespace dokaz::intake;

namespace {

Bytes file(int fd) {
  struct stat about {};
  fstat(fd, &about);
  Bytes out(static_cast<std::size_t>(about.st_size));
  if (pread(fd, out.data(), out.size(), 0) != about.st_size) _exit(9);
  return out;
}

/// The exit code.
int answer(const Bytes& bytes) {
  return write(4, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) ? 0 : 9;
}

TakeAnswer whole(const Bytes& original) {
  TakeAnswer out;
  out.width = out.height = 16;
  out.plan.copy(0, original.size());
  return out;
}

/// How many descriptors are open, and whether the environment holds anything.
bool sees_only_its_own(bool checks) {
  int open = 0;
  for (int fd = 0; fd < 1024; ++fd) open += fcntl(fd, F_GETFD) >= 0;
  return open == (checks ? 6 : 5) && (environ == nullptr || *environ == nullptr);
}

}  // namespace

int main(int, char** arguments) {
  const std::string name = std::filesystem::path(arguments[0]).filename();
  const bool checks = std::string_view(arguments[1]) == "check";
  const Bytes original = file(3);
  if (name == "crash") raise(SIGSEGV);
  if (name == "abort") std::abort();
  if (name == "loop")
    for (volatile bool on = true; on;) continue;
  if (name == "hang") pause();
  if (name == "exit-1") return 1;
  if (name == "silent") return 0;
  if (name == "babble") return answer(to_bytes("all is well"));
  if (name == "flood") return ftruncate(4, 100'000'000);
  if (name == "surroundings")
    return answer(encode(fail(sees_only_its_own(checks) ? Errc::malformed_media : Errc::too_large)));
  if (name == "forbidden-failure") return answer(encode(fail(Errc::already_sealed)));
  if (name == "loud-failure") return answer(encode(fail(Errc::malformed_media, std::string(2000, 'x'))));

  TakeAnswer out = whole(original);
  if (name == "beyond") out.plan.copy(original.size() - 1, 2);
  if (name == "no-plan") out.plan = {};
  if (name == "endless")
    for (int i = 0; i < 1'000'000; ++i) out.plan.copy(0, original.size());
  if (name == "foreign-fact") out.facts.push_back({"note", std::string("signed by nobody")});
  if (name == "control-fact") out.facts.push_back({"software", std::string("a\x1b[2J")});
  if (name == "long-fact") out.facts.push_back({"software", std::string(1025, 'x')});
  if (name == "same-fact") out.facts = {{"software", std::string("a")}, {"software", std::string("b")}};
  if (name == "odd-day") out.facts.push_back({"capture.time", std::string("2026-02-30T10:12:00")});
  if (name == "odd-place") out.facts.push_back({"capture.place", std::string("91,0")});
  if (name == "odd-source") out.facts.push_back({"capture.time.source", std::string("said by the worker")});
  if (name == "odd-turn") out.facts.push_back({"image.orientation", std::uint64_t{9}});
  if (name == "no-contradiction")
    out.contradictions.push_back({"device.make", {{"exif Make", "A"}, {"xmp tiff:Make", "A"}}});
  if (name == "odd-kind") out.removed.push_back({"../x", 1, {}});
  if (name == "odd-warning") out.warnings.push_back("\n");
  Bytes bytes = encode(out);
  if (name == "odd-media") bytes[15] = 99;
  if (name == "more") bytes.push_back(0);
  if (name == "crash-in-check" && checks) raise(SIGSEGV);
  if (checks) bytes = encode(CheckAnswer{Media::jpeg, 16, name == "disagree" ? 17u : 16u, {}});
  if (name == "unclean" && checks) bytes = encode(fail(Errc::not_clean, "a rule"));
  return answer(bytes);
}
