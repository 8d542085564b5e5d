// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/jpeg/jpeg_beside.hpp"

#include <algorithm>

namespace dokaz::intake::jpeg {

void warn(Walked& walked, std::string_view words) {
  if (std::find(walked.warnings.begin(), walked.warnings.end(), words) == walked.warnings.end())
    walked.warnings.emplace_back(words);
}

void Beside::finish(ByteView trailer, const std::vector<TrailerPart>& parts) {
  const std::size_t own_exif = walked_.blocks.exif.size();
  for (const TrailerPart& part : parts) {
    look_into(part, trailer);
    if (part.kind != TrailerPart::Kind::samsung) continue;
    const ByteView data = trailer.subspan(part.offset, part.size);
    for (const TrailerPart& inner : parts_within(data)) look_into(inner, data);
  }
  look_for_previews(own_exif);
  const Shape picture{walked_.width, walked_.height};
  if (std::any_of(shapes_.begin(), shapes_.end(), [&](Shape shape) { return differs(shape, picture); }))
    warn(walked_, "an embedded preview has other proportions than the picture: it may show what was cut off");
}

void Beside::look_into(const TrailerPart& part, ByteView around) {
  switch (part.kind) {
    case TrailerPart::Kind::picture:
      if (part.picture.gain_map) {
        warn(walked_, "a map of brightness was removed: screens for HDR may show the picture flatter");
      } else {
        warn(walked_, "further pictures after the end of the first are kept in recovery only");
        note({part.picture.width, part.picture.height});
      }
      append_blocks(part.picture.blocks);
      return;
    case TrailerPart::Kind::film:
      warn(walked_, "a film after the end of the picture (motion photo) is kept in recovery only");
      read_film(around.subspan(part.offset, part.size), walked_.blocks, walked_.values);
      return;
    case TrailerPart::Kind::samsung:
    case TrailerPart::Kind::zip:
    case TrailerPart::Kind::other: break;
  }
  warn(walked_, "bytes after the end of the picture are kept in recovery only");
}

/// The picture's own metadata hold previews, and these metadata in turn. No further: nothing nests without end.
void Beside::look_for_previews(std::size_t own_exif) {
  std::vector<Preview> previews = previews_in_photoshop(walked_.blocks.photoshop);
  for (std::size_t i = 0; i < own_exif; ++i)
    for (const Preview& preview : previews_in_exif(walked_.blocks.exif[i])) previews.push_back(preview);
  MetadataBlocks inner;
  for (const Preview& preview : previews) {
    note(preview.shape);
    if (preview.jpeg.empty()) continue;
    const MetadataBlocks found = look_at(preview.jpeg).blocks;
    inner.exif.insert(inner.exif.end(), found.exif.begin(), found.exif.end());
    inner.xmp.insert(inner.xmp.end(), found.xmp.begin(), found.xmp.end());
  }
  append_blocks(inner);
}

void Beside::append_blocks(const MetadataBlocks& blocks) {
  MetadataBlocks& to = walked_.blocks;
  to.exif.insert(to.exif.end(), blocks.exif.begin(), blocks.exif.end());
  to.xmp.insert(to.xmp.end(), blocks.xmp.begin(), blocks.xmp.end());
  append(to.photoshop, blocks.photoshop);
}

}  // namespace dokaz::intake::jpeg
