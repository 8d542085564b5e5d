// SPDX-License-Identifier: GPL-3.0-or-later
// TIFF: the exact grammar of the clean copy, and what decides the picture, read from both files.
#include "collector/intake/check/clean_check_tiff.hpp"

#include <algorithm>
#include <set>

#include "collector/intake/check/clean_check.hpp"
#include "collector/intake/check/icc.hpp"

namespace dokaz::intake::check {
namespace {

using Numbers = std::vector<std::uint64_t>;

constexpr unsigned SHORT = 3, LONG = 4, RATIONAL = 5, UNDEFINED = 7;
const Numbers bt709 = {2126, 10000, 7152, 10000, 722, 10000}, studio = {16, 1, 235, 1, 128, 1, 240, 1, 128, 1, 240, 1};

std::uint64_t even(std::uint64_t at) { return at + (at & 1); }

/// Bytes of a TIFF in its byte order. Every place is checked by the caller.
struct Tiff {
  std::string_view text;
  bool big = false;
  std::uint64_t number(std::uint64_t at, unsigned size) const {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < size; ++i)
      value = value << 8 | static_cast<unsigned char>(text[static_cast<std::size_t>(at + (big ? i : size - 1 - i))]);
    return value;
  }
  bool holds(std::uint64_t at, std::uint64_t size) const { return at <= text.size() && size <= text.size() - at; }
  std::string_view part(std::uint64_t at, std::uint64_t size) const {
    return text.substr(static_cast<std::size_t>(at), static_cast<std::size_t>(size));
  }
};

struct Directory {
  TiffFields fields;
  std::vector<unsigned> order;
  std::map<unsigned, std::uint64_t> places;  ///< of values that do not fit into the entry
  std::uint64_t next = 0, end = 0;
};

constexpr std::uint64_t width_of(unsigned type) {
  return type == 1 || type == 2 || type == 6 || type == UNDEFINED ? 1 : type == SHORT || type == 8 ? 2
         : type == LONG || type == 9 || type == 11 || type == 13  ? 4
         : type == RATIONAL || type == 10 || type == 12           ? 8 : 0;
}

/// Fields whose values are not in the file are left out. Numbers are read for the tags that a picture needs.
Result<Directory> directory(const Tiff& file, std::uint64_t at) {
  if (!file.holds(at, 6)) return unclean("a directory beyond the end");
  const std::uint64_t count = file.number(at, 2);
  if (!file.holds(at, 6 + 12 * count)) return unclean("a directory beyond the end");
  Directory out;
  out.end = at + 6 + 12 * count;
  out.next = file.number(out.end - 4, 4);
  for (std::uint64_t entry = at + 2; entry < out.end - 4; entry += 12) {
    const auto tag = static_cast<unsigned>(file.number(entry, 2));
    TiffField field{static_cast<unsigned>(file.number(entry + 2, 2)), file.number(entry + 4, 4), {}, {}};
    const std::uint64_t width = width_of(field.type), size = width * field.count;
    const std::uint64_t place = size > 4 ? file.number(entry + 8, 4) : entry + 8;
    out.order.push_back(tag);
    if (size == 0 || !file.holds(place, size)) continue;
    if (size > 4) out.places[tag] = place;
    field.bytes = file.part(place, size);
    constexpr std::uint64_t most_places = 1'000'000, most_others = 768;
    const bool places = tag == 273 || tag == 279 || tag == 324 || tag == 325;
    const bool of_picture = tag >= 254 && tag <= 532 && tag != 347 && field.count <= (places ? most_places : most_others);
    const unsigned step = field.type == RATIONAL ? 4 : static_cast<unsigned>(width);
    if (of_picture && (field.type == 1 || field.type == SHORT || field.type == LONG || field.type == RATIONAL)) {
      field.numbers.reserve(static_cast<std::size_t>(size / step));
      for (std::uint64_t i = 0; i < size; i += step) field.numbers.push_back(file.number(place + i, step));
    }
    out.fields.emplace(tag, std::move(field));
  }
  return out;
}

Numbers numbers(const Directory& page, unsigned tag, Numbers otherwise) {
  const auto found = page.fields.find(tag);
  return found == page.fields.end() || found->second.numbers.empty() ? otherwise : found->second.numbers;
}
std::uint64_t number(const Directory& page, unsigned tag, std::uint64_t otherwise) {
  return numbers(page, tag, {otherwise}).front();
}

bool is_preview(const Directory& page) {
  return (number(page, 254, 0) & 1) != 0;
}

bool near(const Directory& page, unsigned tag, const Numbers& wanted) {
  const Numbers seen = numbers(page, tag, {});
  if (seen.size() != wanted.size() || page.fields.at(tag).type != RATIONAL) return false;
  for (std::size_t i = 0; i < seen.size(); i += 2) {
    const double value = static_cast<double>(seen[i]) / static_cast<double>(seen[i + 1]);
    const double target = static_cast<double>(wanted[i]) / static_cast<double>(wanted[i + 1]);
    if (seen[i + 1] == 0 || value > target + 0.002 || value < target - 0.002) return false;
  }
  return true;
}

/// All that a page's look depends on, in one form whatever the types and defaults of the file.
std::map<unsigned, Numbers> look_of(const Directory& page) {
  std::map<unsigned, Numbers> look;
  const std::uint64_t samples = number(page, 277, 1), codec = number(page, 259, 1), space = number(page, 262, 0);
  const auto each = static_cast<std::size_t>(std::clamp<std::uint64_t>(samples, 1, 16));
  const bool tiled = page.fields.contains(322);
  look[254] = {number(page, 254, 0) & 6};
  for (const unsigned tag : {256u, 257u, 262u}) look[tag] = {number(page, tag, 0)};
  look[258] = numbers(page, 258, Numbers(each, 1));
  look[259] = {codec};
  look[266] = {number(page, 266, 1)};
  const std::uint64_t turned = number(page, 274, 1);
  look[274] = {turned >= 1 && turned <= 8 ? turned : 1};
  look[277] = {samples};
  look[284] = {samples == 1 ? 1 : number(page, 284, 1)};
  if (codec == 3) look[292] = {number(page, 292, 0)};
  if (codec == 5 || codec == 8 || codec == 32946) look[317] = {number(page, 317, 1)};
  if (space == 3) look[320] = numbers(page, 320, {});
  if (tiled) look[322] = {number(page, 322, 0)}, look[323] = {number(page, 323, 0)};
  else look[278] = {std::min(number(page, 278, UINT32_MAX), number(page, 257, 0))};
  const std::uint64_t colours = space == 2 || space == 6 || space == 8 ? 3 : space == 5 ? 4 : 1;
  if (samples > colours) look[338] = numbers(page, 338, Numbers(each - std::min<std::size_t>(each, static_cast<std::size_t>(colours)), 0));
  look[339] = numbers(page, 339, Numbers(each, 1));
  if (space == 6) {
    look[529] = {near(page, 529, bt709)};
    look[530] = numbers(page, 530, {2, 2});
    look[531] = {number(page, 531, 1) == 2 ? 2u : 1u};
    look[532] = {near(page, 532, studio)};
  }
  return look;
}

using Lengths = std::vector<Numbers>;            ///< of strips, by page
using PageTables = std::vector<TiffJpegTables>;  ///< by page
using Profiles = std::vector<std::string_view>;  ///< by page; empty for none

Tiff opened(ByteView bytes) { return {text_of(bytes), !bytes.empty() && bytes[0] == 'M'}; }

/// Strips up to their lengths in the clean copy, where each is known to be whole; tables by the names used there.
Result<Sha256> coded_tiff(ByteView bytes, const Lengths& lengths, const PageTables& tables, const Profiles& profiles) {
  const Tiff file = opened(bytes);
  if (!file.holds(0, 8)) return unclean("not a TIFF");
  FieldHash hash;
  std::set<std::uint64_t> seen;
  std::size_t pages = 0;
  for (std::uint64_t at = file.number(4, 4); at != 0;) {
    if (!seen.insert(at).second) return unclean("a circle of directories");
    DOKAZ_LET(page, directory(file, at));
    at = page.next;
    if (is_preview(page)) continue;
    if (pages == lengths.size()) return unclean("a page is missing");
    for (const auto& [tag, values] : look_of(page)) {
      hash.field("tag", tag);
      hash.field("values", values.size());
      for (const std::uint64_t value : values) hash.field("value", value);
    }
    const bool tiled = page.fields.contains(322);
    const Numbers places = numbers(page, tiled ? 324 : 273, {}), sizes = numbers(page, tiled ? 325 : 279, {});
    const Numbers& wanted = lengths[pages];
    if (places.size() != wanted.size() || sizes.size() != wanted.size()) return unclean("number of strips");
    hash.field("strips", places.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (!file.holds(places[i], sizes[i]) || wanted[i] > sizes[i]) return unclean("strips beyond the end");
      hash.field("strip", bytes_of(file.part(places[i], wanted[i])));
    }
    if (!profiles[pages].empty()) {
      const auto profile = page.fields.find(34675);
      if (profile == page.fields.end() || !renders_like(bytes_of(profiles[pages]), bytes_of(profile->second.bytes)))
        return unclean("another colour profile");
    }
    TiffJpegTables own;
    if (const auto found = page.fields.find(347); found != page.fields.end() && !tables[pages].empty())
      if (!read_tiff_jpeg_tables(found->second.bytes, own)) return unclean("JPEG tables");
    for (const auto& [name, table] : tables[pages]) {
      hash.field("table", name);
      hash.field("codes", bytes_of(own[name]));
    }
    ++pages;
  }
  if (pages != lengths.size()) return unclean("a page is missing");
  return hash.finish();
}

class ExactTiff {
 public:
  explicit ExactTiff(ByteView clean) : file_(opened(clean)) {}

  Result<Checked> run() {
    if (file_.text.size() < 8 || (file_.part(0, 4) != (file_.big ? std::string_view("MM\0*", 4) : std::string_view("II*\0", 4))) ||
        file_.number(4, 4) != 8)
      return unclean("header");
    cursor_ = 8;
    for (std::uint64_t at = 8; at != 0;) {
      if (!step_to(at)) return unclean("a directory elsewhere");
      DOKAZ_LET(page, directory(file_, at));
      cursor_ = page.end;
      if (lengths_.size() == 4096) return unclean("number of pages");
      DOKAZ_TRY(exact_fields(page, at));
      DOKAZ_TRY(exact_strips(page));
      at = page.next;
    }
    if (cursor_ != file_.text.size()) return unclean("bytes behind the last page");
    return checked_;
  }
  const Lengths& lengths() const { return lengths_; }
  const PageTables& tables() const { return tables_; }
  const Profiles& profiles() const { return profiles_; }

 private:
  /// Moves on to `at`, over at most one 0 before an even offset.
  bool step_to(std::uint64_t at) {
    if (at != even(cursor_) || !file_.holds(cursor_, at - cursor_)) return false;
    if (at != cursor_ && file_.text[static_cast<std::size_t>(cursor_)] != 0) return false;
    cursor_ = at;
    return true;
  }

  struct Form {
    unsigned type;
    std::uint64_t count;
  };

  /// The tags that a page of this look has, each with its type and number of values.
  Result<std::map<unsigned, Form>> forms(const Directory& page) const {
    const auto look = look_of(page);
    const auto value = [&](unsigned tag) { return look.at(tag).front(); };
    const auto within = [&](unsigned tag, std::initializer_list<std::uint64_t> allowed) {
      return std::find(allowed.begin(), allowed.end(), value(tag)) != allowed.end();
    };
    const std::uint64_t samples = value(277), codec = value(259), space = value(262), bits = look.at(258).front();
    if (!within(259, {1, 2, 3, 4, 5, 7, 8, 32773, 32946}) || !within(262, {0, 1, 2, 3, 4, 5, 6, 8}) || samples == 0 ||
        samples > 16 || !within(258, {1, 2, 4, 8, 12, 16, 24, 32, 64}) || !within(266, {1, 2}) || !within(284, {1, 2}))
      return unclean("a value that no page has");
    for (const std::uint64_t other : look.at(258))
      if (other != bits) return unclean("sizes of samples");
    std::map<unsigned, Form> out = {{256, {LONG, 1}},  {257, {LONG, 1}},  {258, {SHORT, samples}}, {259, {SHORT, 1}},
                                    {262, {SHORT, 1}}, {277, {SHORT, 1}}, {284, {SHORT, 1}}};
    if (value(254) != 0) out[254] = {LONG, 1};
    if (value(266) == 2) out[266] = {SHORT, 1};
    if (value(274) > 1) out[274] = {SHORT, 1};
    const bool tiled = page.fields.contains(322);
    const std::uint64_t strips = numbers(page, tiled ? 324 : 273, {}).size();
    for (const unsigned tag : tiled ? std::vector{324u, 325u} : std::vector{273u, 279u}) out[tag] = {LONG, strips};
    for (const unsigned tag : tiled ? std::vector{322u, 323u} : std::vector{278u}) out[tag] = {LONG, 1};
    if (codec == 3) {
      if (value(292) > 7) return unclean("fax options");
      out[292] = {LONG, 1};
    }
    if (look.contains(317) && value(317) != 1) {
      if (value(317) > 3 || value(317) == 0) return unclean("predictor");
      out[317] = {SHORT, 1};
    }
    if (space == 3) {
      if (bits > 8 || samples != 1) return unclean("palette");
      out[320] = {SHORT, std::uint64_t{3} << bits};
    }
    const std::uint64_t colours = space == 2 || space == 6 || space == 8 ? 3 : space == 5 ? 4 : 1;
    if (samples < colours) return unclean("number of samples");
    if (samples > colours) {
      for (const std::uint64_t meaning : look.at(338))
        if (meaning > 2) return unclean("extra samples");
      out[338] = {SHORT, samples - colours};
    }
    bool usual = true;
    for (const std::uint64_t format : look.at(339)) {
      if (format == 0 || format > 3) return unclean("format of samples");
      usual &= format == 1;
    }
    if (!usual) out[339] = {SHORT, samples};
    if (codec == 7 && page.fields.contains(347)) out[347] = {UNDEFINED, page.fields.at(347).count};
    if (const auto profile = page.fields.find(34675); profile != page.fields.end()) {
      const unsigned channels = space <= 1 ? 1 : space == 2 || space == 3 || space == 6 ? 3 : 0;
      if (channels == 0 || channels_of_reduced_profile(bytes_of(profile->second.bytes)) != channels) return unclean("colour profile");
      out[34675] = {UNDEFINED, profile->second.count};
    }
    if ((codec >= 2 && codec <= 4 && (bits != 1 || samples != 1)) || (codec == 7 && bits != 8)) return unclean("samples of this codec");
    if (value(266) == 2 && (codec == 0 || codec > 4 || (codec == 1 && bits != 1))) return unclean("fill order");
    if (space == 6) {
      const Numbers& sampling = look.at(530);
      if (samples != 3 || bits != 8 || sampling.size() != 2 || sampling[1] > sampling[0]) return unclean("YCbCr");
      for (const std::uint64_t step : sampling)
        if (step != 1 && step != 2 && step != 4) return unclean("subsampling");
      out[530] = {SHORT, 2};
      out[531] = {SHORT, 1};
      if (value(529) == 1) out[529] = {RATIONAL, 3};
      if (value(532) == 1) out[532] = {RATIONAL, 6};
    }
    return out;
  }

  Status exact_fields(const Directory& page, std::uint64_t at) {
    if (is_preview(page)) return unclean("a preview");
    DOKAZ_LET(expected, forms(page));
    if (page.order.size() != expected.size() || page.fields.size() != expected.size()) return unclean("a tag that a clean copy does not hold");
    std::size_t i = 0;
    for (const auto& [tag, form] : expected) {
      if (page.order[i] != tag) return unclean("order of tags");
      const TiffField& field = page.fields.at(tag);
      if (field.type != form.type || field.count != form.count) return unclean("form of a tag");
      if (const auto place = page.places.find(tag); place != page.places.end()) {
        if (!step_to(place->second)) return unclean("a value elsewhere");
        cursor_ += field.bytes.size();
      } else {
        const std::string_view rest = file_.part(at + 2 + 12 * i + 8 + field.bytes.size(), 4 - field.bytes.size());
        if (rest.find_first_not_of('\0') != rest.npos) return unclean("bytes behind a value");
      }
      ++i;
    }
    const auto is = [&](unsigned tag, std::uint64_t low, std::uint64_t high) {
      return !page.fields.contains(tag) || (number(page, tag, 0) >= low && number(page, tag, 0) <= high);
    };
    // What look_of() reads loosely must stand there exactly.
    if (!is(254, 2, 6) || number(page, 254, 0) % 2 != 0 || !is(274, 2, 8) || !is(531, 1, 2) || !is(278, 1, number(page, 257, 0)) ||
        (number(page, 277, 1) == 1 && number(page, 284, 1) != 1) ||
        (page.fields.contains(529) && numbers(page, 529, {}) != bt709) || (page.fields.contains(532) && numbers(page, 532, {}) != studio))
      return unclean("a value that no page has");
    return {};
  }

  Status exact_strips(const Directory& page) {
    const std::uint64_t width = number(page, 256, 0), height = number(page, 257, 0), samples = number(page, 277, 1);
    const std::uint64_t bits = number(page, 258, 1), codec = number(page, 259, 1);
    const bool tiled = page.fields.contains(322), apart = number(page, 284, 1) == 2, ycc = number(page, 262, 0) == 6;
    const std::uint64_t columns = tiled ? number(page, 322, 0) : width, rows = tiled ? number(page, 323, 0) : number(page, 278, 0);
    if (width == 0 || height == 0 || columns == 0 || rows == 0 || (width | height | columns | rows) > INT32_MAX ||
        (tiled && (columns % 16 != 0 || rows % 16 != 0 || columns >= width + 512 || rows >= height + 512)))
      return unclean("dimensions");
    const Numbers sampling = numbers(page, 530, {2, 2});
    if (ycc && apart && (sampling[0] != 1 || sampling[1] != 1)) return unclean("YCbCr");
    const std::uint64_t across = tiled ? (width + columns - 1) / columns : 1, down = (height + rows - 1) / rows;
    const Numbers places = numbers(page, tiled ? 324 : 273, {}), sizes = numbers(page, tiled ? 325 : 279, {});
    const std::uint64_t planes = apart ? samples : 1;
    if (places.size() != sizes.size() || places.size() / planes != across * down || places.size() % planes != 0)
      return unclean("number of strips");
    TiffJpegTables tables, used;
    if (const auto found = page.fields.find(347); found != page.fields.end())
      if (!read_tiff_jpeg_tables(found->second.bytes, tables) || tables.empty() || write_tiff_jpeg_tables(tables) != found->second.bytes)
        return unclean("JPEG tables");
    TiffStrip strip{static_cast<unsigned>(codec), static_cast<unsigned>(apart ? 1 : samples), number(page, 266, 1) == 2, columns, 0, 0};
    for (std::size_t i = 0; i < places.size(); ++i) {
      const std::uint64_t row = i % (across * down);
      strip.rows = tiled ? rows : std::min(rows, height - row * rows);
      // A data unit of subsampled YCbCr is a block of Y and one sample each of Cb and Cr.
      const bool units = ycc && !apart && codec != 7;
      const std::uint64_t lines = units ? (strip.rows + sampling[1] - 1) / sampling[1] : strip.rows;
      const std::uint64_t line = units ? (columns + sampling[0] - 1) / sampling[0] * (sampling[0] * sampling[1] + 2)
                                       : (columns * strip.components * bits + 7) / 8;
      constexpr std::uint64_t most_decoded = std::uint64_t{4} << 30;
      if (line > most_decoded || lines > most_decoded / line) return unclean("dimensions");
      strip.decoded = line * lines;
      decoded_ += strip.decoded;
      if (decoded_ > most_decoded) return unclean("dimensions");
      if (!step_to(places[i]) || !file_.holds(cursor_, sizes[i])) return unclean("a strip elsewhere");
      if (!is_exact_strip(strip, file_.part(cursor_, sizes[i]), tables, used)) return unclean("a strip does not end with its picture");
      cursor_ += sizes[i];
    }
    if (used != tables) return unclean("JPEG tables that nothing uses");
    if (lengths_.empty()) {
      checked_.width = static_cast<std::uint32_t>(width);
      checked_.height = static_cast<std::uint32_t>(height);
    }
    lengths_.push_back(sizes);
    tables_.push_back(std::move(tables));
    const auto profile = page.fields.find(34675);
    profiles_.push_back(profile == page.fields.end() ? std::string_view() : profile->second.bytes);
    return {};
  }

  Tiff file_;
  Checked checked_{Media::tiff, 0, 0, {}, {}, {}};
  std::uint64_t cursor_ = 0, decoded_ = 0;
  Lengths lengths_;
  PageTables tables_;
  Profiles profiles_;
};

}  // namespace

Result<Checked> tiff(ByteView original, ByteView clean) {
  ExactTiff exact(clean);
  DOKAZ_LET(checked, exact.run());
  DOKAZ_LET(before, coded_tiff(original, exact.lengths(), exact.tables(), exact.profiles()));
  DOKAZ_LET(after, coded_tiff(clean, exact.lengths(), exact.tables(), exact.profiles()));
  if (before != after) return unclean("the coded picture differs");
  checked.coded = after;
  return checked;
}

}  // namespace dokaz::intake::check
