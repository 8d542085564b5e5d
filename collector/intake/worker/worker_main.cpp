// SPDX-License-Identifier: GPL-3.0-or-later
// dokaz-intake: reads one file in a sandbox. Started by the collector only, with an empty environment.
//   descriptor 3  the original, a sealed memory file
//   descriptor 4  where the answer goes
//   descriptor 5  the clean copy, a sealed memory file (`check` only)
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "collector/intake/check/clean_check.hpp"
#include "collector/intake/metadata/metadata_reader.hpp"
#include "collector/intake/walk_media.hpp"
#include "collector/intake/worker/sandbox.hpp"
#include "collector/intake/worker/worker_answer.hpp"

using namespace dokaz;
using namespace dokaz::intake;

namespace {

constexpr int original_fd = 3, answer_fd = 4, clean_fd = 5;

std::optional<ByteView> map(int fd) {
  struct stat about {};
  if (fstat(fd, &about) != 0) return std::nullopt;
  const auto size = static_cast<std::size_t>(about.st_size);
  if (size == 0) return ByteView();
  void* at = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (at == MAP_FAILED) return std::nullopt;
  return ByteView(static_cast<const Byte*>(at), size);
}

Result<Bytes> take(ByteView original) {
  DOKAZ_LET(walked, walk_media(MemoryContent(original)));
  if (walked.removed.size() > removed_cap) return fail(Errc::malformed_media, "more parts than a picture has");
  TakeAnswer answer;
  answer.media = walked.media;
  answer.width = walked.width;
  answer.height = walked.height;
  ReadMetadata read = read_metadata(walked);
  answer.facts = std::move(read.facts);
  answer.contradictions = std::move(read.contradictions);
  answer.warnings = std::move(walked.warnings);
  answer.warnings.insert(answer.warnings.end(), read.warnings.begin(), read.warnings.end());
  std::sort(answer.warnings.begin(), answer.warnings.end());
  answer.warnings.erase(std::unique(answer.warnings.begin(), answer.warnings.end()), answer.warnings.end());
  answer.removed = std::move(walked.removed);
  answer.plan = std::move(walked.plan);
  return encode(answer);
}

Result<Bytes> check_copy(ByteView original, ByteView clean) {
  DOKAZ_LET(checked, check_clean(MemoryContent(original), MemoryContent(clean)));
  if (!checked.exif.empty() && exif_keys(checked.exif) != std::vector<std::string>{"Exif.Image.Orientation"})
    return fail(Errc::not_clean, "exiv2 sees more than the orientation");
  return encode(CheckAnswer{checked.media, checked.width, checked.height, checked.coded});
}

bool write_all(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(answer_fd, bytes.data(), bytes.size());
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view mode = count == 2 ? arguments[1] : "";
  if (mode != "take" && mode != "check") return 2;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prepare_metadata_reader();
  const auto original = map(original_fd);
  const auto clean = mode == "check" ? map(clean_fd) : ByteView();
  if (!original || !clean) return 3;
  constexpr std::uint64_t base = std::uint64_t{512} << 20;
  if (!enter_sandbox(answer_fd, base + 6 * original->size(), base + 3 * original->size())) return 4;
  try {
    const auto answer = mode == "take" ? take(*original) : check_copy(*original, *clean);
    _exit(write_all(answer ? *answer : encode(answer.error())) ? 0 : 5);
  } catch (...) {
    _exit(6);
  }
}
