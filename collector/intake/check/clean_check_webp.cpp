// SPDX-License-Identifier: GPL-3.0-or-later
// WebP seen a second time: both files are read as a film of frames, and the clean one must be written as we write.
#include <optional>
#include <string>
#include <vector>

#include "collector/intake/check/clean_check.hpp"
#include "collector/intake/check/clean_check_lossless.hpp"
#include "collector/intake/check/icc.hpp"

namespace dokaz::intake::check {
namespace {

using namespace std::string_view_literals;

unsigned u8(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }
std::uint64_t u32(std::string_view text, std::size_t at, unsigned bytes = 4) {
  std::uint64_t value = 0;
  while (bytes-- > 0) value = value * 256 + u8(text, at + bytes);
  return value;
}
std::string little(std::uint64_t value, unsigned bytes) {
  std::string out;
  for (; bytes > 0; --bytes, value /= 256) out += static_cast<char>(value % 256);
  return out;
}

struct Piece {
  std::string_view name, body;
};

/// Chunks up to the end of `rest`. What is too short for a chunk is no chunk.
Result<std::vector<Piece>> pieces(std::string_view rest) {
  std::vector<Piece> out;
  while (rest.size() >= 8) {
    const std::uint64_t length = u32(rest, 4);
    if (length > rest.size() - 8) return unclean("chunk is cut");
    out.push_back({rest.substr(0, 4), rest.substr(8, static_cast<std::size_t>(length))});
    rest.remove_prefix(std::min<std::size_t>(rest.size(), static_cast<std::size_t>(8 + length + length % 2)));
  }
  return out;
}

struct Shot {
  std::string_view place;  ///< the first 15 bytes of ANMF: offsets, size, duration; empty in a still picture
  unsigned flags = 0;      ///< bit 0: disposes to background, bit 1: does not blend
  std::string_view alpha, name, coded;
  unsigned alpha_spare = 0, coded_spare = 0;  ///< bits at the end of either that no code has
  bool transparent() const { return !alpha.empty() || (name == "VP8L" && coded.size() > 4 && u8(coded, 4) >> 4 & 1); }
};

struct Film {
  std::uint32_t width = 0, height = 0;
  bool animated = false;
  std::string_view profile;  ///< where the flags announce one
  std::uint64_t background = 0, plays = 0;
  std::optional<unsigned> orientation;  ///< of the first EXIF
  std::vector<Shot> shots;
};

/// Width and height that a bitstream states; zeros where it states none.
std::pair<std::uint32_t, std::uint32_t> size_of(const Shot& shot) {
  if (shot.name == "VP8 " && shot.coded.size() >= 10)
    return {static_cast<std::uint32_t>(u32(shot.coded, 6, 2)), static_cast<std::uint32_t>(u32(shot.coded, 8, 2))};
  if (shot.name != "VP8L" || shot.coded.size() < 5) return {0, 0};
  const std::uint64_t bits = u32(shot.coded, 1);
  return {static_cast<std::uint32_t>(bits % 16384 + 1), static_cast<std::uint32_t>(bits / 16384 % 16384 + 1)};
}

Status add(Shot& shot, const Piece& piece) {
  if (piece.name == "ALPH") {
    if (!shot.alpha.empty() || !shot.name.empty()) return unclean("alpha plane");
    shot.alpha = piece.body;
  } else if (piece.name == "VP8 " || piece.name == "VP8L") {
    if (!shot.name.empty()) return unclean("two pictures");
    shot.name = piece.name;
    shot.coded = piece.body;
  }
  return {};
}

Result<Film> film_of(std::string_view file) {
  if (file.size() < 20 || !file.starts_with("RIFF") || file.substr(8, 4) != "WEBP") return unclean("start");
  if (u32(file, 4) < 12 || u32(file, 4) > file.size() - 8) return unclean("size");
  DOKAZ_LET(parts, pieces(file.substr(12, static_cast<std::size_t>(u32(file, 4)) - 4)));
  Film film;
  if (parts.empty()) return unclean("no picture");
  for (const Piece& part : parts)
    if (part.name == "EXIF" && !film.orientation)
      film.orientation = stated_orientation(bytes_of(part.body.substr(part.body.starts_with("Exif\0\0"sv) ? 6 : 0)));
  if (parts.front().name != "VP8X") {
    film.shots.emplace_back();
    DOKAZ_TRY(add(film.shots.front(), parts.front()));
  } else {
    const std::string_view canvas = parts.front().body;
    if (canvas.size() != 10) return unclean("canvas");
    film.animated = u8(canvas, 0) & 2;
    film.width = static_cast<std::uint32_t>(u32(canvas, 4, 3) + 1);
    film.height = static_cast<std::uint32_t>(u32(canvas, 7, 3) + 1);
    if (!film.animated) film.shots.emplace_back();
    bool controlled = false;
    for (const Piece& part : parts) {
      if (part.name == "ICCP" && u8(canvas, 0) & 0x20 && film.profile.empty()) film.profile = part.body;
      if (!film.animated) {
        DOKAZ_TRY(add(film.shots.front(), part));
      } else if (part.name == "ANIM" && part.body.size() == 6 && !controlled) {
        film.background = u32(part.body, 0);
        film.plays = u32(part.body, 4, 2);
        controlled = true;
      } else if (part.name == "ANMF") {
        if (part.body.size() < 16 || !controlled) return unclean("frame");
        Shot shot{part.body.substr(0, 15), u8(part.body, 15) & 3, {}, {}, {}};
        DOKAZ_LET(inner, pieces(part.body.substr(16)));
        for (const Piece& piece : inner) DOKAZ_TRY(add(shot, piece));
        film.shots.push_back(shot);
      }
    }
    if (film.shots.empty()) return unclean("no picture");
  }
  if (!film.animated) {
    const auto [width, height] = size_of(film.shots.front());
    if (film.width != 0 && (film.width != width || film.height != height)) return unclean("canvas");
    film.width = width;
    film.height = height;
  }
  const auto [width, height] = size_of(film.shots.front());
  bool seen = width != film.width || height != film.height ||
              (film.shots.front().transparent() && !(film.shots.front().flags & 2));
  for (const Shot& shot : film.shots) seen = seen || (shot.flags & 1);
  if (!seen) film.background = 0;
  return film;
}

/// Whether lossless codes of that size are just these bytes, the bits behind them 0; says how many those are.
bool is_coded(std::string_view bytes, std::uint32_t width, std::uint32_t height, unsigned& spare) {
  LosslessReader reader(bytes);
  const auto used = reader.length_of(width, height);
  if (!used || *used != bytes.size() || bytes.empty()) return false;
  spare = reader.bits_left();
  return u8(bytes, bytes.size() - 1) >> (8 - spare) == 0;
}

/// Whether the bitstreams are of the frame's size, and end where their chunks end.
bool is_whole(Shot& shot) {
  const auto [width, height] = size_of(shot);
  if (width == 0 || height == 0) return false;
  if (shot.name == "VP8L") {
    if (u8(shot.coded, 0) != 0x2f || u8(shot.coded, 4) >> 5 != 0) return false;
    if (!is_coded(shot.coded.substr(5), width, height, shot.coded_spare) || !shot.alpha.empty()) return false;
  } else {
    const std::uint64_t tag = u32(shot.coded, 0, 3);
    const bool key = tag % 2 == 0, shown = tag / 16 % 2 == 1;
    if (!key || !shown || tag / 2 % 8 > 3 || tag / 32 > shot.coded.size() - 10) return false;
    if (shot.coded.substr(3, 3) != "\x9d\x01\x2a"sv || width > 16383 || height > 16383) return false;
  }
  if (shot.alpha.empty()) return true;
  const unsigned kind = u8(shot.alpha, 0);
  if (kind >> 5 != 0 || kind % 4 > 1) return false;
  if (kind % 4 == 0) return shot.alpha.size() - 1 == std::uint64_t{width} * height;
  return is_coded(shot.alpha.substr(1), width, height, shot.alpha_spare);
}

/// Compares a file with what it should be, from the front.
class Follower {
 public:
  explicit Follower(std::string_view file) : rest_(file) {}
  bool expect(std::string_view bytes) {
    const bool there = rest_.starts_with(bytes);
    if (there) rest_.remove_prefix(bytes.size());
    return there;
  }
  bool chunk(std::string_view name, std::string_view body) {
    return expect(name) && expect(little(body.size(), 4)) && expect(body) && (body.size() % 2 == 0 || expect("\0"sv));
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

std::size_t room(std::string_view body) { return 8 + body.size() + body.size() % 2; }

Result<Checked> grammar_webp(std::string_view file, Film& film) {
  Checked checked{Media::webp, film.width, film.height, {}, {}, {}};
  // The one part of the extended form that is not among the pictures stands at the end.
  constexpr std::size_t exif_size = 26;
  const std::string_view tail = file.size() > exif_size + 8 ? file.substr(file.size() - exif_size - 8) : ""sv;
  if (tail.starts_with("EXIF\x1a\0\0\0"sv) && is_orientation_alone(bytes_of(tail.substr(8))))
    checked.exif = to_bytes(tail.substr(8));
  const bool oriented = !checked.exif.empty();
  Follower follower(file);
  if (!follower.expect("RIFF") || !follower.expect(little(file.size() - 8, 4)) || !follower.expect("WEBP"))
    return unclean("start");
  const bool coloured = !film.profile.empty();
  if (coloured && channels_of_reduced_profile(bytes_of(film.profile)) != 3) return unclean("colour profile");
  if (oriented || coloured || film.animated || !film.shots.front().alpha.empty()) {
    unsigned flags = (coloured ? 0x20u : 0) + (oriented ? 8u : 0) + (film.animated ? 2u : 0);
    for (const Shot& shot : film.shots)
      if (shot.transparent()) flags |= 16;
    if (!follower.chunk("VP8X", little(flags, 4) + little(film.width - 1, 3) + little(film.height - 1, 3)))
      return unclean("VP8X");
  }
  if (coloured && !follower.chunk("ICCP", film.profile)) return unclean("colour profile");
  if (film.animated && !follower.chunk("ANIM", little(film.background, 4) + little(film.plays, 2)))
    return unclean("ANIM");
  std::uint64_t pixels = 0;
  for (Shot& shot : film.shots) {
    const auto [width, height] = size_of(shot);
    pixels += std::uint64_t{width} * height;
    if (pixels > std::uint64_t{1} << 34) return unclean("more pixels than a film has");
    if (!is_whole(shot)) return unclean("bitstream");
    if (film.animated) {
      if (u32(shot.place, 6, 3) + 1 != width || u32(shot.place, 9, 3) + 1 != height) return unclean("a frame's size");
      if (2 * u32(shot.place, 0, 3) + width > film.width || 2 * u32(shot.place, 3, 3) + height > film.height)
        return unclean("a frame outside of the canvas");
      const std::size_t size = 16 + (shot.alpha.empty() ? 0 : room(shot.alpha)) + room(shot.coded);
      if (!follower.expect("ANMF") || !follower.expect(little(size, 4)) || !follower.expect(shot.place) ||
          !follower.expect(little(shot.flags, 1)))
        return unclean("ANMF");
    }
    if (!shot.alpha.empty() && !follower.chunk("ALPH", shot.alpha)) return unclean("ALPH");
    if (!follower.chunk(shot.name, shot.coded)) return unclean("picture");
  }
  if (oriented && !follower.chunk("EXIF", text_of(checked.exif))) return unclean("EXIF");
  if (!follower.rest().empty()) return unclean("something behind the picture");
  return checked;
}

/// Without the bits that no code has.
void add(FieldHash& hash, std::string_view label, std::string_view coded, unsigned spare) {
  hash.field(label, bytes_of(coded.substr(0, coded.size() - !coded.empty())));
  hash.field("last", coded.empty() ? 0 : u8(coded, coded.size() - 1) & (255u >> spare));
}

Sha256 coded_webp(const Film& film) {
  FieldHash hash;
  hash.field("width", film.width);
  hash.field("height", film.height);
  hash.field("animated", film.animated);
  hash.field("background", film.background);
  hash.field("plays", film.plays);
  for (const Shot& shot : film.shots) {
    hash.field("place", bytes_of(shot.place));
    hash.field("flags", shot.flags);
    add(hash, "alpha", shot.alpha, shot.alpha_spare);
    add(hash, shot.name, shot.coded, shot.coded_spare);
  }
  return hash.finish();
}

}  // namespace

Result<Checked> webp(ByteView original, ByteView clean) {
  DOKAZ_LET(after, film_of(text_of(clean)));
  DOKAZ_LET(checked, grammar_webp(text_of(clean), after));
  DOKAZ_LET(before, film_of(text_of(original)));
  if (before.shots.size() != after.shots.size()) return unclean("number of frames");
  if (before.orientation.value_or(1) != after.orientation.value_or(1)) return unclean("the orientation differs");
  // The grammar found the clean bitstreams whole: what the original has behind them is not the picture.
  for (std::size_t i = 0; i < after.shots.size(); ++i) {
    before.shots[i].alpha = before.shots[i].alpha.substr(0, after.shots[i].alpha.size());
    before.shots[i].coded = before.shots[i].coded.substr(0, after.shots[i].coded.size());
    before.shots[i].alpha_spare = after.shots[i].alpha_spare;
    before.shots[i].coded_spare = after.shots[i].coded_spare;
  }
  if (!after.profile.empty() && !renders_like(bytes_of(after.profile), bytes_of(before.profile)))
    return unclean("another colour profile");
  checked.coded = coded_webp(after);
  if (checked.coded != coded_webp(before)) return unclean("the coded picture differs");
  return checked;
}

}  // namespace dokaz::intake::check
