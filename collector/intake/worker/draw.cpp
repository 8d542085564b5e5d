// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/worker/draw.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/intake/pixels/raster.hpp"
#include "collector/intake/worker/sandbox.hpp"

namespace dokaz::intake {
namespace {

constexpr int picture_fd = 3, drawn_fd = 4;
constexpr std::uint32_t longest_side = 3508;  // A4 at 300 dots an inch
constexpr SandboxLimits limits{std::uint64_t{2} << 30, std::uint64_t{320} << 20, 60};

Result<Bytes> drawn(ByteView picture) {
  DOKAZ_LET(media, recognise(picture.first(std::min(picture.size(), recognised_by))));
  DOKAZ_LET(raster, raster_of(media, picture));
  if (media == Media::png) return pixmap_of(raster);
  return jpeg_of(fitted(std::move(raster), longest_side));
}

bool write_all(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(drawn_fd, bytes.data(), bytes.size());
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

int draw() {
  struct stat about {};
  if (fstat(picture_fd, &about) != 0 || about.st_size <= 0) return 2;
  const auto size = static_cast<std::size_t>(about.st_size);
  void* const at = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, picture_fd, 0);
  if (at == MAP_FAILED || !enter_sandbox(picture_fd, drawn_fd, limits)) return 3;
  try {
    const auto jpeg = drawn(ByteView(static_cast<const Byte*>(at), size));
    _exit(jpeg && write_all(*jpeg) ? 0 : 1);
  } catch (...) {
    _exit(1);
  }
}

}  // namespace dokaz::intake
