// SPDX-License-Identifier: GPL-3.0-or-later
// The main picture of a HEIC or AVIF file in libheif's hands, from its opening to its release.
#pragma once

#include <libheif/heif.h>

#include <memory>

#include "collector/intake/pixels/heif_decoders.hpp"
#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz::intake::pixels {

struct ReleaseHeif {
  void operator()(heif_context* context) const { heif_context_free(context); }
  void operator()(heif_image_handle* handle) const { heif_image_handle_release(handle); }
  void operator()(heif_image* image) const { heif_image_release(image); }
  void operator()(heif_decoding_options* options) const { heif_decoding_options_free(options); }
};
template <class T>
using OwnedHeif = std::unique_ptr<T, ReleaseHeif>;

inline bool is_good(const heif_error& error) { return error.code == heif_error_Ok; }
inline Error heif_complaint() { return fail(Errc::malformed_media, "HEIF: the decoder complains"); }

/// The file's bytes must outlive it.
struct HeifPicture {
  OwnedHeif<heif_context> context;
  OwnedHeif<heif_image_handle> handle;
  std::uint64_t width = 0, height = 0;  ///< as shown; neither is 0

  /// In the calling thread. malformed_media where the library complains.
  static Result<HeifPicture> open(ByteView file) {
    register_heif_decoders();
    HeifPicture picture{OwnedHeif<heif_context>(heif_context_alloc()), {}};
    heif_context_set_max_decoding_threads(picture.context.get(), 0);
    if (!is_good(heif_context_read_from_memory_without_copy(picture.context.get(), file.data(), file.size(), nullptr)))
      return heif_complaint();
    heif_image_handle* found = nullptr;
    if (!is_good(heif_context_get_primary_image_handle(picture.context.get(), &found))) return heif_complaint();
    picture.handle.reset(found);
    const int across = heif_image_handle_get_width(found), down = heif_image_handle_get_height(found);
    if (across < 1 || down < 1) return heif_complaint();
    picture.width = static_cast<std::uint64_t>(across);
    picture.height = static_cast<std::uint64_t>(down);
    return picture;
  }
  const heif_image_handle* get() const { return handle.get(); }
};

}  // namespace dokaz::intake::pixels
