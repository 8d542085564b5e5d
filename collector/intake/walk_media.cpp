// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/walk_media.hpp"

#include "collector/intake/heif/heif_walker.hpp"
#include "collector/intake/gif/gif_walker.hpp"
#include "collector/intake/jpeg/jpeg_walker.hpp"
#include "collector/intake/mp4/mp4_walker.hpp"
#include "collector/intake/png/png_walker.hpp"
#include "collector/intake/webp/webp_walker.hpp"
#include "collector/intake/tiff/tiff_walker.hpp"

namespace dokaz::intake {

Result<Walked> walk_media(const Content& file, const WalkOptions& options) {
  DOKAZ_LET(head, file.bytes(0, std::min<std::uint64_t>(file.size(), recognised_by)));
  DOKAZ_LET(media, recognise(head));
  if (is_streamed(media)) return walk_mp4(file, options);
  DOKAZ_CHECK(file.view().has_value());
  const ByteView bytes = *file.view();
  switch (media) {
    case Media::jpeg: return walk_jpeg(bytes, options);
    case Media::png: return walk_png(bytes, options);
    case Media::tiff: return walk_tiff(bytes, options);
    case Media::heic:
    case Media::avif: return walk_heif(bytes, options);
    case Media::webp: return walk_webp(bytes, options);
    case Media::gif: return walk_gif(bytes, options);
    case Media::mp4:
    case Media::quicktime:
    case Media::three_gp:
    case Media::m4a: break;
  }
  return fail(Errc::unsupported_media);
}

}  // namespace dokaz::intake
