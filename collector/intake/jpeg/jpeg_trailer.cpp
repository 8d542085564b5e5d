// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/jpeg/jpeg_trailer.hpp"

#include <cstring>

#include "collector/intake/jpeg/jpeg_segments.hpp"
#include "collector/intake/plain_text.hpp"

namespace dokaz::intake::jpeg {
namespace {

using namespace std::string_view_literals;

std::uint32_t big32(ByteView at) { return number16(at) << 16 | number16(at.subspan(2)); }
std::uint32_t little32(ByteView at) {
  return static_cast<std::uint32_t>(at[0]) | std::uint32_t{at[1]} << 8 | std::uint32_t{at[2]} << 16 | std::uint32_t{at[3]} << 24;
}

/// The length of the box at the front (ISO 14496-12, 4.2); 0 where there is none.
std::size_t box_size(ByteView bytes) {
  if (bytes.size() < 8) return 0;
  std::uint64_t size = big32(bytes);
  if (size == 0) return bytes.size();
  if (size == 1) {
    if (bytes.size() < 16) return 0;
    size = std::uint64_t{big32(bytes.subspan(8))} << 32 | big32(bytes.subspan(12));
  }
  return size < 8 ? 0 : static_cast<std::size_t>(std::min<std::uint64_t>(size, bytes.size()));
}
std::string_view box_type(ByteView bytes) { return text_of(bytes.subspan(4, 4)); }

/// A film that begins here ends behind the last of its boxes.
std::size_t film_size(ByteView bytes) {
  static constexpr std::string_view types[] = {"ftyp"sv, "moov"sv, "mdat"sv, "free"sv, "skip"sv, "wide"sv, "uuid"sv,
                                               "meta"sv, "moof"sv, "mfra"sv, "mpvd"sv, "udta"sv, "pnot"sv};
  std::size_t at = 0;
  for (;;) {
    const std::size_t size = box_size(bytes.subspan(at));
    if (size == 0) return at;
    const std::string_view type = box_type(bytes.subspan(at));
    if (std::find(std::begin(types), std::end(types), type) == std::end(types)) return at;
    at += size;
  }
}

/// Where the data begin that a Samsung directory at the end names; nothing where there is no such directory.
/// "SEFH", version, count, then for each: two unused bytes, its type, how far before "SEFH" it begins, its length;
/// behind them the directory's length and "SEFT", all little-endian.
std::optional<std::size_t> samsung_begin(ByteView trailer) {
  if (trailer.size() < 20 || text_of(trailer.last(4)) != "SEFT") return std::nullopt;
  const std::size_t length = little32(trailer.subspan(trailer.size() - 8));
  if (length < 12 || length > trailer.size() - 8) return std::nullopt;
  const std::size_t directory = trailer.size() - 8 - length;
  const ByteView head = trailer.subspan(directory, length);
  if (text_of(head.first(4)) != "SEFH") return std::nullopt;
  std::size_t begin = directory;
  const std::size_t count = std::min<std::size_t>(little32(head.subspan(8)), (length - 12) / 12);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t before = little32(head.subspan(12 + 12 * i + 4));
    if (before <= directory) begin = std::min(begin, directory - before);
  }
  return begin;
}

/// What begins at the front of `bytes`; of `other` and no size where nothing known does.
TrailerPart part_at(ByteView bytes) {
  TrailerPart part;
  const std::string_view text = text_of(bytes);
  if (text.starts_with("\xff\xd8\xff"sv)) {
    part.kind = TrailerPart::Kind::picture;
    part.picture = look_at(bytes);
    part.size = part.picture.size;
  } else if (text.substr(0, 8).ends_with("ftyp"sv) && text.size() >= 8) {
    part.size = film_size(bytes);
    if (part.size > 0) part.kind = TrailerPart::Kind::film;
  } else if (text.starts_with("PK\3\4"sv)) {
    part.kind = TrailerPart::Kind::zip;
    part.size = bytes.size();
  }
  return part;
}

/// The next place, at `from` or behind it, where something known may begin.
std::size_t next_beginning(ByteView bytes, std::size_t from) {
  for (std::size_t at = from; at < bytes.size(); ++at) {
    const std::string_view rest = text_of(bytes.subspan(at));
    switch (bytes[at]) {
      case 0xff: if (rest.starts_with("\xff\xd8\xff"sv)) return at; break;
      case 'P': if (rest.starts_with("PK\3\4"sv)) return at; break;
      case 'f': if (at >= from + 4 && rest.starts_with("ftyp"sv)) return at - 4; break;
    }
  }
  return bytes.size();
}

void add(std::vector<TrailerPart>& parts, std::size_t offset, TrailerPart part) {
  using Kind = TrailerPart::Kind;
  part.offset = offset;
  if (!parts.empty() && parts.back().kind == Kind::other && part.kind == Kind::other) parts.back().size += part.size;
  else if (part.size > 0) parts.push_back(std::move(part));
}

}  // namespace

std::vector<TrailerPart> parts_within(ByteView bytes) {
  std::vector<TrailerPart> parts;
  for (std::size_t at = 0; at < bytes.size();) {
    const bool enough = parts.size() >= most_trailer_parts;
    TrailerPart part = enough ? TrailerPart{} : part_at(bytes.subspan(at));
    if (part.size == 0) part.size = (enough ? bytes.size() : next_beginning(bytes, at + 1)) - at;
    const std::size_t size = part.size;
    add(parts, at, std::move(part));
    at += size;
  }
  return parts;
}

std::vector<TrailerPart> parts_of_trailer(ByteView trailer) {
  // The data of a directory are its own, whatever may seem to begin among them.
  const std::size_t samsung = samsung_begin(trailer).value_or(trailer.size());
  std::vector<TrailerPart> parts = parts_within(trailer.first(samsung));
  add(parts, samsung, {TrailerPart::Kind::samsung, 0, trailer.size() - samsung, {}});
  return parts;
}

std::string_view name_of(TrailerPart::Kind kind) {
  switch (kind) {
    case TrailerPart::Kind::picture: return "jpeg.trailer.jpeg";
    case TrailerPart::Kind::film: return "jpeg.trailer.mp4";
    case TrailerPart::Kind::samsung: return "jpeg.trailer.samsung";
    case TrailerPart::Kind::zip: return "jpeg.trailer.zip";
    case TrailerPart::Kind::other: break;
  }
  return "jpeg.trailer.other";
}

void read_film(ByteView film, MetadataBlocks& blocks, std::vector<ContainerValue>& values) {
  // XMP stands in a box of its own, whose name is this UUID.
  constexpr auto xmp = "uuid\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac"sv;
  constexpr auto place = "\xa9xyz"sv;
  const std::string_view text = text_of(film);
  if (const std::size_t at = text.find(xmp); at != std::string_view::npos && at >= 4) {
    const ByteView box = film.subspan(at - 4);
    if (const std::size_t size = box_size(box); size > 8 + 16) blocks.xmp.push_back(to_bytes(box.subspan(24, size - 24)));
  }
  if (const std::size_t at = text.find(place); at != std::string_view::npos && film.size() - at >= 8) {
    const ByteView after = film.subspan(at + 4);
    const std::size_t length = number16(after);
    if (length > 0 && length <= std::min<std::size_t>(after.size() - 4, 256))
      if (std::string value = plain_text(text_of(after.subspan(4, length))); !value.empty())
        values.push_back({"udta.xyz", std::move(value)});
  }
}

}  // namespace dokaz::intake::jpeg
