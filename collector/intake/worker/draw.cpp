// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/worker/draw.hpp"

#include "collector/intake/check/clean_check.hpp"
#include "collector/intake/check/residue_regions.hpp"
#include "collector/intake/pixels/raster.hpp"
#include "collector/intake/walk_media.hpp"
#include "collector/intake/worker/in_child.hpp"
#include "collector/intake/worker/sandbox.hpp"
#include "crypto/files_readable.hpp"

namespace dokaz::intake {
namespace {

constexpr int picture_fd = 3, drawn_fd = 4;
constexpr std::uint32_t longest_side = 3508;  // A4 at 300 dots an inch
constexpr SandboxLimits limits{std::uint64_t{2} << 30, std::uint64_t{320} << 20, 60};

/// EXIF may turn these; a TIFF says it elsewhere, and a HEIF file's own turns are the library's.
unsigned orientation_of(Media media, const Readable& picture) {
  if (media != Media::jpeg && media != Media::png && media != Media::webp) return 1;
  const auto blocks = check::exif_blocks(media, picture);
  return blocks && !blocks->empty() ? check::stated_orientation(blocks->front()) : 1;
}

bool has_metadata(const Readable& picture) {
  const auto walked = walk_media(picture);
  return !walked || !walked->removed.empty();
}

struct Sheet {
  Bytes file;
  int end = drawn;
};

Result<Sheet> drawn_on(ByteView picture) {
  DOKAZ_LET(media, recognise(picture.first(std::min(picture.size(), recognised_by))));
  DOKAZ_LET(seen, painted(media, picture));
  const ReadableBytes readable(picture);
  const unsigned orientation = orientation_of(media, readable);
  Raster raster = upright(std::move(seen.raster), orientation);
  Sheet sheet;
  if (seen.is_first_of_several) sheet.end |= drawn_several;
  if (seen.is_as_coded && orientation == 1) sheet.end |= drawn_as_coded;
  if (has_metadata(readable)) sheet.end |= drawn_with_metadata;
  if (media == Media::png) {
    sheet.file = pixmap_of(raster);
    return sheet;
  }
  DOKAZ_LET(jpeg, jpeg_of(fitted(std::move(raster), longest_side)));
  sheet.file = std::move(jpeg);
  return sheet;
}

}  // namespace

int draw() {
  const auto picture = map(picture_fd);
  if (!picture) return 2;
  if (!enter_sandbox(picture_fd, drawn_fd, limits)) return 3;
  try {
    const auto sheet = drawn_on(*picture);
    _exit(!sheet ? not_drawn : write_all(drawn_fd, sheet->file) ? sheet->end : 5);
  } catch (...) {
    _exit(not_drawn);
  }
}

}  // namespace dokaz::intake
