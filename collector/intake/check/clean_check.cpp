// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/check/clean_check.hpp"

namespace dokaz::intake {
namespace check {

bool is_orientation_alone(ByteView tiff) {
  constexpr std::string_view before("MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", 19);
  constexpr std::string_view after("\0\0\0\0\0\0", 6);
  const std::string_view text = text_of(tiff);
  return text.size() == 26 && text.starts_with(before) && text.ends_with(after) && text[19] >= 2 && text[19] <= 8;
}

unsigned stated_orientation(ByteView tiff) {
  const std::string_view text = text_of(tiff);
  const bool big = text.starts_with(std::string_view("MM\0\x2a", 4));
  if (!big && !text.starts_with(std::string_view("II\x2a\0", 4))) return 1;
  const auto number = [&](std::uint64_t at, unsigned size) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < size; ++i) {
      const std::uint64_t place = at + (big ? i : size - 1 - i);
      value = value * 256 + (place < tiff.size() ? tiff[static_cast<std::size_t>(place)] : 0);
    }
    return value;
  };
  const std::uint64_t directory = number(4, 4);
  std::uint64_t entry = directory + 2;
  for (std::uint64_t left = number(directory, 2); left > 0 && entry + 12 <= tiff.size(); --left, entry += 12) {
    if (number(entry, 2) != 0x112) continue;
    const std::uint64_t value = number(entry + 8, 2);
    const bool is_one_short = number(entry + 2, 2) == 3 && number(entry + 4, 4) == 1;
    return is_one_short && value >= 2 && value <= 8 ? static_cast<unsigned>(value) : 1;
  }
  return 1;
}

void FieldHash::field(std::string_view label, ByteView bytes) {
  field(label, bytes.size());
  hash_.update(bytes);
}
void FieldHash::field(std::string_view label, std::uint64_t value) {
  hash_.update(label);
  std::array<Byte, 9> number{};  // a NUL ends the label
  for (std::size_t i = 8; i > 0; --i, value >>= 8) number[i] = static_cast<Byte>(value);
  hash_.update(number);
}

}  // namespace check

namespace {

/// The content in memory: as it lies there, or read into `room`.
Result<ByteView> whole(const Content& content, Bytes& room) {
  if (const auto view = content.view()) return *view;
  DOKAZ_LET(bytes, content.bytes(0, content.size()));
  room = std::move(bytes);
  return ByteView(room);
}

Result<Checked> check_picture(Media media, ByteView original, ByteView clean) {
  switch (media) {
    case Media::jpeg: return check::jpeg(original, clean);
    case Media::png: return check::png(original, clean);
    case Media::tiff: return check::tiff(original, clean);
    case Media::heic:
    case Media::avif: return check::heif(original, clean);
    case Media::webp: return check::webp(original, clean);
    case Media::gif: return check::gif(original, clean);
    case Media::mp4:
    case Media::quicktime:
    case Media::three_gp:
    case Media::m4a: break;
  }
  return check::unclean("not a kind of clean copy");
}

/// By the first bytes of the clean copy, which have one form for each kind.
Result<Media> kind_of(const Content& clean) {
  DOKAZ_LET(head, clean.bytes(0, std::min<std::uint64_t>(clean.size(), 16)));
  const std::string_view text = text_of(head);
  if (text.starts_with("\xff\xd8")) return Media::jpeg;
  if (text.starts_with("\x89PNG")) return Media::png;
  for (const std::string_view brand : {"heic", "heix", "avif"})
    if (text.substr(0, 12).ends_with(brand) && text.substr(4).starts_with("ftyp")) return brand == "avif" ? Media::avif : Media::heic;
  if (text.starts_with("GIF89a")) return Media::gif;
  if (text.size() >= 12 && text.starts_with("RIFF") && text.substr(8, 4) == "WEBP") return Media::webp;
  if (text.starts_with("II") || text.starts_with("MM")) return Media::tiff;
  if (text.size() >= 12 && text.substr(4, 4) == "ftyp") {
    const std::string_view brand = text.substr(8, 4);
    if (brand == "mp42") return Media::mp4;
    if (brand == "qt  ") return Media::quicktime;
    if (brand == "3gp6") return Media::three_gp;
    if (brand == "M4A ") return Media::m4a;
  }
  return check::unclean("not a kind of clean copy");
}

}  // namespace

Result<Checked> check_clean(const Content& original, const Content& clean) {
  DOKAZ_LET(media, kind_of(clean));
  if (is_streamed(media)) return check::film(original, clean, media);
  Bytes original_room, clean_room;
  DOKAZ_LET(before, whole(original, original_room));
  DOKAZ_LET(after, whole(clean, clean_room));
  return check_picture(media, before, after);
}

}  // namespace dokaz::intake
