// SPDX-License-Identifier: GPL-3.0-or-later
// GIF seen a second time: both files are read as frames with their codes, and the clean one is written anew and compared.
#include <bitset>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "collector/intake/check/clean_check.hpp"

namespace dokaz::intake::check {
namespace {

using namespace std::string_view_literals;

unsigned u8(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }
unsigned u16(std::string_view text, std::size_t at) { return u8(text, at) + 256 * u8(text, at + 1); }

/// What a GIF's codes come to, without the pixels.
struct Codes {
  std::uint64_t bits = 0;      ///< up to the end of the last pixel
  unsigned next_width = 0;     ///< of the code that would follow
};

/// Nothing where the codes are broken, or are not just so many pixels. Adds the pixels' indices.
std::optional<Codes> follow(std::string_view data, unsigned root, std::uint64_t pixels, std::bitset<256>& indices) {
  const unsigned restart = 1u << root;
  Codes out;
  std::vector<std::uint32_t> strings;  // lengths of those beyond the roots and the two codes without pixels
  unsigned width = root + 1;
  std::uint64_t last = 0;  // length of the string before; 0 behind a restart
  while (pixels > 0) {
    std::uint64_t window = 0;
    for (std::size_t i = 0; i < 3; ++i)
      if (out.bits / 8 + i < data.size()) window |= std::uint64_t{u8(data, static_cast<std::size_t>(out.bits / 8) + i)} << 8 * i;
    const auto code = static_cast<unsigned>(window >> out.bits % 8 & ((1u << width) - 1));
    out.bits += width;
    if (out.bits > std::uint64_t{8} * data.size() || code == restart + 1) return std::nullopt;
    if (code == restart) {
      strings.clear();
      width = root + 1;
      last = 0;
      continue;
    }
    const bool full = restart + 2 + strings.size() == 4096;
    if (last > 0 && !full) strings.push_back(static_cast<std::uint32_t>(last + 1));
    std::uint64_t length = 1;
    if (code < restart) {
      indices.set(code);
    } else {
      if (last == 0 || code - restart - 2 >= strings.size()) return std::nullopt;
      length = strings[code - restart - 2];
    }
    while (width < 12 && restart + 2 + strings.size() >= 1u << width) ++width;
    if (length > pixels) return std::nullopt;
    pixels -= length;
    last = length;
  }
  out.next_width = width;
  return out;
}

/// The bits up to the last pixel, and nothing in the rest of their last byte.
std::string only_pixels(std::string_view data, const Codes& codes) {
  std::string out(data.substr(0, static_cast<std::size_t>((codes.bits + 7) / 8)));
  if (codes.bits % 8 > 0) out.back() = static_cast<char>(u8(out, out.size() - 1) & ((1u << codes.bits % 8) - 1));
  return out;
}

struct Drawn {
  bool controlled = false;
  unsigned disposal = 0, delay = 0;
  std::optional<unsigned> transparent;  ///< only where a pixel has it
  std::string_view place;               ///< left, top, width, height: 8 bytes
  bool interlaced = false;
  std::string colours;                  ///< its own, those of nobody black
  unsigned root = 0;
  Codes codes;
  std::string pixels;
};

struct Film {
  unsigned width = 0, height = 0, background = 0, aspect = 0;
  std::string colours;
  std::optional<unsigned> plays;
  std::deque<Drawn> drawn;
};

class Reader {
 public:
  explicit Reader(std::string_view file) : rest_(file) {}

  Result<Film> film() {
    if (rest_.size() < 13 || (!rest_.starts_with("GIF87a") && !rest_.starts_with("GIF89a"))) return unclean("start");
    film_.width = u16(rest_, 6);
    film_.height = u16(rest_, 8);
    const unsigned flags = u8(rest_, 10), background = u8(rest_, 11);
    film_.aspect = u8(rest_, 12) == 49 ? 0 : u8(rest_, 12);
    rest_.remove_prefix(13);
    DOKAZ_LET(colours, table(flags));
    film_.colours = std::move(colours);
    for (;;) {
      if (rest_.empty()) return unclean("no end");
      const char kind = rest_.front();
      rest_.remove_prefix(1);
      if (kind == '\x3b') break;
      if (kind == '\x21') {
        DOKAZ_TRY(extension());
      } else if (kind == '\x2c') {
        DOKAZ_TRY(image());
      } else {
        return unclean("between blocks");
      }
    }
    if (film_.drawn.empty()) return unclean("no picture");
    if (film_.drawn.size() == 1) film_.plays.reset();
    settle_background(background);
    blacken(film_.colours, shared_);
    return std::move(film_);
  }

 private:
  Result<std::string> table(unsigned flags) {
    if (flags < 128) return std::string();
    const std::size_t size = std::size_t{6} << (flags & 7);
    if (rest_.size() < size) return unclean("colours are cut");
    std::string out(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return out;
  }

  /// Blocks joined, off the front.
  Result<std::vector<std::string_view>> blocks() {
    std::vector<std::string_view> out;
    for (;;) {
      if (rest_.empty() || u8(rest_, 0) > rest_.size() - 1) return unclean("a block is cut");
      const std::string_view block = rest_.substr(1, u8(rest_, 0));
      rest_.remove_prefix(1 + block.size());
      if (block.empty()) return out;
      out.push_back(block);
    }
  }

  Status extension() {
    if (rest_.empty()) return unclean("extension");
    const char label = rest_.front();
    rest_.remove_prefix(1);
    DOKAZ_LET(parts, blocks());
    if (label == '\xf9') {
      if (parts.size() != 1 || parts[0].size() != 4) return unclean("frame control");
      control_ = parts[0];
    } else if (label == '\x01') {
      control_ = {};
    } else if (label == '\xff' && !parts.empty() && (parts[0] == "NETSCAPE2.0" || parts[0] == "ANIMEXTS1.0")) {
      for (std::size_t i = 1; i < parts.size(); ++i)
        if (parts[i].size() == 3 && parts[i][0] == 1) {
          film_.plays = u16(parts[i], 1);
          break;
        }
    }
    return {};
  }

  Status image() {
    if (rest_.size() < 9) return unclean("a frame is cut");
    Drawn frame;
    frame.place = rest_.substr(0, 8);
    const std::uint64_t width = u16(rest_, 4), height = u16(rest_, 6);
    if (width == 0 || height == 0 || u16(rest_, 0) + width > film_.width || u16(rest_, 2) + height > film_.height)
      return unclean("a frame's place");
    const unsigned flags = u8(rest_, 8);
    frame.interlaced = flags & 64;
    rest_.remove_prefix(9);
    DOKAZ_LET(own, table(flags));
    frame.colours = std::move(own);
    if (rest_.empty()) return unclean("a frame is cut");
    frame.root = u8(rest_, 0);
    rest_.remove_prefix(1);
    if (frame.root < 2 || frame.root > 8) return unclean("code size");
    DOKAZ_LET(parts, blocks());
    std::string data;
    for (const std::string_view part : parts) data += part;
    std::bitset<256> indices;
    const auto codes = follow(data, frame.root, width * height, indices);
    if (!codes) return unclean("codes");
    frame.codes = *codes;
    frame.pixels = only_pixels(data, *codes);
    if (!control_.empty()) {
      frame.controlled = true;
      frame.disposal = u8(control_, 0) / 4 % 8;
      frame.delay = u16(control_, 1);
      if (frame.disposal > 3) return unclean("disposal");
      if (u8(control_, 0) % 2 == 1 && indices[u8(control_, 3)]) frame.transparent = u8(control_, 3);
    }
    control_ = {};
    const std::size_t known = (frame.colours.empty() ? film_.colours : frame.colours).size() / 3;
    for (std::size_t index = known; index < 256; ++index)
      if (indices[index] && frame.transparent != index) return unclean("a pixel without colour");
    if (known == 0) return unclean("no colours");
    if (frame.colours.empty()) shared_ |= indices;
    else blacken(frame.colours, indices);
    film_.drawn.push_back(std::move(frame));
    return {};
  }

  void settle_background(unsigned index) {
    const Drawn& first = film_.drawn.front();
    bool seen = u16(first.place, 4) != film_.width || u16(first.place, 6) != film_.height || first.transparent;
    for (const Drawn& frame : film_.drawn) seen = seen || frame.disposal == 2;
    if (!seen || index >= film_.colours.size() / 3) return;
    film_.background = index;
    shared_.set(index);
  }

  static void blacken(std::string& colours, const std::bitset<256>& kept) {
    for (std::size_t i = 0; i < colours.size(); ++i)
      if (!kept[i / 3]) colours[i] = 0;
  }

  std::string_view rest_, control_;
  Film film_;
  std::bitset<256> shared_;
};

std::string two(unsigned value) { return {static_cast<char>(value % 256), static_cast<char>(value / 256)}; }
char byte(std::size_t value) { return static_cast<char>(value); }
unsigned size_bits(const std::string& colours) {
  unsigned bits = 0;
  while (std::size_t{6} << bits < colours.size()) ++bits;
  return bits;
}

/// The one way to write a film.
class Writer {
 public:
  explicit Writer(std::string_view file) : rest_(file) {}
  /// Whether the file is that, to its last byte.
  bool matches(const Film& film) {
    const unsigned flags = 0x70 | (film.colours.empty() ? 0 : 0x80 | size_bits(film.colours));
    if (!expect("GIF89a" + two(film.width) + two(film.height) + byte(flags) + byte(film.background) + byte(film.aspect)))
      return false;
    if (!expect(film.colours)) return false;
    if (film.plays && !expect("\x21\xff\x0bNETSCAPE2.0\x03\x01" + two(*film.plays) + '\0')) return false;
    for (const Drawn& frame : film.drawn)
      if (!matches(frame)) return false;
    return rest_ == "\x3b";
  }

 private:
  bool matches(const Drawn& frame) {
    if (frame.controlled) {
      const unsigned flags = 4 * frame.disposal + (frame.transparent ? 1 : 0);
      if (!expect("\x21\xf9\x04" + std::string(1, byte(flags)) + two(frame.delay) + byte(frame.transparent.value_or(0)) + '\0'))
        return false;
    }
    const unsigned flags = (frame.interlaced ? 64 : 0) + (frame.colours.empty() ? 0 : 128 + size_bits(frame.colours));
    if (!expect(",") || !expect(frame.place) || !expect(std::string(1, byte(flags))) || !expect(frame.colours) ||
        !expect(std::string(1, byte(frame.root))))
      return false;
    std::string data = frame.pixels;
    const std::uint64_t all = (frame.codes.bits + frame.codes.next_width + 7) / 8;
    data.resize(static_cast<std::size_t>(all), 0);
    for (unsigned bit = 0; bit < frame.codes.next_width; ++bit)
      if (((1u << frame.root) + 1) >> bit & 1) {
        const std::uint64_t at = frame.codes.bits + bit;
        data[static_cast<std::size_t>(at / 8)] = byte(u8(data, static_cast<std::size_t>(at / 8)) | 1u << at % 8);
      }
    for (std::string_view left = data; !left.empty();) {
      const std::string_view block = left.substr(0, 255);
      if (!expect(std::string(1, byte(block.size()))) || !expect(block)) return false;
      left.remove_prefix(block.size());
    }
    return expect("\0"sv);
  }
  bool expect(std::string_view bytes) {
    const bool there = rest_.starts_with(bytes);
    if (there) rest_.remove_prefix(bytes.size());
    return there;
  }

  std::string_view rest_;
};

Sha256 coded_gif(const Film& film) {
  FieldHash hash;
  for (const unsigned value : {film.width, film.height, film.background, film.aspect}) hash.field("screen", value);
  hash.field("colours", bytes_of(film.colours));
  if (film.plays) hash.field("plays", *film.plays);
  for (const Drawn& frame : film.drawn) {
    hash.field("place", bytes_of(frame.place));
    for (const unsigned value : {frame.disposal, frame.delay, frame.transparent.value_or(256), frame.root})
      hash.field("frame", value);
    hash.field("controlled", frame.controlled);
    hash.field("interlaced", frame.interlaced);
    hash.field("colours", bytes_of(frame.colours));
    hash.field("bits", frame.codes.bits);
    hash.field("pixels", bytes_of(frame.pixels));
  }
  return hash.finish();
}

}  // namespace

Result<Checked> gif(ByteView original, ByteView clean) {
  DOKAZ_LET(after, Reader(text_of(clean)).film());
  if (!Writer(text_of(clean)).matches(after)) return unclean("not as a clean copy is written");
  const Sha256 coded = coded_gif(after);
  const Checked checked{Media::gif, after.width, after.height, {}, coded, {}};
  after = {};
  DOKAZ_LET(before, Reader(text_of(original)).film());
  if (coded_gif(before) != coded) return unclean("the coded picture differs");
  return checked;
}

}  // namespace dokaz::intake::check
