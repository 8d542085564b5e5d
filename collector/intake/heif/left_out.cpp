// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/heif/left_out.hpp"

#include <deque>

namespace dokaz::intake::heif {
namespace {

using bmff::Box;
using bmff::type;

constexpr std::array<Byte, 16> c2pa_uuid = {0xd8, 0xfe, 0xc3, 0xd6, 0x1b, 0x0e, 0x48, 0x3c,
                                            0x92, 0x97, 0x58, 0x28, 0x87, 0x7e, 0xc4, 0x81};

constexpr bmff::Type understood_in_meta[] = {type("hdlr"), type("pitm"), type("iloc"), type("iinf"),
                                             type("iref"), type("iprp"), type("idat")};

bool is_picture(bmff::Type kind) {
  for (const bmff::Type one : {type("hvc1"), type("av01"), type("grid"), type("iovl"), type("iden"), type("tmap"),
                               type("jpeg"), type("avc1"), type("hev1"), type("lhv1"), type("unci"), type("j2k1"),
                               type("vvc1"), type("evc1"), type("mski")})
    if (kind == one) return true;
  return false;
}

class Lister {
 public:
  Lister(ByteView file, const HeifFile& heif, const ItemTree& tree, Properties& properties, Walked& walked)
      : file_(file), heif_(heif), tree_(tree), properties_(properties), walked_(walked), roles_(heif.items.size()) {}

  void run() {
    for (const Node& node : tree_.nodes) roles_[node.item] = "kept";
    find_roles();
    list_items();
    list_boxes();
    list_properties();
    list_gaps();
    for (const DroppedData& data : tree_.dropped) add(data.offset, {data.kind, data.length, data.digest});
    std::stable_sort(found_.begin(), found_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& [offset, element] : found_) walked_.removed.push_back(std::move(element));
  }

 private:
  ByteView bytes(std::uint64_t offset, std::uint64_t length) const {
    return file_.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(length));
  }
  void add(std::uint64_t offset, RemovedElement element) { found_.emplace_back(offset, std::move(element)); }
  void add(std::string kind, std::uint64_t offset, std::uint64_t length) {
    add(offset, {std::move(kind), length, sha256(bytes(offset, length))});
  }
  void warn(const char* sentence) { walked_.warnings.emplace_back(sentence); }

  /// What each further item is for: said by references to or from it, or inherited from what it is an input of.
  void find_roles() {
    std::deque<std::size_t> open;
    const auto give = [&](std::size_t item, const std::string& role) {
      if (!roles_[item].empty()) return;
      roles_[item] = role;
      open.push_back(item);
    };
    std::unordered_map<std::size_t, std::vector<std::size_t>> inputs;
    std::vector<bool> is_input(heif_.items.size());
    for (const Reference& reference : heif_.references) {
      const auto from = heif_.by_id.find(reference.from);
      if (from == heif_.by_id.end()) continue;
      if (reference.kind == type("thmb")) give(from->second, "thumbnail");
      if (reference.kind == type("auxl")) give(from->second, auxiliary_role(heif_.items[from->second]));
      if (reference.kind != type("dimg")) continue;
      for (const std::uint32_t to : reference.to)
        if (const auto input = heif_.by_id.find(to); input != heif_.by_id.end()) {
          inputs[from->second].push_back(input->second);
          if (input->second != from->second) is_input[input->second] = true;
        }
    }
    const auto hand_down = [&] {
      for (; !open.empty(); open.pop_front())
        for (const std::size_t input : inputs[open.front()])
          give(input, roles_[open.front()] == "tmap" ? "gainmap" : roles_[open.front()]);
    };
    for (std::size_t i = 0; i < heif_.items.size(); ++i)
      if (heif_.items[i].type == type("tmap")) give(i, "tmap");
    hand_down();
    for (const bool inputs_too : {false, true})
      for (std::size_t i = 0; i < heif_.items.size(); ++i) {
        const Item& item = heif_.items[i];
        if (inputs_too || !is_input[i] || !is_picture(item.type))
          give(i, is_picture(item.type) ? "picture" : item.type == 0 ? "untyped" : bmff::plain_name(item.type));
        hand_down();
      }
  }

  std::string auxiliary_role(const Item& item) {
    for (const Association& association : item.properties) {
      if (heif_.properties[association.property].type != type("auxC")) continue;
      const auto property = properties_.at(association.property);
      if (!property) continue;
      const std::string& kind = (*property)->auxiliary_type;
      if (is_alpha(kind)) return "alpha";
      if (kind.find("gainmap") != kind.npos) return "gainmap";
      if (kind.find("depth") != kind.npos || kind == "urn:mpeg:hevc:2015:auxid:2") return "depth";
    }
    return "auxiliary";
  }

  void list_items() {
    for (std::size_t i = 0; i < heif_.items.size(); ++i) {
      const Item& item = heif_.items[i];
      if (!item.name.empty())
        add("heif.item.name", static_cast<std::uint64_t>(item.name.data() - file_.data()), item.name.size());
      if (roles_[i] == "kept") continue;
      ItemData data(file_, item);
      if (data.size() == 0) {
        add("heif.item." + roles_[i], item.entry.offset, item.entry.size);
      } else {
        add(item.extents.front().offset, {"heif.item." + roles_[i], data.size(), sha256(data.bytes())});
      }
      read(item, data.bytes());
      if (roles_[i] == "picture") warn("further pictures in the file are kept in recovery only");
      if (roles_[i] == "depth") warn("the depth map is kept in recovery only");
      if (roles_[i] == "gainmap" || roles_[i] == "tmap")
        warn("the map for brighter screens (HDR) is kept in recovery only: the picture may look less bright there");
    }
  }

  void read(const Item& item, ByteView data) {
    if (item.type == type("Exif") && data.size() > 4) {
      const std::uint64_t skip = bmff::Fields(data).u32();
      if (skip < data.size() - 4) walked_.blocks.exif.push_back(to_bytes(data.subspan(4 + static_cast<std::size_t>(skip))));
    }
    if (item.type != type("mime")) return;
    if (item.content_type == "application/rdf+xml" && !data.empty()) walked_.blocks.xmp.push_back(to_bytes(data));
    if (item.content_type.find("c2pa") != std::string::npos) walked_.c2pa = true;
  }

  void list_boxes() {
    for (const Box& box : heif_.boxes) {
      if (box.type == type("ftyp") || box.type == type("meta") || box.type == type("mdat")) continue;
      add(name_of(box), box.offset, box.size);
      if (box.type == type("mpvd")) warn("the film that belongs to the picture (motion photo) is kept in recovery only");
    }
    for (const Box& box : heif_.in_meta) {
      const bool understood = std::find(std::begin(understood_in_meta), std::end(understood_in_meta), box.type) != std::end(understood_in_meta);
      if (!understood) add(name_of(box), box.offset, box.size);
      if (box.type == type("hdlr") && heif_.handler_name > 0) add("heif.hdlr.name", box.payload() + 24, heif_.handler_name);
    }
    if (heif_.end == file_.size()) return;
    warn("bytes after the end of the picture are kept in recovery only");
    add("heif.trailer", heif_.end, file_.size() - heif_.end);
  }

  std::string name_of(const Box& box) {
    const bool c2pa = box.type == type("jumb") || (box.type == type("uuid") && box.uuid == c2pa_uuid);
    walked_.c2pa |= c2pa;
    return "heif." + bmff::plain_name(box.type) + (c2pa ? ".c2pa" : "");
  }

  void list_properties() {
    for (std::size_t i = 0; i < heif_.properties.size(); ++i) {
      const Box& box = heif_.properties[i];
      const auto property = tree_.used_properties[i] ? properties_.at(i) : Result<const Property*>(nullptr);
      if (!property) continue;  // what is used could be read
      if (!*property || (*property)->altered) {
        add("heif.property." + bmff::plain_name(box.type), box.offset, box.size);
      } else {
        for (const DroppedArray& array : (*property)->hevc.dropped)
          add("heif.hvcC.nal." + std::to_string(array.type), box.payload() + array.offset, array.length);
        if (box.type == type("av1C") && box.payload_size() > 4) add("heif.av1C.obus", box.payload() + 4, box.payload_size() - 4);
      }
    }
  }

  /// Bytes of the data boxes that belong to no item.
  void list_gaps() {
    std::vector<Extent> extents;
    for (const Item& item : heif_.items) extents.insert(extents.end(), item.extents.begin(), item.extents.end());
    std::sort(extents.begin(), extents.end(), [](const Extent& a, const Extent& b) { return a.offset < b.offset; });
    std::vector<Box> holders;
    for (const std::vector<Box>* boxes : {&heif_.in_meta, &heif_.boxes})
      for (const Box& box : *boxes)
        if (box.type == type("idat") || box.type == type("mdat")) holders.push_back(box);
    for (const Box& holder : holders) {
      std::uint64_t at = holder.payload();
      const auto first = std::partition_point(extents.begin(), extents.end(), [&](const Extent& e) { return e.offset < at; });
      for (auto extent = first; extent != extents.end() && extent->offset < holder.end(); ++extent) {
        if (extent->offset > at) add(unreferenced(holder), at, extent->offset - at);
        at = std::max(at, extent->offset + extent->length);
      }
      if (at < holder.end()) add(unreferenced(holder), at, holder.end() - at);
    }
  }
  static std::string unreferenced(const Box& holder) { return "heif." + bmff::plain_name(holder.type) + ".unreferenced"; }

  ByteView file_;
  const HeifFile& heif_;
  const ItemTree& tree_;
  Properties& properties_;
  Walked& walked_;
  std::vector<std::string> roles_;
  std::vector<std::pair<std::uint64_t, RemovedElement>> found_;
};

}  // namespace

void list_left_out(ByteView file, const HeifFile& heif, const ItemTree& tree, Properties& properties, Walked& walked) {
  Lister(file, heif, tree, properties, walked).run();
}

}  // namespace dokaz::intake::heif
