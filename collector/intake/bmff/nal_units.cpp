// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/bmff/nal_units.hpp"

#include "collector/intake/bmff/boxes.hpp"

namespace dokaz::intake::bmff {
namespace {

Error bad(const char* what) { return fail(Errc::malformed_media, what); }

Byte type_of(NalCodec codec, Byte first) {
  return codec == NalCodec::avc ? first & 0x1f : (first >> 1) & 0x3f;
}

/// Copies `count` units with 16-bit lengths; each must be of type `expected`.
Status copy_parameter_sets(Fields& in, unsigned count, NalCodec codec, Byte expected, BoxWriter& out) {
  for (unsigned i = 0; i < count; ++i) {
    const std::uint16_t size = in.u16();
    const ByteView unit = in.bytes(size);
    if (!in.ok() || unit.size() < (codec == NalCodec::avc ? 1u : 2u)) return bad("a parameter set is cut");
    if (type_of(codec, unit[0]) != expected) return bad("a parameter set of another type than stated");
    out.u16(size).raw(unit);
  }
  return {};
}

Result<unsigned> length_size_of(Byte low_bits) {
  const unsigned size = (low_bits & 3u) + 1;
  if (size == 3) return bad("NAL units with lengths of three bytes");
  return size;
}

}  // namespace

bool is_kept(NalCodec codec, Byte type, Byte layer, std::uint64_t payload_size) {
  if (payload_size == 0) return false;
  if (codec == NalCodec::avc) return type == 1 || type == 5 || type == 7 || type == 8;
  if (layer != 0) return false;
  return type <= 9 || (type >= 16 && type <= 21) || (type >= 32 && type <= 34) || (type == 36 && payload_size == 2);
}

Result<std::optional<NalUnit>> NalReader::next() {
  if (at_ == end_) return std::optional<NalUnit>();
  std::array<Byte, 6> room{};
  const std::uint64_t left = end_ - at_;
  const auto head = std::span(room).first(static_cast<std::size_t>(std::min<std::uint64_t>(left, length_size_ + 2)));
  DOKAZ_TRY(content_.read(head, at_));
  if (left < length_size_) {
    if (std::any_of(head.begin(), head.end(), [](Byte b) { return b != 0; })) return bad("bytes behind the last NAL unit");
    at_ = end_;
    return std::optional<NalUnit>();
  }
  Fields fields(head);
  const std::uint64_t length = fields.number(length_size_);
  if (length > left - length_size_) return bad("a NAL unit goes beyond its sample");
  NalUnit unit{at_, length_size_ + length, 0, 0, false};
  if (length > 0) {
    const Byte first = fields.u8();
    if (first & 0x80) return bad("a NAL unit with the forbidden bit");
    unit.type = type_of(codec_, first);
    if (codec_ == NalCodec::hevc) {
      if (length < 2) return bad("a NAL unit shorter than its header");
      unit.layer = static_cast<Byte>((first & 1) << 5 | fields.u8() >> 3);
    }
    // Only the extended profile has slices in partitions; decoders pass over them, whatever they hold.
    if (codec_ == NalCodec::avc && unit.type >= 2 && unit.type <= 4)
      return fail(Errc::unsupported_media, "H.264 with slices in partitions");
    unit.kept = is_kept(codec_, unit.type, unit.layer, length);
  }
  at_ += unit.size;
  return std::optional<NalUnit>(unit);
}

Result<NalConfiguration> clean_avc_configuration(ByteView record) {
  Fields in(record);
  BoxWriter out;
  if (in.u8() != 1) return bad("avcC version");
  const ByteView profile = in.bytes(3);
  DOKAZ_LET(length_size, length_size_of(in.u8()));
  const unsigned sequence_sets = in.u8() & 0x1f;
  if (!in.ok()) return bad("avcC is cut");
  out.u8(1).raw(profile).u8(0xfc | (length_size - 1)).u8(0xe0 | sequence_sets);
  DOKAZ_TRY(copy_parameter_sets(in, sequence_sets, NalCodec::avc, 7, out));
  const unsigned picture_sets = in.u8();
  if (!in.ok()) return bad("avcC is cut");
  out.u8(picture_sets);
  DOKAZ_TRY(copy_parameter_sets(in, picture_sets, NalCodec::avc, 8, out));
  const bool high = profile[0] == 100 || profile[0] == 110 || profile[0] == 122 || profile[0] == 144;
  if (high && in.rest().size() >= 4) {
    const Byte chroma = in.u8(), luma_depth = in.u8(), chroma_depth = in.u8(), extensions = in.u8();
    out.u8(0xfc | chroma).u8(0xf8 | luma_depth).u8(0xf8 | chroma_depth).u8(extensions);
    DOKAZ_TRY(copy_parameter_sets(in, extensions, NalCodec::avc, 13, out));
  }
  return NalConfiguration{out.take(), length_size};
}

Result<NalConfiguration> clean_hevc_configuration(ByteView record) {
  Fields in(record);
  BoxWriter out;
  if (in.u8() != 1) return bad("hvcC version");
  out.u8(1).raw(in.bytes(12));                  // profile, compatibility, constraints, level
  out.u16(0xf000 | in.u16());                   // min_spatial_segmentation_idc
  out.u8(0xfc | in.u8());                       // parallelismType
  out.u8(0xfc | in.u8());                       // chroma_format_idc
  out.u8(0xf8 | in.u8()).u8(0xf8 | in.u8());    // bit depths
  out.u16(in.u16());                            // avgFrameRate
  const Byte layers = in.u8();
  DOKAZ_LET(length_size, length_size_of(layers));
  out.u8(layers);
  const unsigned arrays = in.u8();
  if (!in.ok()) return bad("hvcC is cut");
  BoxWriter kept;
  unsigned kept_arrays = 0;
  for (unsigned i = 0; i < arrays; ++i) {
    const Byte head = in.u8();
    const std::uint16_t count = in.u16();
    const Byte type = head & 0x3f;
    if (!in.ok()) return bad("hvcC is cut");
    if (type >= 32 && type <= 34) {
      ++kept_arrays;
      kept.u8(head & 0xbf).u16(count);
      DOKAZ_TRY(copy_parameter_sets(in, count, NalCodec::hevc, type, kept));
    } else {
      for (unsigned j = 0; j < count && in.ok(); ++j) in.skip(in.u16());
      if (!in.ok()) return bad("hvcC is cut");
    }
  }
  out.u8(kept_arrays).raw(kept.take());
  return NalConfiguration{out.take(), length_size};
}

}  // namespace dokaz::intake::bmff
