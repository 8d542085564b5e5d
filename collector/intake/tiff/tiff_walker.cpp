// SPDX-License-Identifier: GPL-3.0-or-later
// First the chain of directories, then each page with its strips, then what is left over.
#include "collector/intake/tiff/tiff_walker.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "collector/intake/colour/icc_profile.hpp"
#include "collector/intake/tiff/tiff_jpeg.hpp"
#include "collector/intake/tiff/tiff_library.hpp"
#include "collector/intake/tiff/tiff_metadata.hpp"
#include "collector/intake/tiff/tiff_strips.hpp"
#include "collector/intake/tiff/tiff_writer.hpp"

namespace dokaz::intake {
namespace {

using namespace tiff;

constexpr std::size_t most_pages = 4096, most_read_pages = 8;
constexpr std::uint64_t most_strips = 1'000'000;  // of all pages together

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("TIFF: ") + what); }

/// Tags that are written anew, or whose value is the only one there can be.
bool is_rewritten(unsigned tag, const Page& page) {
  switch (tag) {
    case new_subfile_type: case image_width: case image_length: case bits_per_sample: case compression: case photometric:
    case fill_order: case strip_offsets: case orientation: case samples_per_pixel: case rows_per_strip: case strip_byte_counts:
    case planar_configuration: case extra_samples: case sample_format: return true;
    case tile_width: case tile_length: case tile_offsets: case tile_byte_counts: return page.tiled;
    case t4_options: return page.codec == fax_group3;
    case t6_options: return page.codec == fax_group4;
    case predictor: return page.codec == lzw || page.codec == deflate || page.codec == old_deflate;
    case icc_profile: return page.profile.has_value();
    case color_map: return page.photometric == palette;
    case ink_set: return page.photometric == separated;
    case jpeg_tables: return page.codec == jpeg;
    case ycbcr_subsampling: case ycbcr_positioning: return page.photometric == ycbcr;
    case ycbcr_coefficients: return page.bt709;
    case reference_black_white: return page.studio_range;
    default: return false;
  }
}

colour::Samples samples_of(const Page& page) {
  switch (page.photometric) {
    case white_is_zero: case black_is_zero: return colour::Samples::gray;
    case rgb: case palette: case ycbcr: return colour::Samples::rgb;
    default: return colour::Samples::other;
  }
}

class TiffWalker {
 public:
  TiffWalker(ByteView bytes, const WalkOptions& options) : file_(bytes), coverage_(bytes), options_(options) { walked_.media = Media::tiff; }

  Result<Walked> run() {
    coverage_.keep(0, 8);
    DOKAZ_TRY(follow_chain());
    DOKAZ_TRY(take_pages());
    DOKAZ_LET(removed, coverage_.removed());
    walked_.removed = std::move(removed);
    DOKAZ_TRY(seen_by_library(file_, seen_));
    DOKAZ_TRY(write_pages(file_, pages_, walked_.plan));
    return std::move(walked_);
  }

 private:
  Status follow_chain() {
    if (file_.bytes().size() < 8) return fail(Errc::truncated_media);
    if (file_.bytes().size() > UINT32_MAX) return fail(Errc::too_large, "TIFF: over 4 GiB");
    if (file_.number16(2) != 42) return bad("header");
    std::set<std::uint64_t> seen;
    std::uint64_t total = 0;
    for (std::uint64_t at = file_.number32(4); at != 0; at = directories_.back().next) {
      if (!seen.insert(at).second) return bad("a circle of directories");
      if (directories_.size() == most_pages) return fail(Errc::too_large, "TIFF: more than 4096 pages");
      DOKAZ_LET(directory, file_.directory(at));
      total += directory.size();
      if (total > file_.bytes().size()) return bad("directories that overlap");
      directories_.push_back(std::move(directory));
    }
    if (directories_.empty()) return fail(Errc::truncated_media, "TIFF: no page");
    if (file_.bytes().size() >= 10 && text_of(file_.part(8, 2)) == "CR")
      return fail(Errc::unsupported_media, "TIFF: a raw photo");
    return {};
  }

  Status take_pages() {
    std::uint64_t strips = 0, decoded = 0;
    for (const Directory& directory : directories_) {
      if (is_reduced(file_, directory)) {
        drop_page(directory);
        continue;
      }
      DOKAZ_LET(page, read_page(file_, directory, most_strips - strips));
      strips += page.strips.size();
      decoded += page.decoded;
      if (decoded > largest_raster) return fail(Errc::too_large, "TIFF: more samples than any picture has");
      if (pages_.size() < most_read_pages) collect_blocks(file_, directory, walked_.blocks);
      seen_.push_back({directory.at, page});
      DOKAZ_TRY(take_page(directory, std::move(page)));
    }
    if (pages_.size() > 1) walked_.warnings.emplace_back("the file has several pages, and all of them are in the clean copy");
    if (pages_.empty()) return fail(Errc::unsupported_media, "TIFF: a raw photo, or only a preview of one");
    const Page& first = pages_.front().page;
    walked_.width = first.width;
    walked_.height = first.height;
    walked_.orientation = states_orientation_ ? first.turned : 0;
    return {};
  }

  Status take_page(const Directory& directory, Page page) {
    coverage_.keep(directory.at, directory.size());
    for (const Entry& entry : directory.entries) {
      if (entry.tag == orientation && pages_.empty()) states_orientation_ = true;
      if (is_rewritten(entry.tag, page)) {
        if (entry.outside()) coverage_.keep(entry.value_at, entry.size);
      } else {
        warn_of(entry, page);
        coverage_.note(entry.at, 12, name_of_tag(entry.tag));
        remove_value(file_, entry, name_of_tag(entry.tag), coverage_);
      }
    }
    JpegTables shared;
    UsedTables used;
    if (page.tables) {
      DOKAZ_LET(tables, read_jpeg_tables(file_.part(page.tables->value_at, page.tables->size)));
      shared = std::move(tables);
    }
    for (Strip& strip : page.strips) {
      const ByteView coded = file_.part(strip.at, strip.size);
      DOKAZ_LET(length, page.codec == jpeg ? jpeg_length(page, strip, coded, shared, used) : coded_length(page, strip, coded));
      coverage_.keep_alone(strip.at, length);
      coverage_.remove(strip.at + length, strip.size - length, "tiff.strip.slack");
      strip.size = length;
    }
    if (!page.extra.empty())
      walked_.warnings.emplace_back("the picture has channels that programs do not show, or use for transparency; they stay");
    if (page.tiled && (page.width % page.columns != 0 || page.height % page.rows != 0))
      walked_.warnings.emplace_back("tiles that reach beyond the edge of the picture: what lies there stays in the clean copy");
    if (page.is_fax())
      walked_.warnings.emplace_back("fax-coded pages: bytes hidden among the coded lines cannot be told from picture");
    Bytes tables;
    if (!used.quantisation.empty() || !used.huffman.empty()) tables = write_jpeg_tables(shared, used);
    const bool all_used = used.quantisation.size() == shared.quantisation.size() && used.huffman.size() == shared.huffman.size();
    if (page.tables && !(all_used && shared.length == page.tables->size))
      coverage_.note(page.tables->value_at, page.tables->size, "tiff.jpeg-tables");
    Bytes profile;
    if (page.profile) {
      const ByteView original = file_.part(page.profile->value_at, page.profile->size);
      DOKAZ_LET(settled, colour::settled(original, samples_of(page), options_.colour_profile, walked_.warnings));
      if (!std::ranges::equal(settled, original))
        coverage_.note(page.profile->value_at, page.profile->size, "tiff.icc");
      profile = std::move(settled);
    }
    pages_.push_back({std::move(page), std::move(tables), std::move(profile)});
    return {};
  }

  /// A preview may show what was later cut off or covered in the page itself.
  void drop_page(const Directory& directory) {
    walked_.warnings.emplace_back("a smaller version of the picture inside the file is kept in recovery only");
    coverage_.remove(directory.at, directory.size(), "tiff.preview");
    const auto list = [&](unsigned places_tag, unsigned sizes_tag) {
      std::vector<std::uint32_t> places, sizes;
      for (const Entry& entry : directory.entries) {
        if (entry.tag != places_tag && entry.tag != sizes_tag) continue;
        if (entry.count > most_listed_strips) return;
        if (auto values = file_.numbers(entry)) (entry.tag == places_tag ? places : sizes) = std::move(*values);
      }
      if (!coverage_.may_look_at(places.size())) return;
      const std::uint64_t end = file_.bytes().size();
      for (std::size_t i = 0; i < std::min(places.size(), sizes.size()); ++i)
        if (places[i] <= end && sizes[i] <= end - places[i]) coverage_.remove(places[i], sizes[i], "tiff.preview");
    };
    list(strip_offsets, strip_byte_counts);
    list(tile_offsets, tile_byte_counts);
    for (const Entry& entry : directory.entries) remove_value(file_, entry, "tiff.preview", coverage_);
  }

  void warn_of(const Entry& entry, const Page& page) {
    constexpr unsigned c2pa = 52545, transfer = 301, white = 318, primaries = 319, across = 282, down = 283;
    if (entry.tag == transfer || (entry.tag == white && !says(entry, {0.3127, 0.329})) ||
        (entry.tag == primaries && !says(entry, {0.64, 0.33, 0.3, 0.6, 0.15, 0.06})) ||
        (page.photometric == ycbcr && entry.tag == ycbcr_coefficients && !says(entry, {0.299, 0.587, 0.114})) ||
        (page.photometric == ycbcr && entry.tag == reference_black_white && !says(entry, {0, 255, 128, 255, 128, 255})))
      walked_.warnings.emplace_back("a statement about colours is kept in recovery only: colours may look a little different");
    if (entry.tag == c2pa) walked_.c2pa = true;
    if (entry.tag == sub_directories)
      walked_.warnings.emplace_back("pictures beneath a page are kept in recovery only");
    if (entry.tag == across) across_ = ratio(entry);
    if (entry.tag == down && across_ > 0 && ratio(entry) > 0 && std::abs(across_ / ratio(entry) - 1) > 0.01)
      walked_.warnings.emplace_back("the picture's pixels are not square; the clean copy does not say so");
  }
  double ratio(const Entry& entry, std::uint64_t number = 0) const {
    if (entry.type != rational || entry.size < 8 * (number + 1)) return 0;
    const double under = file_.number32(entry.value_at + 8 * number + 4);
    return under > 0 ? file_.number32(entry.value_at + 8 * number) / under : 0;
  }
  bool says(const Entry& entry, std::initializer_list<double> values) const {
    std::uint64_t number = 0;
    return std::all_of(values.begin(), values.end(),
                       [&](double value) { return std::abs(ratio(entry, number++) - value) < 0.002; });
  }

  static constexpr std::uint64_t most_listed_strips = 4096;

  File file_;
  Coverage coverage_;
  const WalkOptions& options_;
  Walked walked_;
  std::vector<Directory> directories_;
  std::vector<PageToWrite> pages_;
  std::vector<PageSeen> seen_;
  bool states_orientation_ = false;
  double across_ = 0;
};

}  // namespace

Result<Walked> walk_tiff(ByteView file, const WalkOptions& options) { return TiffWalker(file, options).run(); }

}  // namespace dokaz::intake
