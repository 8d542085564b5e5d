// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/heif/item_data.hpp"

#include "collector/intake/bmff/nal_units.hpp"

namespace dokaz::intake::heif {
namespace {

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("HEIF: ") + what); }

constexpr Byte last_slice_type = 31, first_parameter_set = 32, last_parameter_set = 34;
constexpr std::size_t most_nal_units = 65536;

std::int32_t signed_of(std::uint32_t value, bool wide) {
  return wide ? static_cast<std::int32_t>(value) : static_cast<std::int16_t>(value);
}
bool fits16(std::int64_t value) { return value >= INT16_MIN && value <= INT16_MAX; }

}  // namespace

ItemData::ItemData(ByteView file, const Item& item) : file_(file), content_(file_, plan_) {
  for (const Extent& extent : item.extents) plan_.copy(extent.offset, extent.length);
}

ByteView ItemData::bytes() {
  const auto& steps = plan_.steps();
  if (steps.empty()) return {};
  if (steps.size() == 1)
    return file_.view()->subspan(static_cast<std::size_t>(steps[0].at), static_cast<std::size_t>(steps[0].length));
  if (room_.empty()) room_ = content_.bytes(0, plan_.size()).value();
  return room_;
}

void ItemData::copy(std::uint64_t offset, std::uint64_t length, CleanPlan& to) const {
  for (std::size_t i = length == 0 ? 0 : plan_.step_at(offset); length > 0; ++i) {
    const std::uint64_t skip = offset - plan_.start_of(i), part = std::min(length, plan_.steps()[i].length - skip);
    to.copy(plan_.steps()[i].at + skip, part);
    offset += part;
    length -= part;
  }
}

Status ItemData::drop(std::string kind, std::uint64_t offset, std::uint64_t length, CodedData& from) const {
  DOKAZ_LET(bytes, content_.bytes(offset, length));
  const std::size_t step = plan_.step_at(offset);
  from.dropped.push_back({std::move(kind), plan_.steps()[step].at + offset - plan_.start_of(step), length, sha256(bytes)});
  return {};
}

Status ItemData::drop_behind(std::size_t from, CodedData& of) const {
  return from < size() ? drop("heif.derivation.trailer", from, size() - from, of) : Status();
}

Result<CodedData> ItemData::hevc(const HevcConfiguration& configuration) const {
  const unsigned length_size = configuration.length_size;
  CodedData out;
  bmff::NalReader reader(content_, 0, size(), length_size, bmff::NalCodec::hevc);
  std::size_t units = 0, pictures = 0, slices = 0;
  std::uint64_t end = 0;
  for (;;) {
    DOKAZ_LET(unit, reader.next());
    if (!unit) break;
    if (++units > most_nal_units) return bad("too many NAL units");
    end = unit->offset + unit->size;
    if (!unit->kept) {
      DOKAZ_TRY(drop("heif.nal." + std::to_string(unit->type), unit->offset, unit->size, out));
      continue;
    }
    if (unit->type >= first_parameter_set && unit->type <= last_parameter_set) {
      DOKAZ_LET(set, content_.bytes(unit->offset + length_size, unit->size - length_size));
      if (!configuration.sets.contains(set)) return bad("parameter sets among the slices");
      DOKAZ_TRY(drop("heif.nal." + std::to_string(unit->type), unit->offset, unit->size, out));
      continue;
    }
    if (unit->type <= last_slice_type) {
      std::array<Byte, 1> flags{};
      if (unit->size < length_size + 3u) return bad("a slice without content");
      DOKAZ_TRY(content_.read(flags, unit->offset + length_size + 2));
      const bool first_in_picture = flags[0] & 0x80;
      if (first_in_picture) ++pictures;
      if (++slices == 1 && !first_in_picture) return bad("a picture without its beginning");
    }
    copy(unit->offset, unit->size, out.plan);
  }
  if (end < size()) DOKAZ_TRY(drop("heif.nal.padding", end, size() - end, out));
  if (pictures == 0) return bad("an item without a picture");
  if (pictures > 1) return bad("an item with several pictures");
  return out;
}

Result<CodedData> ItemData::av1(bmff::SequenceHeader& header) {
  CodedData out;
  DOKAZ_LET(units, bmff::filter_obus(bytes()));
  if (units.frames == 0) return bad("an item without a picture");
  if (units.frames > 1) return fail(Errc::unsupported_media, "HEIF: AV1 in several layers or frames");
  for (const bmff::ObuPart& part : units.kept) {
    out.plan.put(part.head);
    copy(part.offset, part.length, out.plan);
  }
  for (const bmff::DroppedObu& obu : units.dropped)
    DOKAZ_TRY(drop("heif.obu." + std::to_string(obu.type), obu.offset, obu.length, out));
  std::array<Byte, 1> first{};
  if (units.sequence_headers.size() != 1 || !PlannedCopy(file_, out.plan).read(first, 0) || (first[0] >> 3 & 15) != 1)
    return bad("AV1 needs one sequence header, at the front");
  DOKAZ_LET(says, bmff::read_sequence_header(units.sequence_headers[0]));
  header = says;
  return out;
}

Result<Derivation> read_grid(ByteView data) {
  bmff::Fields fields(data);
  const unsigned version = fields.u8(), flags = fields.u8();
  Derivation out;
  out.rows = fields.u8() + 1u;
  out.columns = fields.u8() + 1u;
  const std::size_t size = flags & 1 ? 4 : 2;
  out.width = static_cast<std::uint32_t>(fields.number(size));
  out.height = static_cast<std::uint32_t>(fields.number(size));
  if (version != 0 || !fields.ok()) return bad("grid");
  const bool wide = out.width > UINT16_MAX || out.height > UINT16_MAX;
  bmff::BoxWriter clean;
  clean.u8(0).u8(wide).u8(out.rows - 1).u8(out.columns - 1).number(out.width, wide ? 4 : 2).number(out.height, wide ? 4 : 2);
  out.data = clean.take();
  out.read = data.size() - fields.rest().size();
  return out;
}

Result<Derivation> read_overlay(ByteView data, std::size_t inputs) {
  bmff::Fields fields(data);
  const unsigned version = fields.u8();
  const bool wide = fields.u8() & 1;
  const std::size_t size = wide ? 4 : 2;
  const std::uint64_t fill = fields.u64();
  Derivation out;
  out.width = static_cast<std::uint32_t>(fields.number(size));
  out.height = static_cast<std::uint32_t>(fields.number(size));
  bool large = out.width > UINT16_MAX || out.height > UINT16_MAX;
  for (std::size_t i = 0; i < 2 * inputs && fields.ok(); ++i) {
    out.offsets.push_back(signed_of(static_cast<std::uint32_t>(fields.number(size)), wide));
    large |= !fits16(out.offsets.back());
  }
  if (version != 0 || !fields.ok()) return bad("overlay");
  bmff::BoxWriter clean;
  clean.u8(0).u8(large).u64(fill).number(out.width, large ? 4 : 2).number(out.height, large ? 4 : 2);
  for (const std::int64_t offset : out.offsets) clean.number(static_cast<std::uint64_t>(offset), large ? 4 : 2);
  out.data = clean.take();
  out.read = data.size() - fields.rest().size();
  return out;
}

}  // namespace dokaz::intake::heif
