// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/heif/hevc_parameters.hpp"

#include "collector/intake/bmff/boxes.hpp"
#include "collector/intake/bmff/nal_units.hpp"

namespace dokaz::intake::heif {
namespace {

Error bad() { return fail(Errc::malformed_media, "HEIF: HEVC parameter sets"); }

/// The payload of a NAL unit, at most its first 512 bytes, without emulation prevention (7.3.1.1).
Bytes without_emulation(ByteView unit) {
  Bytes out;
  std::size_t zeros = 0;
  for (const Byte byte : unit.first(std::min<std::size_t>(unit.size(), 512))) {
    if (zeros >= 2 && byte == 3) {
      zeros = 0;
      continue;
    }
    zeros = byte == 0 ? zeros + 1 : 0;
    out.push_back(byte);
  }
  return out;
}

class Bits {
 public:
  explicit Bits(ByteView bytes) : bytes_(bytes) {}
  std::uint32_t get(unsigned count) {
    std::uint32_t value = 0;
    for (; count > 0; --count, ++at_)
      value = value << 1 | (ok() && at_ < 8 * bytes_.size() ? bytes_[at_ / 8] >> (7 - at_ % 8) & 1u : 0u);
    return value;
  }
  void skip(std::size_t count) { at_ += count; }
  /// ue(v), 9.2: at most 2^16.
  std::uint32_t exp_golomb() {
    unsigned zeros = 0;
    while (zeros < 17 && !get(1)) ++zeros;
    if (zeros == 17) skip(8 * bytes_.size() + 1);
    return zeros == 17 ? 0 : (1u << zeros) - 1 + get(zeros);
  }
  bool ok() const { return at_ <= 8 * bytes_.size(); }

 private:
  ByteView bytes_;
  std::size_t at_ = 0;
};

struct SequenceParameters {
  Bytes profile_tier_level;  ///< 12 bytes, as hvcC repeats them
  unsigned sub_layers = 1, nested = 0, chroma = 0, luma_depth = 0, chroma_depth = 0;
  std::uint32_t width = 0, height = 0;
};

Result<SequenceParameters> read_sequence_parameters(ByteView unit) {
  const Bytes bytes = without_emulation(unit);
  if (bytes.size() < 15) return bad();
  SequenceParameters out;
  Bits bits(bytes);
  bits.skip(16 + 4);
  const unsigned more_layers = bits.get(3);
  out.sub_layers = more_layers + 1;
  out.nested = bits.get(1);
  for (int i = 0; i < 12; ++i) out.profile_tier_level.push_back(static_cast<Byte>(bits.get(8)));
  if (more_layers > 6) return bad();
  if (more_layers > 0) {
    std::size_t present = 0;
    for (unsigned i = 0; i < 8; ++i) {
      const unsigned flags = bits.get(2);
      if (i < more_layers) present += (flags & 2 ? 88u : 0u) + (flags & 1 ? 8u : 0u);
    }
    bits.skip(present);
  }
  bits.exp_golomb();
  out.chroma = bits.exp_golomb();
  if (out.chroma == 3) bits.skip(1);
  out.width = bits.exp_golomb();
  out.height = bits.exp_golomb();
  if (bits.get(1))
    for (int i = 0; i < 4; ++i) bits.exp_golomb();
  out.luma_depth = bits.exp_golomb();
  out.chroma_depth = bits.exp_golomb();
  if (!bits.ok() || out.chroma > 3 || out.luma_depth > 7 || out.chroma_depth > 7 || out.width == 0 || out.height == 0)
    return bad();
  return out;
}

/// Of a record that clean_hevc_configuration() could read.
std::vector<DroppedArray> dropped_arrays(ByteView record) {
  std::vector<DroppedArray> out;
  bmff::Fields fields(record);
  fields.skip(22);
  const unsigned arrays = fields.u8();
  for (unsigned i = 0; i < arrays; ++i) {
    const std::size_t start = record.size() - fields.rest().size();
    const unsigned type = fields.u8() & 0x3f, count = fields.u16();
    for (unsigned j = 0; j < count; ++j) fields.skip(fields.u16());
    if (type < 32 || type > 34) out.push_back({type, start, record.size() - fields.rest().size() - start});
  }
  if (!fields.rest().empty()) out.push_back({0, record.size() - fields.rest().size(), fields.rest().size()});
  return out;
}

}  // namespace

Result<HevcConfiguration> clean_configuration(ByteView record) {
  DOKAZ_LET(known, bmff::clean_hevc_configuration(record));
  bmff::Fields fields(known.record);
  fields.skip(22);
  const unsigned arrays = fields.u8();
  std::array<bmff::BoxWriter, 3> units;
  std::array<unsigned, 3> counts{};
  std::set<Bytes> sets;
  std::optional<ByteView> first;
  for (unsigned i = 0; i < arrays; ++i) {
    const unsigned kind = (fields.u8() & 0x3fu) - 32, count = fields.u16();
    DOKAZ_CHECK(kind < 3);
    for (unsigned j = 0; j < count; ++j) {
      const std::uint16_t size = fields.u16();
      const ByteView unit = fields.bytes(size);
      if (kind == 1 && !first) first = unit;
      units[kind].u16(size).raw(unit);
      sets.insert(to_bytes(unit));
    }
    counts[kind] += count;
  }
  DOKAZ_CHECK(fields.done());
  if (!first) return bad();
  DOKAZ_LET(says, read_sequence_parameters(*first));

  bmff::BoxWriter out;
  out.u8(1).raw(says.profile_tier_level).u16(0xf000).u8(0xfc);
  out.u8(0xfc | says.chroma).u8(0xf8 | says.luma_depth).u8(0xf8 | says.chroma_depth).u16(0);
  out.u8(says.sub_layers << 3 | says.nested << 2 | (known.length_size - 1));
  out.u8(static_cast<unsigned>(std::count_if(counts.begin(), counts.end(), [](unsigned n) { return n > 0; })));
  for (unsigned kind = 0; kind < 3; ++kind) {
    if (counts[kind] > UINT16_MAX) return bad();
    if (counts[kind] > 0) out.u8(0x80 | (32 + kind)).u16(counts[kind]).raw(units[kind].take());
  }
  return HevcConfiguration{out.take(), known.length_size, says.profile_tier_level[0] & 0x1fu, says.chroma == 0,
                           says.width, says.height, dropped_arrays(record), std::move(sets)};
}

}  // namespace dokaz::intake::heif
