// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/pixels/pixels.hpp"

namespace dokaz::intake {

Result<Sha256> pixels_of(Media media, ByteView file, Warnings warnings) {
  switch (media) {
    case Media::jpeg: return pixels::jpeg(file, warnings);
    case Media::tiff: return pixels::tiff(file);
    case Media::heic:
    case Media::avif: return pixels::heif(file);
    case Media::png: return pixels::png(file);
    case Media::webp: return pixels::webp(file);
    case Media::gif: return pixels::gif(file);
    case Media::mp4:
    case Media::quicktime:
    case Media::three_gp:
    case Media::m4a: break;
  }
  return fail(Errc::unsupported_media);
}

}  // namespace dokaz::intake
