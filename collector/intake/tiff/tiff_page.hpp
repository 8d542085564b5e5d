// SPDX-License-Identifier: GPL-3.0-or-later
// One page of a TIFF: all that decides how its picture looks, and nothing else.
#pragma once

#include <optional>

#include "collector/intake/tiff/tiff_directory.hpp"

namespace dokaz::intake::tiff {

enum Tag : unsigned {
  new_subfile_type = 254, subfile_type = 255, image_width = 256, image_length = 257, bits_per_sample = 258,
  compression = 259, photometric = 262, fill_order = 266, strip_offsets = 273, orientation = 274,
  samples_per_pixel = 277, rows_per_strip = 278, strip_byte_counts = 279, planar_configuration = 284,
  t4_options = 292, t6_options = 293, predictor = 317, color_map = 320, tile_width = 322, tile_length = 323,
  tile_offsets = 324, tile_byte_counts = 325, sub_directories = 330, ink_set = 332, extra_samples = 338,
  sample_format = 339, jpeg_tables = 347, ycbcr_coefficients = 529, ycbcr_subsampling = 530,
  ycbcr_positioning = 531, reference_black_white = 532, icc_profile = 34675
};

enum Codec : unsigned {
  no_codec = 1, fax_lines = 2, fax_group3 = 3, fax_group4 = 4, lzw = 5, jpeg = 7, deflate = 8, packbits = 32773,
  old_deflate = 32946
};
enum Photometric : unsigned { white_is_zero = 0, black_is_zero = 1, rgb = 2, palette = 3, mask = 4, separated = 5,
                              ycbcr = 6, cielab = 8 };

/// A strip or tile: where its coded data lie, and what they must decode to.
struct Strip {
  std::uint64_t at = 0, size = 0;     ///< in the file
  std::uint32_t columns = 0, rows = 0;
  std::uint64_t decoded = 0;          ///< bytes
};

struct Page {
  std::uint32_t kind = 0;  ///< NewSubfileType: 2 a page of several, 4 a mask
  std::uint32_t width = 0, height = 0, bits = 1, codec = no_codec, photometric = 0, fill = 1, turned = 1, samples = 1,
                planar = 1, t4 = 0, predictor = 1;
  bool tiled = false;
  std::uint32_t columns = 0, rows = 0;        ///< of a full strip or tile
  std::vector<std::uint32_t> extra, formats;  ///< formats empty where all samples are unsigned numbers
  std::uint32_t across = 1, down = 1, siting = 1;  ///< YCbCr: subsampling and positioning
  bool bt709 = false, studio_range = false;   ///< YCbCr: other than BT.601 coefficients, other than full range
  std::optional<Entry> colours, tables, profile;
  std::vector<Strip> strips;
  std::uint64_t decoded = 0;                  ///< bytes of all strips together

  bool is_fax() const { return codec >= fax_lines && codec <= fax_group4; }
  std::uint32_t samples_in_strip() const { return planar == 1 ? samples : 1; }
};

/// More than so many bytes of samples in all pages together are `too_large`.
inline constexpr std::uint64_t largest_raster = std::uint64_t{4} << 30;

/// Whether the directory holds a smaller version of another page: a preview, which may show more than the page.
bool is_reduced(const File& file, const Directory& directory);
/// `unsupported_media` for raw photos and for codecs and samples that cannot be checked, by name;
/// `malformed_media`; `truncated_media` where strips lie beyond the end; `too_large`, also for more than `most_strips`.
Result<Page> read_page(const File& file, const Directory& directory, std::uint64_t most_strips);

}  // namespace dokaz::intake::tiff
