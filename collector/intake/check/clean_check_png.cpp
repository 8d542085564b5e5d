// SPDX-License-Identifier: GPL-3.0-or-later
// PNG seen a second time: what decides the picture, and the exact grammar with the raster inflated.
#include <zlib.h>

#include <array>
#include <map>
#include <numeric>
#include <optional>
#include <string>

#include "collector/intake/check/clean_check.hpp"
#include "collector/intake/check/clean_check_rows.hpp"
#include "collector/intake/check/icc.hpp"

namespace dokaz::intake::check {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view signature = "\x89PNG\r\n\x1a\n"sv;

std::uint64_t u32(std::string_view text, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(text[at + i]);
  return value;
}
unsigned u8(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

struct Piece {
  std::string_view type, body;
};

/// The chunk at the front of `rest`, cut off it; its CRC must hold.
Result<Piece> next(std::string_view& rest) {
  if (rest.size() < 12 || u32(rest, 0) > rest.size() - 12) return unclean("chunk is cut");
  const auto length = static_cast<std::size_t>(u32(rest, 0));
  const std::string_view checked = rest.substr(4, 4 + length);
  const auto crc = crc32(0, reinterpret_cast<const Bytef*>(checked.data()), static_cast<uInt>(checked.size()));
  if (crc != u32(rest, 8 + length)) return unclean("checksum");
  rest.remove_prefix(12 + length);
  return Piece{checked.substr(0, 4), checked.substr(4)};
}

// 0: any size; its place in this list is its place in the file.
constexpr std::pair<std::string_view, std::size_t> once[] = {
    {"cICP", 4}, {"mDCV", 24}, {"cLLI", 8}, {"iCCP", 0}, {"gAMA", 4}, {"cHRM", 32}, {"sRGB", 1},
    {"sBIT", 0}, {"PLTE", 0},  {"tRNS", 0}, {"bKGD", 0}, {"pHYs", 9}, {"acTL", 8}};

int place_of(std::string_view type) {
  for (int i = 0; i < static_cast<int>(std::size(once)); ++i)
    if (once[i].first == type) return i;
  return -1;
}

/// The size of sBIT, tRNS and bKGD by colour type; a palette's transparency may be shorter.
bool fits_colour(std::string_view type, std::size_t size, unsigned colour, std::size_t palette) {
  if (type == "iCCP") return true;
  const auto one_of = [&](std::string_view by_colour) { return by_colour[colour] - '0' == static_cast<int>(size); };
  if (type == "sBIT") return size <= 4 && one_of("1033204");
  if (type == "bKGD") return size <= 6 && one_of("2061206");
  if (type == "PLTE") return colour == 3 && size > 0 && size % 3 == 0 && size <= 768;
  if (colour == 3) return size > 0 && size <= palette / 3;
  return size > 0 && size <= 6 && one_of("2060000");
}

/// Whether the values of a chunk of the right size are ones that a picture can have.
bool in_range(std::string_view type, std::string_view body, unsigned depth, unsigned colour, std::size_t palette) {
  constexpr std::uint64_t brightest = 100'000'000;
  const auto u16 = [&](std::size_t at) { return u8(body, at) << 8 | u8(body, at + 1); };
  if (type == "sRGB") return u8(body, 0) <= 3;
  if (type == "pHYs")
    return u32(body, 0) != u32(body, 4) && u32(body, 0) <= 10'000 && u32(body, 4) <= 10'000 &&
           std::gcd(u32(body, 0), u32(body, 4)) == 1 && body[8] == 0 && u32(body, 0) > 0 && u32(body, 4) > 0;
  if (type == "gAMA") return u32(body, 0) >= 1000 && u32(body, 0) <= 1'000'000;
  if (type == "acTL") return u32(body, 4) <= 65535;
  if (type == "cLLI") return u32(body, 0) <= brightest && u32(body, 4) <= u32(body, 0);
  if (type == "cICP") {
    // Reserved code points are those that the strings leave out.
    constexpr auto primaries = "\x01\x02\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x16"sv;
    constexpr auto transfers = "\x01\x02\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12"sv;
    return primaries.find(body[0]) != primaries.npos && transfers.find(body[1]) != transfers.npos && body[2] == 0 &&
           u8(body, 3) < 2;
  }
  if (type == "cHRM") {
    for (std::size_t at = 0; at < 32; at += 8)
      if (u32(body, at) + u32(body, at + 4) > 100'000) return false;
  } else if (type == "mDCV") {
    for (std::size_t at = 0; at < 16; at += 4)
      if (u16(at) + u16(at + 2) > 50'000) return false;
    return u32(body, 16) <= brightest && u32(body, 20) < u32(body, 16);
  } else if (type == "sBIT") {
    for (std::size_t at = 0; at < body.size(); ++at)
      if (u8(body, at) == 0 || u8(body, at) > (colour == 3 ? 8 : depth)) return false;
  } else if (type == "PLTE") {
    return body.size() / 3 <= std::size_t{1} << depth;
  } else if (type == "bKGD" && colour == 3) {
    return u8(body, 0) < palette / 3;
  } else if (colour != 3 && (type == "bKGD" || type == "tRNS")) {
    for (std::size_t at = 0; at < body.size(); at += 2)
      if (u16(at) > (1u << depth) - 1) return false;
  }
  return true;
}

/// The reduced profile inside of an iCCP that is written as ours are; nothing for any other.
std::optional<std::string_view> stored_profile(std::string_view body) {
  constexpr auto front = "icc\0\0\x78\x01\x01"sv;
  if (!body.starts_with(front) || body.size() < front.size() + 8) return std::nullopt;
  const std::string_view lengths = body.substr(front.size(), 4), profile = body.substr(front.size() + 4, body.size() - front.size() - 8);
  const std::size_t size = u8(lengths, 0) + 256u * u8(lengths, 1), inverse = u8(lengths, 2) + 256u * u8(lengths, 3);
  std::uint64_t a = 1, b = 0;
  for (const char c : profile) {
    a = (a + static_cast<unsigned char>(c)) % 65521;
    b = (b + a) % 65521;
  }
  if (size != profile.size() || inverse != 65535 - size || u32(body, body.size() - 4) != b * 65536 + a) return std::nullopt;
  return profile;
}

/// The profile of any iCCP, inflated; empty where there is none to be had.
std::string any_profile(std::string_view body) {
  const std::size_t nul = body.find('\0');
  if (nul == body.npos || body.size() - nul < 2) return {};
  std::string out(std::size_t{16} << 20, 0);
  uLongf size = out.size();
  const std::string_view coded = body.substr(nul + 2);
  const int outcome = uncompress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(coded.data()), coded.size());
  out.resize(outcome == Z_OK ? size : 0);
  return out;
}

using Parts = std::vector<RowReader::Part>;

Parts parts_of(std::uint64_t width, std::uint64_t height, bool interlaced) {
  if (!interlaced) return {{width, height}};
  return {{(width + 7) / 8, (height + 7) / 8}, {(width + 3) / 8, (height + 7) / 8}, {(width + 3) / 4, (height + 3) / 8},
          {(width + 1) / 4, (height + 3) / 4}, {(width + 1) / 2, (height + 1) / 4}, {width / 2, (height + 1) / 2},
          {width, height / 2}};
}

/// Bytes of an inflated raster, filter bytes included.
std::uint64_t raster_size(const Parts& parts, unsigned depth, unsigned colour) {
  const std::uint64_t bits = std::uint64_t{depth} * static_cast<unsigned>("1031204"[colour] - '0');
  std::uint64_t size = 0;
  for (const auto& [width, height] : parts)
    if (width > 0) size += height * (1 + (width * bits + 7) / 8);
  return size;
}

/// Counts what comes out of one picture's compressed data, and sees that nothing stands behind them. Hands it
/// on to `rows` where there is one.
class Counter {
 public:
  explicit Counter(RowReader* rows) : rows_(rows) { DOKAZ_CHECK(inflateInit(&zlib_) == Z_OK); }
  ~Counter() { inflateEnd(&zlib_); }
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;

  void begin(std::uint64_t expected) {
    DOKAZ_CHECK(inflateReset(&zlib_) == Z_OK);
    expected_ = expected;
    total_ = 0;
    ended_ = false;
  }
  bool feed(std::string_view data) {
    zlib_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
    zlib_.avail_in = static_cast<uInt>(data.size());
    do {
      if (ended_) return zlib_.avail_in == 0;
      zlib_.next_out = buffer_.data();
      zlib_.avail_out = static_cast<uInt>(buffer_.size());
      const int outcome = inflate(&zlib_, Z_NO_FLUSH);
      if (outcome != Z_OK && outcome != Z_STREAM_END && outcome != Z_BUF_ERROR) return false;
      total_ += buffer_.size() - zlib_.avail_out;
      if (total_ > expected_) return false;
      if (rows_) rows_->feed(ByteView(buffer_).first(buffer_.size() - zlib_.avail_out));
      ended_ = outcome == Z_STREAM_END;
    } while (zlib_.avail_in > 0 || zlib_.avail_out == 0);
    return true;
  }
  bool whole() const { return ended_ && total_ == expected_; }

 private:
  RowReader* rows_;
  z_stream zlib_{};
  std::array<Byte, 65536> buffer_{};
  std::uint64_t expected_ = 0, total_ = 0;
  bool ended_ = false;
};

/// What decides the picture, apart from its profile, density and colours of nobody.
struct Coded {
  Sha256 digest;
  std::string_view profile;  ///< payload of iCCP
  std::uint64_t across = 0, down = 0;  ///< of pHYs
  std::optional<unsigned> orientation;  ///< of the first eXIf
};

/// `indices` are those that pixels have, where there is a palette. sRGB says nothing beside a profile.
Result<Coded> coded_png(ByteView bytes, const std::bitset<256>& indices, bool without_srgb) {
  std::string_view rest = text_of(bytes);
  Coded out;
  if (!rest.starts_with(signature)) return unclean("not a PNG");
  rest.remove_prefix(signature.size());
  std::map<int, std::string_view> seen;
  std::string_view header;
  FieldHash hash;
  Sha256Stream raster;
  std::uint64_t raster_bytes = 0;
  std::size_t palette = 0;
  FieldHash frames;
  const int animation = place_of("acTL");
  for (;;) {
    DOKAZ_LET(chunk, next(rest));
    if (chunk.type == "IEND") break;
    const int place = place_of(chunk.type);
    const bool before_raster = raster_bytes == 0;
    if (before_raster && chunk.type == "pHYs" && chunk.body.size() == 9 && out.across == out.down) {
      out.across = u32(chunk.body, 0);
      out.down = u32(chunk.body, 4);
    }
    if (chunk.type == "eXIf" && !out.orientation) out.orientation = stated_orientation(bytes_of(chunk.body));
    if (before_raster && chunk.type == "iCCP" && out.profile.empty()) out.profile = chunk.body;
    if (header.empty()) {
      if (chunk.type != "IHDR" || chunk.body.size() != 13) return unclean("header");
      header = chunk.body;
      if (u8(header, 9) > 6 || u8(header, 8) > 16) return unclean("header");
    } else if (chunk.type == "IDAT") {
      if (raster_bytes == 0 && !chunk.body.empty()) frames.field("raster", 0);
      raster.update(chunk.body);
      raster_bytes += chunk.body.size();
    } else if (chunk.type == "pHYs" || chunk.type == "iCCP") {
      continue;
    } else if (place >= 0) {
      // A palette decides the picture only where colours are indices into it.
      const unsigned colour = u8(header, 9);
      if (chunk.type == "PLTE" && colour != 3) continue;
      const std::size_t size = once[place].second;
      if (size ? chunk.body.size() != size : !fits_colour(chunk.type, chunk.body.size(), colour, palette))
        return unclean("chunk size");
      if (chunk.type == "PLTE") palette = chunk.body.size();
      if (in_range(chunk.type, chunk.body, u8(header, 8), colour, palette)) seen[place] = chunk.body;
    } else if (seen.contains(animation) && (chunk.type == "fcTL" || chunk.type == "fdAT")) {
      frames.field(chunk.type, bytes_of(chunk.body));
    }
  }
  if (header.empty() || raster_bytes == 0) return unclean("no raster");
  hash.field("IHDR", bytes_of(header));
  std::bitset<256> used = indices;
  const bool indexed = u8(header, 9) == 3;
  if (const auto background = seen.find(place_of("bKGD")); indexed && background != seen.end())
    used.set(u8(background->second, 0));
  for (const auto& [place, body] : seen) {
    if (once[place].first == "sRGB" && without_srgb) continue;
    std::string value(body);
    for (std::size_t i = 0; indexed && i < value.size(); ++i) {
      if (once[place].first == "PLTE" && !used[i / 3]) value[i] = 0;
      if (once[place].first == "tRNS" && !used[i]) value[i] = '\xff';
    }
    hash.field(once[place].first, bytes_of(value));
  }
  hash.field("IDAT", raster_bytes);
  hash.field("IDAT", raster.finish().view());
  hash.field("frames", frames.finish().view());
  out.digest = hash.finish();
  return out;
}

Result<Checked> grammar_png(ByteView clean, std::bitset<256>& indices) {
  std::string_view rest = text_of(clean);
  if (!rest.starts_with(signature)) return unclean("start");
  rest.remove_prefix(signature.size());
  DOKAZ_LET(header, next(rest));
  if (header.type != "IHDR" || header.body.size() != 13) return unclean("header");
  const unsigned depth = u8(header.body, 8), colour = u8(header.body, 9), interlace = u8(header.body, 12);
  constexpr std::string_view depths[] = {"\1\2\4\x08\x10", "", "\x08\x10", "\1\2\4\x08", "\x08\x10", "", "\x08\x10"};
  if (colour > 6 || depths[colour].find(header.body[8]) == std::string_view::npos || interlace > 1 ||
      header.body.substr(10, 2) != "\0\0"sv)
    return unclean("header");
  Checked checked{Media::png, static_cast<std::uint32_t>(u32(header.body, 0)),
                  static_cast<std::uint32_t>(u32(header.body, 4)), {}, {}, {}};
  constexpr std::uint64_t most_pixels = std::uint64_t{1} << 36;  // keeps every product below within 64 bits
  if (checked.width == 0 || checked.height == 0 || most_pixels / checked.width < checked.height)
    return unclean("dimensions");
  RowReader rows(depth, colour == 3);
  Counter raster(colour == 3 || depth < 8 ? &rows : nullptr);
  std::string_view colours, transparency;
  std::optional<unsigned> background;
  bool profiled = false;
  std::size_t palette = 0;
  std::uint64_t frames = 0, announced = 0, sequence = 0;
  int place = -1;
  // none: before any picture; control: after fcTL; idat, fdat: within the data of a picture
  enum { none, control, idat, fdat } state = none;
  bool first_done = false;
  const auto expect = [&](std::uint64_t width, std::uint64_t height) {
    Parts parts = parts_of(width, height, interlace == 1);
    raster.begin(raster_size(parts, depth, colour));
    rows.begin(std::move(parts));
  };
  for (bool first_chunk = true;; first_chunk = false) {
    DOKAZ_LET(chunk, next(rest));
    const std::string_view body = chunk.body;
    if (chunk.type == "IEND") {
      if (!body.empty() || !rest.empty()) return unclean("end");
      break;
    }
    if (chunk.type == "eXIf") {
      if (!first_chunk || !is_orientation_alone(bytes_of(body))) return unclean("Exif");
      checked.exif = to_bytes(body);
    } else if (const int here = place_of(chunk.type); here >= 0) {
      if (state != none || here <= place) return unclean("order of chunks");
      place = here;
      if (once[here].second ? body.size() != once[here].second : !fits_colour(chunk.type, body.size(), colour, palette))
        return unclean("chunk size");
      if (!in_range(chunk.type, body, depth, colour, palette)) return unclean("a value that no picture has");
      if (chunk.type == "PLTE") palette = body.size(), colours = body;
      if (chunk.type == "tRNS") transparency = body;
      if (chunk.type == "bKGD" && colour == 3) background = u8(body, 0);
      if (chunk.type == "acTL") announced = u32(body, 0);
      if (chunk.type == "sRGB" && profiled) return unclean("sRGB beside a profile");
      if (chunk.type == "iCCP") {
        const auto profile = stored_profile(body);
        const unsigned channels = colour == 0 || colour == 4 ? 1 : 3;
        if (!profile || channels_of_reduced_profile(bytes_of(*profile)) != channels) return unclean("colour profile");
        profiled = true;
      }
    } else if (chunk.type == "IDAT") {
      if (body.empty() || state == fdat || (first_done && state != idat)) return unclean("order of chunks");
      if (state == none) expect(checked.width, checked.height);
      state = idat;
      first_done = true;
      if (!raster.feed(body)) return unclean("raster");
    } else if (announced > 0 && chunk.type == "fcTL") {
      if (body.size() != 26 || u32(body, 0) != sequence++ || state == control || u8(body, 24) > 2 || u8(body, 25) > 1) return unclean("frame control");
      if (state != none && !raster.whole()) return unclean("raster");
      if (!first_done && (u32(body, 4) != checked.width || u32(body, 8) != checked.height || state != none))
        return unclean("frame control");
      if (u32(body, 12) + u32(body, 4) > checked.width || u32(body, 16) + u32(body, 8) > checked.height)
        return unclean("frame outside the picture");
      expect(u32(body, 4), u32(body, 8));
      state = control;
      ++frames;
    } else if (announced > 0 && chunk.type == "fdAT") {
      if (body.size() < 4 || u32(body, 0) != sequence++ || !first_done || (state != control && state != fdat))
        return unclean("frame data");
      state = fdat;
      if (!raster.feed(body.substr(4))) return unclean("raster");
    } else {
      return unclean("a chunk that a clean copy does not hold");
    }
  }
  if (!first_done || state == control || !raster.whole()) return unclean("raster");
  if (frames != announced) return unclean("number of frames");
  if (!rows.plain()) return unclean("something behind the rows");
  if (colour != 3) return checked;
  if (palette == 0) return unclean("palette");
  indices = rows.indices();
  for (std::size_t index = 0; index < 256; ++index) {
    const bool known = index < palette / 3, used = indices[index] || background == index;
    if (indices[index] && !known) return unclean("a pixel without colour");
    if (used || !known) continue;
    if (colours.substr(3 * index, 3) != "\0\0\0"sv) return unclean("a colour of nobody");
    if (index < transparency.size() && transparency[index] != '\xff') return unclean("a colour of nobody");
  }
  return checked;
}

/// Whether the clean copy's density is the original's, which it must state where pixels are not square but not absurd.
bool same_aspect(const Coded& before, const Coded& after) {
  if (after.across != after.down) return before.across * after.down == before.down * after.across;
  const std::uint64_t common = std::max<std::uint64_t>(1, std::gcd(before.across, before.down));
  return before.across == before.down || before.across == 0 || before.down == 0 ||
         std::max(before.across, before.down) / common > 10'000;
}

}  // namespace

Result<Checked> png(ByteView original, ByteView clean) {
  std::bitset<256> indices;
  DOKAZ_LET(checked, grammar_png(clean, indices));
  DOKAZ_LET(after, coded_png(clean, indices, false));
  const bool profiled = !after.profile.empty();
  DOKAZ_LET(before, coded_png(original, indices, profiled));
  if (before.digest != after.digest) return unclean("the coded picture differs");
  if (before.orientation.value_or(1) != after.orientation.value_or(1)) return unclean("the orientation differs");
  if (!same_aspect(before, after)) return unclean("another aspect ratio");
  const auto profile = profiled ? stored_profile(after.profile) : std::nullopt;
  if (profile && !renders_like(bytes_of(*profile), bytes_of(any_profile(before.profile))))
    return unclean("another colour profile");
  checked.coded = after.digest;
  return checked;
}

}  // namespace dokaz::intake::check
