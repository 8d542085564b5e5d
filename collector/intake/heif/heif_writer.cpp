// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/heif/heif_writer.hpp"

#include <map>

namespace dokaz::intake::heif {
namespace {

using bmff::BoxWriter;
using bmff::type;

class Writer {
 public:
  Writer(const HeifFile& heif, const ItemTree& tree) : heif_(heif), tree_(tree) {}

  Result<CleanPlan> run() {
    std::uint64_t data = 0;
    for (const Node& node : tree_.nodes) data += node.data.size();
    const std::size_t before_data = boxes(0, data).size();  // offsets take as many bytes whatever they are
    if (data > UINT32_MAX - before_data - 8) return fail(Errc::too_large, "HEIF: pictures of 4 GiB");
    CleanPlan out;
    out.put(boxes(before_data, data));
    for (const Node& node : tree_.nodes)
      for (const CleanPlan::Step& step : node.data.steps()) {
        if (step.copies) {
          out.copy(step.at, step.length);
        } else {
          out.put(ByteView(node.data.literals()).subspan(static_cast<std::size_t>(step.at), static_cast<std::size_t>(step.length)));
        }
      }
    return out;
  }

 private:
  bmff::Type item_type(const Node& node) const { return heif_.items[node.item].type; }

  /// All up to the first byte of the data.
  Bytes boxes(std::uint64_t data_at, std::uint64_t data_size) const {
    const bmff::Type brand = tree_.codec == Codec::av1 ? type("avif") : tree_.is_main_profile ? type("heic") : type("heix");
    BoxWriter out;
    out.begin(type("ftyp")).u32(brand).u32(0).u32(type("mif1")).u32(brand).end();
    out.begin_full(type("meta"));
    out.begin_full(type("hdlr")).u32(0).u32(type("pict")).zeros(12).u8(0).end();
    out.begin_full(type("pitm")).u16(1).end();
    write_locations(out, data_at);
    out.begin_full(type("iinf")).u16(tree_.nodes.size());
    for (std::size_t i = 0; i < tree_.nodes.size(); ++i)
      out.begin_full(type("infe"), 2, i > 0).u16(i + 1).u16(0).u32(item_type(tree_.nodes[i])).u8(0).end();
    out.end();
    write_references(out);
    write_properties(out);
    out.end();
    out.u32(std::min<std::uint64_t>(data_size, UINT32_MAX - 8) + 8).u32(type("mdat"));
    return out.take();
  }

  void write_locations(BoxWriter& out, std::uint64_t data_at) const {
    out.begin_full(type("iloc")).u16(0x4400).u16(tree_.nodes.size());
    for (std::size_t i = 0; i < tree_.nodes.size(); ++i) {
      const std::uint64_t size = tree_.nodes[i].data.size();
      out.u16(i + 1).u16(0).u16(size > 0);
      if (size > 0) out.u32(data_at).u32(size);
      data_at += size;
    }
    out.end();
  }

  void write_references(BoxWriter& out) const {
    std::map<std::size_t, std::size_t> alpha;
    for (std::size_t i = 0; i < tree_.nodes.size(); ++i)
      if (tree_.nodes[i].alpha_of) alpha.emplace(*tree_.nodes[i].alpha_of, i);
    if (tree_.nodes.size() == 1) return;
    out.begin_full(type("iref"));
    const auto refer = [&](bmff::Type kind, std::size_t from, const std::vector<std::size_t>& to) {
      out.begin(kind).u16(from + 1).u16(to.size());
      for (const std::size_t one : to) out.u16(one + 1);
      out.end();
    };
    for (std::size_t i = 0; i < tree_.nodes.size(); ++i) {
      const Node& node = tree_.nodes[i];
      if (!node.inputs.empty()) refer(type("dimg"), i, node.inputs);
      if (const auto own = alpha.find(i); own != alpha.end() && tree_.nodes[own->second].premultiplied)
        refer(type("prem"), i, {own->second});
      if (node.alpha_of) refer(type("auxl"), i, {*node.alpha_of});
    }
    out.end();
  }

  void write_properties(BoxWriter& out) const {
    std::map<ByteView, std::size_t, Less> numbers;
    out.begin(type("iprp")).begin(type("ipco"));
    for (const Node& node : tree_.nodes)
      for (const WrittenProperty& property : node.properties)
        if (numbers.emplace(property.box, numbers.size() + 1).second) out.raw(property.box);
    out.end();
    const bool wide = numbers.size() > 127;
    out.begin_full(type("ipma"), 0, wide).u32(tree_.nodes.size());
    for (std::size_t i = 0; i < tree_.nodes.size(); ++i) {
      out.u16(i + 1).u8(tree_.nodes[i].properties.size());
      for (const WrittenProperty& property : tree_.nodes[i].properties) {
        const std::size_t essential = is_essential(property.kind) ? (wide ? 0x8000 : 0x80) : 0;
        out.number(numbers.at(property.box) | essential, wide ? 2 : 1);
      }
    }
    out.end().end();
  }

  struct Less {
    bool operator()(ByteView a, ByteView b) const { return text_of(a) < text_of(b); }
  };
  const HeifFile& heif_;
  const ItemTree& tree_;
};

}  // namespace

Result<CleanPlan> write_heif(const HeifFile& heif, const ItemTree& tree) { return Writer(heif, tree).run(); }

}  // namespace dokaz::intake::heif
