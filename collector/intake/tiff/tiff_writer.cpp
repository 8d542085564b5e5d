// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/tiff/tiff_writer.hpp"

namespace dokaz::intake::tiff {
namespace {

std::uint64_t even(std::uint64_t at) { return at + at % 2; }

struct Field {
  unsigned tag, type;
  std::uint64_t count;
  Bytes value;
};

class PageWriter {
 public:
  PageWriter(const File& file, const PageToWrite& what, std::uint64_t at)
      : file_(file), page_(what.page), at_(at) {
    make_fields(what.tables, what.profile);
    values_at_ = at_ + 2 + 12 * fields_.size() + 4;
    strips_at_ = values_at_;
    for (const Field& field : fields_)
      if (field.value.size() > 4) strips_at_ = even(strips_at_) + field.value.size();
    end_ = strips_at_;
    for (const Strip& strip : page_.strips) end_ = even(end_) + strip.size;
  }
  std::uint64_t end() const { return end_; }

  void write(std::uint64_t next, CleanPlan& plan) {
    fill_offsets();
    Writer out(file_.big_endian());
    out.number(fields_.size(), 2);
    std::uint64_t at = values_at_;
    for (const Field& field : fields_) {
      out.number(field.tag, 2);
      out.number(field.type, 2);
      out.number(field.count, 4);
      if (field.value.size() <= 4) {
        out.bytes(field.value);
        out.number(0, static_cast<unsigned>(4 - field.value.size()));
      } else {
        out.number(even(at), 4);
        at = even(at) + field.value.size();
      }
    }
    out.number(next, 4);
    for (const Field& field : fields_) {
      if (field.value.size() <= 4) continue;
      out.number(0, (at_ + out.size()) % 2);
      out.bytes(field.value);
    }
    plan.put(out.take());
    for (const Strip& strip : page_.strips) {
      if (plan.size() % 2 != 0) plan.put(Bytes{0});
      plan.copy(strip.at, strip.size);
    }
  }

 private:
  template <class Values>
  void add(unsigned tag, unsigned type, const Values& values) {
    Writer out(file_.big_endian());
    for (const auto value : values) out.number(value, type == short_ ? 2 : 4);
    fields_.push_back({tag, type, type == rational ? values.size() / 2 : values.size(), out.take()});
  }
  void shorts(unsigned tag, std::vector<std::uint32_t> values) { add(tag, short_, values); }
  void longs(unsigned tag, std::vector<std::uint32_t> values) { add(tag, long_, values); }

  void make_fields(const Bytes& tables, const Bytes& profile) {
    const Page& p = page_;
    const std::vector<std::uint32_t> of_strips(p.strips.size(), 0);
    std::vector<std::uint32_t> sizes;
    for (const Strip& strip : p.strips) sizes.push_back(static_cast<std::uint32_t>(strip.size));
    if (p.kind != 0) longs(new_subfile_type, {p.kind});
    longs(image_width, {p.width});
    longs(image_length, {p.height});
    shorts(bits_per_sample, std::vector<std::uint32_t>(p.samples, p.bits));
    shorts(compression, {p.codec});
    shorts(photometric, {p.photometric});
    if (p.fill == 2) shorts(fill_order, {2});
    if (!p.tiled) longs(strip_offsets, of_strips);
    if (p.turned > 1) shorts(orientation, {p.turned});
    shorts(samples_per_pixel, {p.samples});
    if (!p.tiled) longs(rows_per_strip, {p.rows});
    if (!p.tiled) longs(strip_byte_counts, sizes);
    shorts(planar_configuration, {p.planar});
    if (p.codec == fax_group3) longs(t4_options, {p.t4});
    if (p.predictor > 1) shorts(predictor, {p.predictor});
    if (p.colours) fields_.push_back({color_map, short_, p.colours->count, to_bytes(file_.part(p.colours->value_at, p.colours->size))});
    if (p.tiled) longs(tile_width, {p.columns});
    if (p.tiled) longs(tile_length, {p.rows});
    if (p.tiled) longs(tile_offsets, of_strips);
    if (p.tiled) longs(tile_byte_counts, sizes);
    if (!p.extra.empty()) shorts(extra_samples, p.extra);
    if (!p.formats.empty()) shorts(sample_format, p.formats);
    if (!tables.empty()) fields_.push_back({jpeg_tables, undefined, tables.size(), tables});
    if (p.photometric == ycbcr) make_ycbcr_fields();
    if (!profile.empty()) fields_.push_back({icc_profile, undefined, profile.size(), profile});
  }

  void make_ycbcr_fields() {
    const Page& p = page_;
    if (p.bt709) add(ycbcr_coefficients, rational, std::vector<std::uint32_t>{2126, 10000, 7152, 10000, 722, 10000});
    shorts(ycbcr_subsampling, {p.across, p.down});
    shorts(ycbcr_positioning, {p.siting});
    if (p.studio_range)
      add(reference_black_white, rational, std::vector<std::uint32_t>{16, 1, 235, 1, 128, 1, 240, 1, 128, 1, 240, 1});
  }

  void fill_offsets() {
    Writer out(file_.big_endian());
    std::uint64_t at = strips_at_;
    for (const Strip& strip : page_.strips) {
      out.number(even(at), 4);
      at = even(at) + strip.size;
    }
    for (Field& field : fields_)
      if (field.tag == strip_offsets || field.tag == tile_offsets) field.value = out.take();
  }

  const File& file_;
  const Page& page_;
  std::uint64_t at_, values_at_ = 0, strips_at_ = 0, end_ = 0;
  std::vector<Field> fields_;
};

}  // namespace

Status write_pages(const File& file, const std::vector<PageToWrite>& pages, CleanPlan& plan) {
  Writer header(file.big_endian());
  header.bytes(file.part(0, 4));
  header.number(8, 4);
  plan.put(header.take());
  for (std::size_t i = 0; i < pages.size(); ++i) {
    if (plan.size() % 2 != 0) plan.put(Bytes{0});
    PageWriter writer(file, pages[i], plan.size());
    if (even(writer.end()) > UINT32_MAX) return fail(Errc::too_large, "TIFF: over 4 GiB");
    writer.write(i + 1 < pages.size() ? even(writer.end()) : 0, plan);
  }
  return {};
}

}  // namespace dokaz::intake::tiff
