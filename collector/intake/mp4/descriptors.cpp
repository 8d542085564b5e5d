// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/mp4/descriptors.hpp"

namespace dokaz::intake::mp4 {
namespace {

using bmff::BoxWriter;
using bmff::Fields;

constexpr std::size_t longest_configuration = 95;

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("MP4: ") + what); }
Error unsupported(const char* what) { return fail(Errc::unsupported_media, std::string("MP4: ") + what); }

/// Tag and content at the front of `in`.
Result<std::pair<Byte, ByteView>> descriptor(Fields& in) {
  const Byte tag = in.u8();
  std::uint32_t size = 0;
  for (int i = 0; i < 4; ++i) {
    const Byte digit = in.u8();
    size = size << 7 | (digit & 0x7f);
    if (!(digit & 0x80)) break;
  }
  const ByteView content = in.bytes(size);
  if (!in.ok()) return bad("a descriptor is cut");
  return std::pair(tag, content);
}

/// Single bits from the front; zeros behind the end.
class Bits {
 public:
  explicit Bits(ByteView bytes) : bytes_(bytes) {}
  std::uint32_t take(unsigned count) {
    std::uint32_t out = 0;
    for (; count > 0; --count, ++at_) {
      const std::size_t byte = at_ / 8;
      out = out << 1 | (byte < bytes_.size() ? bytes_[byte] >> (7 - at_ % 8) & 1u : 0u);
    }
    return out;
  }
  /// The next whole byte.
  std::size_t byte() const { return (at_ + 7) / 8; }
  std::size_t left() const { return 8 * bytes_.size() - std::min(at_, 8 * bytes_.size()); }
  bool next_are(unsigned count, std::uint32_t value) const { return Bits(*this).take(count) == value; }
  void skip(std::size_t bits) { at_ += bits; }
  std::size_t at() const { return at_; }
  /// The bytes up to here, bits of the last one that were not read as zeros; nothing where they end before.
  std::optional<Bytes> front() const {
    if (byte() > bytes_.size()) return std::nullopt;
    Bytes out = to_bytes(bytes_.first(byte()));
    if (at_ % 8 != 0) out.back() &= static_cast<Byte>(0xff00 >> at_ % 8);
    return out;
  }

 private:
  ByteView bytes_;
  std::size_t at_ = 0;
};

unsigned object_type(Bits& bits) {
  const unsigned type = bits.take(5);
  return type == 31 ? 32 + bits.take(6) : type;
}
void sampling_frequency(Bits& bits) {
  if (bits.take(4) == 15) bits.skip(24);
}

/// A program config element (14496-3, 4.4.1.1) up to its comment.
void skip_program(Bits& bits) {
  bits.skip(10);  // element tag, profile, frequency
  unsigned elements = 0;
  for (int i = 0; i < 3; ++i) elements += 5 * bits.take(4);  // front, side, back
  elements += 4 * bits.take(2);                              // low frequency
  elements += 4 * bits.take(3);                              // data
  elements += 5 * bits.take(4);                              // coupling
  if (bits.take(1)) bits.skip(4);
  if (bits.take(1)) bits.skip(4);
  if (bits.take(1)) bits.skip(3);
  bits.skip(elements);
}

/// What older decoders do not see: that the upper half of the spectrum, or a second channel, is coded beside.
void skip_extension(Bits& bits) {
  if (bits.left() < 16 || !bits.next_are(11, 0x2b7)) return;
  bits.skip(11);
  const unsigned object = object_type(bits);
  if ((object == 5 || object == 22) && bits.take(1)) {
    sampling_frequency(bits);
    if (object == 5 && bits.left() >= 12 && bits.next_are(11, 0x548)) bits.skip(12);
  }
  if (object == 22) bits.skip(4);
}

/// AudioSpecificConfig (14496-3, 1.6.2.1) up to its last bit, with zeros for the comment of a program config element.
Result<Bytes> clean_audio_configuration(ByteView original) {
  Bits bits(original);
  unsigned object = object_type(bits);
  sampling_frequency(bits);
  const unsigned channels = bits.take(4);
  const bool says_extension = object == 5 || object == 29;
  if (says_extension) {
    sampling_frequency(bits);
    object = object_type(bits);
    if (object == 22) bits.skip(4);
  }
  const bool general = (object >= 1 && object <= 4) || object == 6 || object == 7 || object == 17 ||
                       (object >= 19 && object <= 23);
  if (!general && object != 42) return unsupported("a kind of AAC that is not known here");
  if (!general) return to_bytes(original);
  bits.skip(1);
  if (bits.take(1)) bits.skip(14);
  const bool extended = bits.take(1);
  std::size_t comment = 0, comment_size = 0;
  if (channels == 0) {
    skip_program(bits);
    comment = bits.byte() + 1;
    if (comment > original.size()) return bad("an AAC configuration is cut");
    comment_size = original[comment - 1];
    bits.skip(8 * (comment + comment_size) - bits.at());
  }
  if (object == 6 || object == 20) bits.skip(3);
  if (extended && object == 22) bits.skip(16);
  if (extended && (object == 17 || object == 19 || object == 20 || object == 23)) bits.skip(3);
  if (extended) bits.skip(1);
  if (object >= 17 && bits.take(2) > 1) return unsupported("AAC with protection against errors");
  if (!says_extension) skip_extension(bits);
  auto out = bits.front();
  if (!out) return bad("an AAC configuration is cut");
  std::fill_n(out->begin() + static_cast<std::ptrdiff_t>(comment), comment_size, Byte{0});
  return std::move(*out);
}

/// The headers of an MPEG-4 part 2 stream.
Bytes known_units(ByteView headers) {
  Bytes out;
  std::size_t at = start_code(headers, 0);
  while (at < headers.size()) {
    const std::size_t next = start_code(headers, at + 3);
    if (next - at > 3 && is_mpeg4_unit(headers[at + 3])) append(out, headers.subspan(at, next - at));
    at = next;
  }
  return out;
}

void begin_descriptor(BoxWriter& out, Byte tag, std::size_t size) { out.u8(tag).u24(0x808080).u8(size); }

}  // namespace

std::size_t start_code(ByteView bytes, std::size_t from) {
  for (std::size_t at = from; at + 3 <= bytes.size(); ++at)
    if (bytes[at] == 0 && bytes[at + 1] == 0 && bytes[at + 2] == 1) return at;
  return bytes.size();
}

bool is_mpeg4_unit(Byte code) {
  return code <= 0x2f || code == 0xb0 || code == 0xb1 || code == 0xb3 || code == 0xb5 || code == 0xb6;
}

Result<Bytes> clean_esds(ByteView payload, bool picture) {
  Fields box(payload);
  box.skip(4);
  DOKAZ_LET(stream, descriptor(box));
  if (stream.first != 3) return bad("an esds box without a stream");
  Fields in(stream.second);
  in.skip(2);
  const Byte flags = in.u8();
  if (flags & 0x80) in.skip(2);
  if (flags & 0x40) in.skip(in.u8());
  if (flags & 0x20) in.skip(2);
  DOKAZ_LET(decoder, descriptor(in));
  if (decoder.first != 4) return bad("an esds box without a decoder");
  Fields fields(decoder.second);
  const Byte object = fields.u8();
  fields.skip(12);
  if (!fields.ok()) return bad("a descriptor is cut");
  const bool aac = object == 0x40 || (object >= 0x66 && object <= 0x68);
  const bool known = picture ? object == 0x20 : aac || object == 0x69 || object == 0x6b;
  if (!known) return unsupported("an MPEG-4 stream of a kind that is not known here");
  Bytes configuration;
  while (configuration.empty() && !fields.rest().empty()) {
    DOKAZ_LET(specific, descriptor(fields));
    if (specific.first != 5) continue;
    if (aac) {
      DOKAZ_LET(cleaned, clean_audio_configuration(specific.second));
      configuration = std::move(cleaned);
    } else if (picture) {
      configuration = known_units(specific.second);
    }
  }
  if (configuration.size() > longest_configuration) return unsupported("a decoder configuration that is too long");
  if ((aac || picture) && configuration.empty()) return bad("an esds box without a configuration");
  const std::size_t specific = configuration.empty() ? 0 : 5 + configuration.size();
  BoxWriter out;
  out.u32(0);
  begin_descriptor(out, 3, 3 + 5 + 13 + specific + 6);
  out.u16(0).u8(0);
  begin_descriptor(out, 4, 13 + specific);
  out.u8(object).u8(picture ? 0x11 : 0x15).zeros(11);
  if (specific) {
    begin_descriptor(out, 5, configuration.size());
    out.raw(configuration);
  }
  begin_descriptor(out, 6, 1);
  out.u8(2);
  return out.take();
}

Result<Bytes> clean_opus(ByteView payload) {
  Fields in(payload);
  const Byte version = in.u8(), channels = in.u8();
  in.skip(8);
  const Byte family = in.u8();
  if (family != 0) in.skip(2 + std::uint64_t{channels});
  if (!in.ok() || version != 0 || channels == 0) return bad("an Opus configuration");
  return to_bytes(payload.first(payload.size() - in.rest().size()));
}

Result<Bytes> clean_flac(ByteView payload) {
  constexpr std::size_t stream_info = 34, md5 = 16;
  Fields in(payload);
  in.skip(4);
  const Byte kind = in.u8() & 0x7f;
  const std::uint32_t size = in.u24();
  const ByteView info = in.bytes(size);
  if (!in.ok() || kind != 0 || size != stream_info) return bad("a FLAC configuration");
  return BoxWriter().u32(0).u8(0x80).u24(size).raw(info.first(stream_info - md5)).zeros(md5).take();
}

}  // namespace dokaz::intake::mp4
