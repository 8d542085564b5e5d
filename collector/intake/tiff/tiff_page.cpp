// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/tiff/tiff_page.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

namespace dokaz::intake::tiff {
namespace {

using Numbers = std::vector<std::uint32_t>;

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("TIFF: ") + what); }
Error unsupported(const std::string& what) { return fail(Errc::unsupported_media, "TIFF: " + what); }

/// Tags that only raw photos have: CFA pattern, TIFF/EP, DNG version and raw data of camera makers.
constexpr unsigned raw_tags[] = {33421, 33422, 37398, 50706, 50740, 50752, 61440};

class PageReader {
 public:
  PageReader(const File& file, const Directory& directory, std::uint64_t most_strips)
      : file_(file), directory_(directory), most_strips_(most_strips) {}

  Result<Page> run() {
    for (const Entry& entry : directory_.entries) {
      if (std::find(std::begin(raw_tags), std::end(raw_tags), entry.tag) != std::end(raw_tags))
        return unsupported("a raw photo");
      if (!entries_.emplace(entry.tag, &entry).second && (entry.tag <= reference_black_white || entry.tag == icc_profile))
        return bad("a tag twice in one directory");
    }
    DOKAZ_TRY(read_geometry());
    DOKAZ_TRY(read_codec());
    DOKAZ_TRY(read_samples());
    if (page_.photometric == ycbcr) DOKAZ_TRY(read_ycbcr());
    if (const Entry* entry = find(icc_profile); entry && entry->outside()) page_.profile = *entry;
    DOKAZ_TRY(read_strips());
    return std::move(page_);
  }

 private:
  const Entry* find(unsigned tag) const {
    const auto found = entries_.find(tag);
    return found == entries_.end() ? nullptr : found->second;
  }
  /// Exactly `count` values; `otherwise` where the tag is not there.
  Result<Numbers> several(unsigned tag, std::uint64_t count, Numbers otherwise) const {
    const Entry* entry = find(tag);
    if (!entry) return otherwise;
    if (entry->count != count) return bad("a tag with the wrong number of values");
    return file_.numbers(*entry);
  }
  Result<std::uint32_t> one(unsigned tag, std::uint32_t otherwise) const {
    DOKAZ_LET(values, several(tag, 1, {otherwise}));
    return values.front();
  }

  Status read_geometry() {
    DOKAZ_LET(kind, one(new_subfile_type, 0));
    DOKAZ_LET(width, one(image_width, 0));
    DOKAZ_LET(height, one(image_length, 0));
    DOKAZ_LET(samples, one(samples_per_pixel, 1));
    DOKAZ_LET(planar, one(planar_configuration, 1));
    DOKAZ_LET(turned, one(orientation, 1));
    DOKAZ_LET(fill, one(fill_order, 1));
    DOKAZ_LET(old_kind, one(subfile_type, 1));
    if (kind > 7) return bad("kind of page");
    if (old_kind == 2 && !find(new_subfile_type)) return unsupported("a preview marked as old programs did");
    if (width == 0 || height == 0 || width > INT32_MAX || height > INT32_MAX) return bad("dimensions");
    if (samples == 0 || samples > 16) return bad("number of samples");
    if (planar != 1 && planar != 2) return bad("planar configuration");
    if (fill != 1 && fill != 2) return bad("fill order");
    page_.kind = kind;
    page_.width = width;
    page_.height = height;
    page_.samples = samples;
    page_.planar = samples == 1 ? 1 : planar;
    page_.turned = turned >= 1 && turned <= 8 ? turned : 1;
    page_.fill = fill;
    return {};
  }

  Status read_codec() {
    DOKAZ_LET(codec, one(compression, no_codec));
    page_.codec = codec;
    if (codec == 34713 || codec == 32767 || codec == 32770 || codec == 65535 || codec == 34892)
      return unsupported("a raw photo");
    if (codec == 6) return unsupported("old-style JPEG");
    constexpr std::uint32_t known[] = {no_codec, fax_lines, fax_group3, fax_group4, lzw, jpeg, deflate, packbits, old_deflate};
    if (std::find(std::begin(known), std::end(known), codec) == std::end(known))
      return unsupported("compression " + std::to_string(codec));
    if (codec == fax_group3) {
      DOKAZ_LET(options, one(t4_options, 0));
      if (options > 7) return bad("fax options");
      page_.t4 = options;
    }
    if (codec == fax_group4) {
      DOKAZ_LET(options, one(t6_options, 0));
      if (options != 0) return unsupported("fax pictures in uncompressed mode");
    }
    if (codec == lzw || codec == deflate || codec == old_deflate) {
      DOKAZ_LET(kind, one(predictor, 1));
      if (kind == 0 || kind > 3) return bad("predictor");
      page_.predictor = kind;
    }
    if (codec == jpeg)
      if (const Entry* entry = find(jpeg_tables)) {
        if (entry->type != undefined || entry->size == 0) return bad("JPEG tables");
        page_.tables = *entry;
      }
    return {};
  }

  Status read_samples() {
    const Entry* look = find(photometric);
    if (!look) return bad("no colour space");
    DOKAZ_LET(space, one(photometric, 0));
    if (space == 32803 || space == 34892) return unsupported("a raw photo");
    page_.photometric = space;
    std::uint32_t colours = 0;
    switch (space) {
      case white_is_zero:
      case black_is_zero:
      case palette:
      case mask: colours = 1; break;
      case rgb:
      case ycbcr:
      case cielab: colours = 3; break;
      case separated: colours = 4; break;
      default: return unsupported("colour space " + std::to_string(space));
    }
    if (page_.samples < colours) return bad("number of samples");
    const std::uint32_t more = page_.samples - colours;
    DOKAZ_LET(depths, several(bits_per_sample, page_.samples, Numbers(page_.samples, 1)));
    DOKAZ_LET(formats, several(sample_format, page_.samples, Numbers(page_.samples, 1)));
    const std::uint32_t depth = page_.bits = depths.front();
    constexpr std::uint32_t usual[] = {1, 2, 4, 8, 12, 16, 24, 32, 64};
    if (std::find(std::begin(usual), std::end(usual), depth) == std::end(usual) ||
        std::any_of(depths.begin(), depths.end(), [&](std::uint32_t other) { return other != depth; }))
      return unsupported("samples of unusual sizes");
    if (std::any_of(formats.begin(), formats.end(), [](std::uint32_t format) { return format == 0 || format > 3; }))
      return unsupported("samples of an unusual format");
    if (std::any_of(formats.begin(), formats.end(), [](std::uint32_t format) { return format != 1; }))
      page_.formats = formats;
    if (more > 0) {
      DOKAZ_LET(extra, several(extra_samples, more, Numbers(more, 0)));
      if (std::any_of(extra.begin(), extra.end(), [](std::uint32_t meaning) { return meaning > 2; }))
        return bad("extra samples");
      page_.extra = extra;
    } else if (find(extra_samples)) {
      return bad("extra samples");
    }
    if (space == separated) {
      DOKAZ_LET(inks, one(ink_set, 1));
      if (inks != 1) return unsupported("inks other than CMYK");
    }
    if (space == palette) {
      const Entry* map = find(color_map);
      if (depth > 8 || page_.samples != 1 || !map || map->type != short_ || map->count != std::uint64_t{3} << depth ||
          map->size == 0)
        return bad("palette");
      page_.colours = *map;
    }
    if (page_.is_fax() && (depth != 1 || page_.samples != 1)) return bad("fax picture with grey");
    if (page_.codec == jpeg && depth != 8) return unsupported("JPEG with other than 8 bits");
    if (page_.fill == 2 && !page_.is_fax() && !(page_.codec == no_codec && depth == 1))
      return unsupported("reversed bits");
    const bool whole = depth == 8 || depth == 16 || depth == 32 || depth == 64;
    if (page_.predictor != 1 && !whole && !(page_.predictor == 3 && depth == 24)) return bad("predictor");
    if (page_.predictor == 3 && (formats.front() != 3 || depth == 8)) return bad("predictor");
    return {};
  }

  /// Known sets of numbers are written anew; others are dropped, which the walker notices.
  Status read_ycbcr() {
    if (page_.samples != 3 || page_.bits != 8) return unsupported("YCbCr of an unusual form");
    DOKAZ_LET(sampling, several(ycbcr_subsampling, 2, {2, 2}));
    const auto fits = [](std::uint32_t value) { return value == 1 || value == 2 || value == 4; };
    if (!fits(sampling[0]) || !fits(sampling[1]) || sampling[1] > sampling[0]) return bad("subsampling");
    DOKAZ_LET(siting, one(ycbcr_positioning, 1));
    page_.across = sampling[0];
    page_.down = sampling[1];
    page_.siting = siting == 2 ? 2 : 1;
    if (page_.planar == 2 && (page_.across > 1 || page_.down > 1)) return unsupported("YCbCr of an unusual form");
    page_.bt709 = says(ycbcr_coefficients, {0.2126, 0.7152, 0.0722});
    page_.studio_range = says(reference_black_white, {16, 235, 128, 240, 128, 240});
    return {};
  }
  bool says(unsigned tag, std::initializer_list<double> values) const {
    const Entry* entry = find(tag);
    if (!entry || entry->type != rational || entry->count != values.size() || entry->size == 0) return false;
    std::uint64_t at = entry->value_at;
    for (const double value : values) {
      const double under = file_.number32(at + 4);
      if (under == 0 || std::abs(file_.number32(at) / under - value) > 0.002) return false;
      at += 8;
    }
    return true;
  }

  /// Bytes that one strip or tile decodes to; `too_large` where they are more than any picture's.
  Result<std::uint64_t> decoded_size(std::uint32_t columns, std::uint32_t rows) const {
    std::uint64_t line = (std::uint64_t{columns} * page_.samples_in_strip() * page_.bits + 7) / 8, lines = rows;
    if (page_.photometric == ycbcr && page_.codec != jpeg && page_.planar == 1) {  // TIFF 6.0 section 21: data units
      line = (std::uint64_t{columns} + page_.across - 1) / page_.across * (page_.across * page_.down + 2);
      lines = (lines + page_.down - 1) / page_.down;
    }
    if (lines > largest_raster / line) return fail(Errc::too_large, "TIFF: more samples than any picture has");
    return line * lines;
  }

  Status read_strips() {
    page_.tiled = find(tile_width) || find(tile_offsets);
    if (page_.tiled && (find(strip_offsets) || find(strip_byte_counts))) return bad("strips and tiles");
    DOKAZ_LET(columns, page_.tiled ? one(tile_width, 0) : one(image_width, 0));
    DOKAZ_LET(rows, page_.tiled ? one(tile_length, 0) : one(rows_per_strip, page_.height));
    if (columns == 0 || rows == 0 || columns > INT32_MAX) return bad("size of strips");
    if (page_.tiled && (columns % 16 != 0 || rows % 16 != 0 || rows > INT32_MAX)) return bad("size of tiles");
    constexpr std::uint32_t farthest = 512;  // pixels; what lies beyond the edge is never seen
    if (page_.tiled && (columns >= std::uint64_t{page_.width} + farthest || rows >= std::uint64_t{page_.height} + farthest))
      return unsupported("tiles much larger than the picture");
    if (!page_.tiled) rows = std::min(rows, page_.height);
    page_.columns = columns;
    page_.rows = rows;
    const auto parts = [](std::uint64_t whole, std::uint64_t part) { return (whole + part - 1) / part; };
    const std::uint64_t down = parts(page_.height, rows);
    const std::uint64_t in_plane = page_.tiled ? parts(page_.width, columns) * down : down;
    const std::uint64_t planes = page_.planar == 2 ? page_.samples : 1;
    const Entry* offsets = find(page_.tiled ? tile_offsets : strip_offsets);
    const Entry* sizes = find(page_.tiled ? tile_byte_counts : strip_byte_counts);
    if (!offsets || !sizes) return bad("no places of strips");
    if (in_plane > offsets->count || offsets->count != in_plane * planes || sizes->count != offsets->count)
      return bad("number of strips");
    if (offsets->count > most_strips_) return fail(Errc::too_large, "TIFF: more strips than any picture has");
    DOKAZ_LET(places, file_.numbers(*offsets));
    DOKAZ_LET(lengths, file_.numbers(*sizes));
    page_.strips.reserve(places.size());
    const std::uint64_t end = file_.bytes().size();
    for (std::size_t i = 0; i < places.size(); ++i) {
      Strip strip{places[i], lengths[i], columns, rows, 0};
      if (!page_.tiled)
        strip.rows = static_cast<std::uint32_t>(std::min<std::uint64_t>(rows, page_.height - (i % in_plane) * rows));
      if (strip.size == 0) return bad("a strip without data");
      if (strip.at > end || strip.size > end - strip.at) return fail(Errc::truncated_media, "TIFF: strips beyond the end");
      DOKAZ_LET(decoded, decoded_size(strip.columns, strip.rows));
      strip.decoded = decoded;
      page_.decoded += decoded;
      if (page_.decoded > largest_raster) return fail(Errc::too_large, "TIFF: more samples than any picture has");
      page_.strips.push_back(strip);
    }
    return {};
  }

  const File& file_;
  const Directory& directory_;
  std::uint64_t most_strips_;
  std::map<unsigned, const Entry*> entries_;
  Page page_;
};

}  // namespace

bool is_reduced(const File& file, const Directory& directory) {
  for (const Entry& entry : directory.entries) {
    if (entry.tag != new_subfile_type || entry.count != 1) continue;
    const auto values = file.numbers(entry);
    return values && (values->front() & 1) != 0;
  }
  return false;
}

Result<Page> read_page(const File& file, const Directory& directory, std::uint64_t most_strips) {
  return PageReader(file, directory, most_strips).run();
}

}  // namespace dokaz::intake::tiff
