// SPDX-License-Identifier: GPL-3.0-or-later
// Photos: segments, chunks and blocks. Films: residue_boxes.cpp.
#include "collector/intake/check/residue_regions.hpp"

#include "collector/intake/check/clean_check.hpp"

namespace dokaz::intake::check {
namespace {

using namespace std::string_view_literals;
using Regions = std::vector<Region>;

constexpr std::size_t most_regions = 2'000'000;

Error lost() { return unclean("the clean copy does not follow its own lengths"); }

unsigned u8(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }
std::size_t big(std::string_view text, std::size_t at, std::size_t size) {
  std::size_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | u8(text, at + i);
  return value;
}
std::size_t little(std::string_view text, std::size_t at, std::size_t size) {
  std::size_t value = 0;
  for (std::size_t i = size; i > 0; --i) value = value << 8 | u8(text, at + i - 1);
  return value;
}

void add(Regions& to, Region::Kind kind, std::size_t offset, std::size_t length, bool begins = true) {
  if (length > 0) to.push_back({kind, offset, length, begins});
}

}  // namespace

std::size_t shortest_in(Region::Kind kind) {
  switch (kind) {
    case Region::Kind::values:
    case Region::Kind::palette: return 6;
    case Region::Kind::coded:
    case Region::Kind::raster: return 8;
    case Region::Kind::samples: return 12;
    case Region::Kind::film: return 16;
    case Region::Kind::exif: break;
  }
  return SIZE_MAX;
}

Result<Regions> regions::jpeg(ByteView clean) {
  const std::string_view file = text_of(clean);
  Regions out;
  for (std::size_t at = 2;;) {
    if (file.size() < at + 2 || u8(file, at) != 0xff) return lost();
    const unsigned marker = u8(file, at + 1);
    if (marker == 0xd9) {
      add(out, Region::Kind::values, at + 2, file.size() - at - 2);
      return out;
    }
    if (file.size() < at + 4) return lost();
    const std::size_t body = at + 4, next = at + 2 + big(file, at + 2, 2);
    if (next < body || next > file.size()) return lost();
    const std::string_view payload = file.substr(body, next - body);
    at = next;
    if (marker == 0xe1 && payload.starts_with("Exif\0\0"sv)) {
      add(out, Region::Kind::exif, body + 6, payload.size() - 6);
    } else if (marker == 0xe2 && payload.starts_with("ICC_PROFILE\0"sv)) {
      continue;
    } else if (marker == 0xe0 && payload.starts_with("JFIF\0"sv) && payload.size() == 14) {
      continue;
    } else if (marker == 0xee && payload.starts_with("Adobe\0"sv) && payload.size() == 12) {
      continue;
    } else if (marker == 0xfe || (marker & 0xf0) == 0xe0) {
      add(out, Region::Kind::values, body, payload.size());
    } else if (marker == 0xda) {
      std::size_t end = file.find('\xff', at);
      while (end != std::string_view::npos && end + 1 < file.size() && (file[end + 1] == 0 || (u8(file, end + 1) & 0xf8) == 0xd0))
        end = file.find('\xff', end + 2);
      if (end == std::string_view::npos) return lost();
      add(out, Region::Kind::coded, at, end - at);
      at = end;
    }
  }
}

Status regions::png(ByteView clean, Regions& out) {
  const std::string_view file = text_of(clean);
  bool in_raster = false;
  for (std::size_t at = 8; at < file.size();) {
    if (out.size() > most_regions) return lost();
    if (file.size() - at < 12 || big(file, at, 4) > file.size() - at - 12) return lost();
    const std::size_t length = big(file, at, 4), body = at + 8;
    const std::string_view type = file.substr(at + 4, 4);
    at = body + length + 4;
    if (type == "IDAT" || type == "fdAT") {
      const std::size_t number = type == "fdAT" ? 4 : 0;
      if (length < number) return lost();
      add(out, Region::Kind::raster, body + number, length - number, !in_raster);
      in_raster = true;
    } else {
      in_raster = false;
      if (type == "eXIf") add(out, Region::Kind::exif, body, length);
      else if (type == "PLTE") add(out, Region::Kind::palette, body, length);
      else if (type != "IHDR" && type != "iCCP") add(out, Region::Kind::values, body, length);
    }
  }
  return {};
}

Result<Regions> regions::webp(ByteView clean) {
  const std::string_view file = text_of(clean);
  Regions out;
  std::size_t at = 12, frame_end = 0;
  while (at < file.size()) {
    if (file.size() - at < 8) return lost();
    const std::string_view type = file.substr(at, 4);
    const std::size_t body = at + 8, length = little(file, at + 4, 4);
    if (length > file.size() - body) return lost();
    if (type == "ANMF" && body >= frame_end) {  // 16 bytes, then chunks of its own
      if (length < 16) return lost();
      frame_end = body + length;
      at = body + 16;
      continue;
    }
    if (type == "EXIF") add(out, Region::Kind::exif, body, length);
    else if (type == "VP8 " || type == "VP8L" || type == "ALPH") add(out, Region::Kind::coded, body, length);
    else if (type != "VP8X" && type != "ICCP" && type != "ANIM") add(out, Region::Kind::values, body, length);
    at = body + length + (length & 1);
  }
  return out;
}

Status regions::gif(ByteView clean, Regions& out) {
  const std::string_view file = text_of(clean);
  if (file.size() < 13) return lost();
  std::size_t at = 13;
  const auto colours = [&](unsigned flags) {
    const std::size_t length = flags & 0x80 ? std::size_t{3} << ((flags & 7) + 1) : 0;
    if (length > file.size() - at) return false;
    add(out, Region::Kind::palette, at, length);
    at += length;
    return true;
  };
  const auto skip_blocks = [&] {
    while (at < file.size() && file[at] != 0) at += 1 + u8(file, at);
    return ++at <= file.size();
  };
  if (!colours(u8(file, 10))) return lost();
  while (at < file.size()) {
    if (out.size() > most_regions) return lost();
    const std::size_t start = at;
    const unsigned what = u8(file, at++);
    if (what == 0x3b) {
      add(out, Region::Kind::values, at, file.size() - at);
      return {};
    }
    if (what == 0x21) {
      const bool fixed = file.substr(at).starts_with("\xff\x0bNETSCAPE2.0\x03\x01"sv) || file.substr(at, 1) == "\xf9"sv;
      ++at;
      if (at > file.size() || !skip_blocks()) return lost();
      if (!fixed) add(out, Region::Kind::values, start, at - start);
    } else if (what == 0x2c) {
      if (file.size() - at < 9) return lost();
      const unsigned flags = u8(file, at + 8);
      at += 9;
      if (!colours(flags)) return lost();
      const std::size_t data = at++;
      if (at > file.size() || !skip_blocks()) return lost();
      add(out, Region::Kind::coded, data, at - data);
    } else {
      return lost();
    }
  }
  return lost();
}

Result<Regions> regions::tiff(ByteView clean) {
  const std::string_view file = text_of(clean);
  if (file.size() < 8) return lost();
  const bool motorola = file[0] == 'M';
  const auto number = [&](std::size_t at, std::size_t size) { return motorola ? big(file, at, size) : little(file, at, size); };
  /// The values of an entry of numbers.
  const auto values = [&](std::size_t entry) {
    std::vector<std::size_t> out;
    const std::size_t width = number(entry + 2, 2) == 3 ? 2 : 4, count = number(entry + 4, 4);
    const std::size_t from = count * width <= 4 ? entry + 8 : number(entry + 8, 4);
    if (from > file.size() || count > (file.size() - from) / width) return out;
    for (std::size_t i = 0; i < count; ++i) out.push_back(number(from + i * width, width));
    return out;
  };
  Regions out;
  constexpr std::size_t most_pages = 65536;
  std::size_t directory = number(4, 4);
  for (std::size_t page = 0; directory != 0 && page < most_pages; ++page) {
    if (directory > file.size() || file.size() - directory < 2) return lost();
    const std::size_t entries = number(directory, 2), end = directory + 2 + 12 * entries;
    if (end > file.size() || file.size() - end < 4) return lost();
    std::vector<std::size_t> offsets, lengths;
    for (std::size_t entry = directory + 2; entry < end; entry += 12) {
      const std::size_t tag = number(entry, 2);
      if (tag == 273 || tag == 324) offsets = values(entry);
      if (tag == 279 || tag == 325) lengths = values(entry);
    }
    if (offsets.size() != lengths.size()) return lost();
    for (std::size_t i = 0; i < offsets.size(); ++i) {
      if (offsets[i] > file.size() || lengths[i] > file.size() - offsets[i]) return lost();
      add(out, Region::Kind::samples, offsets[i], lengths[i]);
    }
    directory = number(end, 4);
  }
  return out;
}

Regions palettes_of(Media media, ByteView original) {
  Regions out;
  // Where it cannot be followed any further, the rest may hold what it likes.
  if (media == Media::gif) (void)regions::gif(original, out);
  if (media == Media::png) (void)regions::png(original, out);
  std::erase_if(out, [](const Region& region) { return region.kind != Region::Kind::palette; });
  return out;
}

Result<Regions> regions_of(Media media, const Content& clean) {
  if (is_streamed(media)) return regions::boxes(clean, Region::Kind::film);
  Bytes room;
  if (!clean.view()) {
    DOKAZ_LET(bytes, clean.bytes(0, clean.size()));
    room = std::move(bytes);
  }
  const ByteView bytes = clean.view() ? *clean.view() : ByteView(room);
  Regions out;
  switch (media) {
    case Media::jpeg: return regions::jpeg(bytes);
    case Media::png: DOKAZ_TRY(regions::png(bytes, out)); return out;
    case Media::webp: return regions::webp(bytes);
    case Media::gif: DOKAZ_TRY(regions::gif(bytes, out)); return out;
    case Media::tiff: return regions::tiff(bytes);
    case Media::heic:
    case Media::avif: return regions::boxes(clean, Region::Kind::coded);
    case Media::mp4:
    case Media::quicktime:
    case Media::three_gp:
    case Media::m4a: break;
  }
  return regions::boxes(clean, Region::Kind::film);
}

Result<std::vector<Bytes>> exif_blocks(Media media, const Content& clean) {
  std::vector<Bytes> out;
  if (is_streamed(media)) return out;
  Regions regions = {{Region::Kind::exif, 0, clean.size()}};
  if (media != Media::tiff) {
    DOKAZ_LET(found, regions_of(media, clean));
    regions = std::move(found);
  }
  for (const Region& region : regions) {
    if (region.kind != Region::Kind::exif) continue;
    DOKAZ_LET(block, clean.bytes(region.offset, region.length));
    out.push_back(std::move(block));
  }
  return out;
}

}  // namespace dokaz::intake::check
