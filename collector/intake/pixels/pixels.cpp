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

Status same_pixels(Media media, ByteView original, ByteView clean) {
  if (media == Media::jpeg && pixels::same_jpeg(original, clean)) return {};
  DOKAZ_LET(before, pixels_of(media, original, Warnings::passed_by));
  const auto after = pixels_of(media, clean);
  if (!after) return fail(Errc::not_clean, "the decoder complains of the clean copy alone");
  return *after == before ? Status() : Status(fail(Errc::not_clean, "the decoded pixels differ"));
}

}  // namespace dokaz::intake
