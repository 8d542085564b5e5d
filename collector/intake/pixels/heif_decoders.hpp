// SPDX-License-Identifier: GPL-3.0-or-later
// libde265 and dav1d as decoders for libheif, in the calling thread: the sandbox lets none be started, which libheif's
// own adapters for them do without asking.
#pragma once

#include <libheif/heif.h>
#include <libheif/heif_plugin.h>
#include <malloc.h>

#include <cstddef>
#include <cstdint>

namespace dokaz::intake::pixels {

extern const heif_decoder_plugin hevc_decoder, av1_decoder;

/// Higher than those of libheif's own.
inline constexpr int decoder_priority = 1000, decoder_interface = 3;

inline constexpr heif_error decoder_is_content = {heif_error_Ok, heif_suberror_Unspecified, "good"};
inline constexpr heif_error decoder_complains = {heif_error_Decoder_plugin_error, heif_suberror_Unspecified,
                                                 "the decoder complains"};

/// Samples of a picture where a decoder left them.
struct DecodedPlanes {
  int chroma = 0;  ///< 0 none, 1 4:2:0, 2 4:2:2, 3 4:4:4
  struct Plane {
    const std::uint8_t* samples = nullptr;
    std::ptrdiff_t stride = 0;  ///< bytes from row to row
    int width = 0, height = 0, bits = 0;
  } planes[3];
};
/// Into an image of libheif's. `out` stays as it is in case of failure.
heif_error copy_planes(const DecodedPlanes& from, heif_image** out);

/// For the life of the process; further calls do nothing. From one thread at a time.
void register_heif_decoders();

/// The library leaves parts of its canvas as they come from the allocator, where pictures are laid over others. This
/// gives most of them one value; where it does not, a right clean copy is refused, and none is let through.
class OneValueOfNewMemory {
 public:
  OneValueOfNewMemory() { mallopt(M_PERTURB, 0x55); }
  ~OneValueOfNewMemory() { mallopt(M_PERTURB, 0); }
  OneValueOfNewMemory(const OneValueOfNewMemory&) = delete;
  OneValueOfNewMemory& operator=(const OneValueOfNewMemory&) = delete;
};

}  // namespace dokaz::intake::pixels
