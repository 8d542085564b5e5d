// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/bmff/obus.hpp"

namespace dokaz::intake::bmff {
namespace {

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("AV1: ") + what); }

enum : unsigned { sequence_header = 1, frame_header = 3, tile_group = 4, frame = 6, redundant_header = 7, tile_list = 8 };

bool is_picture(unsigned type) {
  return type == sequence_header || type == frame_header || type == tile_group || type == frame || type == redundant_header;
}

Bytes leb128(std::uint64_t value) {
  Bytes out;
  do {
    out.push_back(static_cast<Byte>((value & 0x7f) | (value > 0x7f ? 0x80 : 0)));
    value >>= 7;
  } while (value > 0);
  return out;
}

/// Bits from the front; beyond the end they are zero and `cut()` is true.
class Bits {
 public:
  explicit Bits(ByteView bytes) : bytes_(bytes) {}
  std::uint32_t get(unsigned count) {
    std::uint32_t value = 0;
    for (; count > 0; --count, ++at_) value = value << 1 | bit();
    return value;
  }
  bool flag() { return get(1) != 0; }
  /// 4.10.3: so many leading zeros, then so many bits and one more.
  void skip_uvlc() {
    unsigned zeros = 0;
    while (zeros < 32 && !cut() && !flag()) ++zeros;
    if (zeros < 32) get(zeros);
  }
  bool cut() const { return at_ > 8 * bytes_.size(); }
  bool ends_here() {
    if (cut() || !flag()) return false;
    while (at_ < 8 * bytes_.size())
      if (flag()) return false;
    return !cut();
  }

 private:
  std::uint32_t bit() const { return at_ < 8 * bytes_.size() ? bytes_[at_ / 8] >> (7 - at_ % 8) & 1u : 0u; }
  ByteView bytes_;
  std::size_t at_ = 0;
};

void read_operating_points(Bits& bits, SequenceHeader& out) {
  bool decoder_model = false;
  unsigned delay_bits = 0;
  if (bits.flag()) {
    bits.get(32);
    bits.get(32);
    if (bits.flag()) bits.skip_uvlc();
    decoder_model = bits.flag();
    if (decoder_model) {
      delay_bits = bits.get(5) + 1;
      bits.get(32);
      bits.get(10);
    }
  }
  const bool display_delay = bits.flag();
  const unsigned points = bits.get(5) + 1;
  for (unsigned i = 0; i < points; ++i) {
    bits.get(12);
    const unsigned level = bits.get(5), tier = level > 7 ? bits.get(1) : 0;
    if (i == 0) out.level = level, out.tier = tier;
    if (decoder_model && bits.flag()) {
      bits.get(delay_bits);
      bits.get(delay_bits);
      bits.get(1);
    }
    if (display_delay && bits.flag()) bits.get(4);
  }
}

void read_tools(Bits& bits, bool reduced) {
  bits.get(3);
  if (!reduced) {
    bits.get(4);
    const bool order_hint = bits.flag();
    if (order_hint) bits.get(2);
    const bool choose_content = bits.flag();
    const bool screen_content = choose_content || bits.flag();
    if (screen_content && !bits.flag()) bits.get(1);
    if (order_hint) bits.get(3);
  }
  bits.get(3);
}

void read_colours(Bits& bits, SequenceHeader& out) {
  out.high_bitdepth = bits.flag();
  if (out.profile == 2 && out.high_bitdepth) out.twelve_bit = bits.flag();
  if (out.profile != 1) out.monochrome = bits.flag();
  constexpr std::uint32_t srgb_identity = 1u << 16 | 13u << 8 | 0u;  // BT.709 primaries, sRGB transfer, no matrix
  const std::uint32_t description = bits.flag() ? bits.get(24) : 0x020202;
  if (out.monochrome) {
    bits.get(1);
    out.subsampling_x = out.subsampling_y = 1;
    return;
  }
  if (description != srgb_identity) {
    bits.get(1);
    if (out.profile == 0) {
      out.subsampling_x = out.subsampling_y = 1;
    } else if (out.profile == 2) {
      out.subsampling_x = out.twelve_bit ? bits.get(1) : 1;
      out.subsampling_y = out.twelve_bit && out.subsampling_x ? bits.get(1) : 0;
    }
    if (out.subsampling_x && out.subsampling_y) out.chroma_sample_position = bits.get(2);
  }
  bits.get(1);
}

}  // namespace

Result<FilteredObus> filter_obus(ByteView data) {
  FilteredObus out;
  std::size_t units = 0;
  for (std::size_t at = 0; at < data.size();) {
    if (++units > most_obus) return bad("too many units");
    const std::size_t start = at;
    const Byte first = data[at++];
    if (first & 0x80) return bad("forbidden bit");
    const unsigned type = first >> 3 & 15;
    const bool extended = first & 4, sized = first & 2;
    Bytes head = {static_cast<Byte>((first & 0x7c) | 2)};
    if (extended) {
      if (at == data.size()) return bad("unit is cut");
      head.push_back(data[at++] & 0xf8);
    }
    std::uint64_t length = data.size() - at;
    if (sized) {
      length = 0;
      for (unsigned i = 0;; ++i) {
        if (at == data.size() || i == 8) return bad("unit size");
        length |= std::uint64_t{data[at] & 0x7fu} << (7 * i);
        if (!(data[at++] & 0x80)) break;
      }
    }
    if (length > data.size() - at) return bad("unit is longer than the data");
    const auto payload = static_cast<std::size_t>(length);
    const std::size_t end = at + payload;
    if (type == tile_list) return fail(Errc::unsupported_media, "AV1: a tile list");
    if (!is_picture(type)) {
      out.dropped.push_back({type, start, end - start});
      at = end;
      continue;
    }
    if (type == sequence_header) out.sequence_headers.push_back(data.subspan(at, payload));
    if (type == frame_header || type == frame || type == redundant_header) ++out.frames;
    append(head, leb128(payload));
    if (text_of(head) != text_of(data.subspan(start, at - start))) {
      out.kept.push_back({std::move(head), at, payload});
    } else if (!out.kept.empty() && out.kept.back().offset + out.kept.back().length == start) {
      out.kept.back().length += end - start;
    } else {
      out.kept.push_back({{}, start, end - start});
    }
    at = end;
  }
  return out;
}

Result<SequenceHeader> read_sequence_header(ByteView payload) {
  Bits bits(payload);
  SequenceHeader out;
  out.profile = bits.get(3);
  if (out.profile > 2) return bad("profile");
  bits.get(1);
  const bool reduced = bits.flag();
  if (reduced) {
    out.level = bits.get(5);
  } else {
    read_operating_points(bits, out);
  }
  const unsigned width_bits = bits.get(4) + 1, height_bits = bits.get(4) + 1;
  out.width = bits.get(width_bits) + 1;
  out.height = bits.get(height_bits) + 1;
  if (!reduced && bits.flag()) bits.get(7);
  read_tools(bits, reduced);
  read_colours(bits, out);
  bits.get(1);  // film grain
  if (!bits.ends_here()) return bad("sequence header");
  return out;
}

Bytes av1_configuration(const SequenceHeader& header) {
  const unsigned third = header.tier << 7 | unsigned{header.high_bitdepth} << 6 | unsigned{header.twelve_bit} << 5 |
                         unsigned{header.monochrome} << 4 | header.subsampling_x << 3 | header.subsampling_y << 2 |
                         header.chroma_sample_position;
  return {0x81, static_cast<Byte>(header.profile << 5 | header.level), static_cast<Byte>(third), 0};
}

}  // namespace dokaz::intake::bmff
