// SPDX-License-Identifier: GPL-3.0-or-later
// A worker as a hostile file would like it: what it does wrong is the name under which it is started.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "collector/intake/worker/worker_answer.hpp"
#include "collector/intake/worker/worker_server.hpp"

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
  return write(answer_fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) ? 0 : 9;
}

Media media_of(const WorkerRequest& request, bool other) { return request.streamed != other ? Media::mp4 : Media::jpeg; }

TakeAnswer whole(const Bytes& original, Media media) {
  TakeAnswer out;
  out.media = media;
  out.width = out.height = 16;
  out.plan.copy(0, original.size());
  return out;
}

/// How many descriptors are open, and whether the environment holds anything.
bool sees_only_its_own(bool with_plan) {
  int open = 0;
  for (int fd = 0; fd < 1024; ++fd) open += fcntl(fd, F_GETFD) >= 0;
  return open == (with_plan ? 6 : 5) && (environ == nullptr || *environ == nullptr);
}

/// What a film's owner, or somebody beside them, may do while it is read: the program's own descriptor cannot.
bool rewrite(off_t at) {
  const int again = open("/proc/self/fd/3", O_WRONLY);
  return again >= 0 && pwrite(again, "another", 7, at) == 7;
}

bool can_write_to_original() { return (fcntl(original_fd, F_GETFL) & O_ACCMODE) != O_RDONLY; }

int take(const std::string& name, const Bytes& original, Media media) {
  TakeAnswer out = whole(original, media);
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
  return answer(bytes);
}

int check(const std::string& name, Media media) {
  if (name == "rewrites" && !rewrite(100)) return 9;
  if (name == "lengthens" && !rewrite(1'000'000)) return 9;
  if (name == "writes" && can_write_to_original()) return 9;
  if (name == "crash-in-check") raise(SIGSEGV);
  if (name == "unclean") return answer(encode(fail(Errc::not_clean, "a rule")));
  return answer(encode(CheckAnswer{media, 16, name == "disagree" ? 17u : 16u, {}, {}}));
}

int residue(const std::string& name) {
  if (name == "crash-in-residue") raise(SIGSEGV);
  if (name == "residue") return answer(encode(fail(Errc::not_clean, "something that was removed")));
  if (name == "babble-in-residue") return answer(encode(PixelsAnswer{}));
  return answer(encode(ResidueAnswer{}));
}

int pixels(const std::string& name) {
  if (name == "crash-in-pixels") raise(SIGSEGV);
  if (name == "no-judge") return answer(encode(fail(Errc::unsupported_media)));
  if (name == "other-pixels") return answer(encode(fail(Errc::not_clean, "the decoded pixels differ")));
  if (name == "babble-in-pixels") return answer(encode(CheckAnswer{}));
  return answer(encode(PixelsAnswer{}));
}

int child(const std::string& name, const WorkerRequest& request) {
  const bool with_plan = request.task != WorkerTask::take;
  const Bytes original = file(original_fd);
  if (name == "crash") raise(SIGSEGV);
  if (name == "abort") std::abort();
  if (name == "loop")
    for (volatile bool on = true; on;) continue;
  if (name == "hang") pause();
  if (name == "exit-1") return 1;
  if (name == "silent") return 0;
  if (name == "babble") return answer(to_bytes("all is well"));
  if (name == "flood") return ftruncate(answer_fd, 100'000'000);
  if (name == (with_plan ? "surroundings-in-check" : "surroundings"))
    return answer(encode(fail(sees_only_its_own(with_plan) ? Errc::malformed_media : Errc::too_large)));
  if (name == "forbidden-failure") return answer(encode(fail(Errc::already_sealed)));
  if (name == "loud-failure") return answer(encode(fail(Errc::malformed_media, std::string(2000, 'x'))));
  if (name == "crash-at-Q" && original.back() == 'Q') raise(SIGSEGV);
  const Media media = media_of(request, name == "other-kind");
  switch (request.task) {
    case WorkerTask::take: return take(name, original, media);
    case WorkerTask::check: return check(name, media);
    case WorkerTask::pixels: return pixels(name);
    case WorkerTask::residue: return residue(name);
  }
  return 8;
}

/// Whether this is the first of two programs that were started under this name.
bool is_first(const char* program) {
  const int mark = open((std::string(program) + ".mark").c_str(), O_CREAT | O_EXCL | O_WRONLY, 0600);
  return mark >= 0;
}

}  // namespace

int main(int, char** arguments) {
  const std::string name = std::filesystem::path(arguments[0]).filename();
  constexpr int socket = 3;
  const bool ends = name == "program-ends" || (name == "program-ends-once" && is_first(arguments[0]));
  if (ends && receive_request(socket)) return 0;
  if (name == "program-babbles" && receive_request(socket)) return static_cast<int>(write(socket, "babble", 6));
  serve(socket, [&](const WorkerRequest& request) { return child(name, request); });
}
