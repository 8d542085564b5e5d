// SPDX-License-Identifier: GPL-3.0-or-later
// Measures the film walker and its check on one file: dokaz_film_bench FILM [CLEAN-COPY]
// A film of 2 GiB with an SEI in each frame comes of a short one that is repeated without coding it again:
//   ffmpeg -f lavfi -i testsrc2=size=1920x1080:rate=30:duration=6,noise=alls=30:allf=t -c:v libx264 -preset ultrafast
//     -b:v 40M -x264-params pic-struct=1:aud=1 -pix_fmt yuv420p short.mp4
//   ffmpeg -stream_loop 65 -i short.mp4 -c copy film.mp4
// Prints times, throughput and the highest memory; writes the clean copy where a name for it is given.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "collector/intake/check/clean_check.hpp"
#include "collector/intake/walk_media.hpp"

using namespace dokaz;
using namespace dokaz::intake;

namespace {

class FileContent : public Content {
 public:
  explicit FileContent(const char* name) : fd_(open(name, O_RDONLY | O_CLOEXEC)) {
    struct stat about {};
    if (fd_ >= 0 && fstat(fd_, &about) == 0) size_ = static_cast<std::uint64_t>(about.st_size);
  }
  ~FileContent() override { close(fd_); }
  FileContent(const FileContent&) = delete;
  FileContent& operator=(const FileContent&) = delete;
  std::uint64_t size() const override { return size_; }
  Status read(std::span<Byte> into, std::uint64_t offset) const override {
    while (!into.empty()) {
      const ssize_t got = pread(fd_, into.data(), into.size(), static_cast<off_t>(offset));
      if (got <= 0) return fail(got == 0 ? Errc::truncated_media : Errc::io_error);
      into = into.subspan(static_cast<std::size_t>(got));
      offset += static_cast<std::uint64_t>(got);
    }
    return {};
  }

 private:
  int fd_;
  std::uint64_t size_ = 0;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void row(const char* what, double seconds, std::uint64_t bytes) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("%-12s %7.3f s  %8.0f MB/s  at most %ld MiB\n", what, seconds, static_cast<double>(bytes) / 1e6 / seconds,
              usage.ru_maxrss / 1024);
}

bool write_copy(const PlannedCopy& copy, const char* name) {
  const int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  Bytes block;
  bool good = fd >= 0;
  for (std::uint64_t at = 0; good && at < copy.size(); at += block.size()) {
    block.resize(static_cast<std::size_t>(std::min<std::uint64_t>(copy.size() - at, std::uint64_t{1} << 20)));
    good = copy.read(block, at) && write(fd, block.data(), block.size()) == static_cast<ssize_t>(block.size());
  }
  return close(fd) == 0 && good;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return 2;
  const FileContent film(arguments[1]);
  auto start = std::chrono::steady_clock::now();
  const auto walked = walk_media(film);
  if (!walked) return std::printf("refused: %s %s\n", std::string(name_of(walked.code())).c_str(), walked.error().detail.c_str()), 1;
  row("walk", seconds_since(start), film.size());
  const PlannedCopy clean(film, walked->plan);
  std::printf("%s, %ux%u, orientation %u, %llu ms, %zu steps, %llu of %llu bytes\n",
              std::string(media_type_of(walked->media)).c_str(), walked->width, walked->height, walked->orientation,
              static_cast<unsigned long long>(walked->duration_ms), walked->plan.steps().size(),
              static_cast<unsigned long long>(clean.size()), static_cast<unsigned long long>(film.size()));
  for (const RemovedElement& element : walked->removed)
    std::printf("  removed %s %llu\n", element.kind.c_str(), static_cast<unsigned long long>(element.length));
  for (const ContainerValue& value : walked->values) std::printf("  said %s: %s\n", value.name.c_str(), value.value.c_str());
  for (const std::string& warning : walked->warnings) std::printf("  warning: %s\n", warning.c_str());
  if (count > 2 && !write_copy(clean, arguments[2])) return 1;
  start = std::chrono::steady_clock::now();
  const auto checked = check_clean(film, clean);
  row("check", seconds_since(start), film.size());
  if (!checked) return std::printf("the check refuses: %s\n", checked.error().detail.c_str()), 1;
  return 0;
}
