// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/heif/item_tree.hpp"

#include <utility>

namespace dokaz::intake::heif {
namespace {

using bmff::type;

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("HEIF: ") + what); }
Error unsupported(const char* what) { return fail(Errc::unsupported_media, std::string("HEIF: ") + what); }

constexpr unsigned deepest = 8;
constexpr std::uint32_t largest_padding = 63;  // pixels, right and below, that a coder adds

bool is_coded(bmff::Type kind) { return kind == type("hvc1") || kind == type("av01"); }
bool is_derived(bmff::Type kind) { return kind == type("grid") || kind == type("iovl") || kind == type("iden"); }

class Grower {
 public:
  Grower(ByteView file, const HeifFile& heif, Properties& properties)
      : file_(file), heif_(heif), properties_(properties) {
    tree_.used_properties.resize(heif.properties.size());
  }

  Result<ItemTree> run() {
    sort_references();
    DOKAZ_TRY(find_items());
    DOKAZ_TRY(read_coded());
    for (Node& node : tree_.nodes) {
      DOKAZ_TRY(read_properties(node));
      if (!is_coded(item_of(node).type)) continue;
      const bool fits = node.width <= node.coded_width && node.coded_width - node.width <= largest_padding &&
                        node.height <= node.coded_height && node.coded_height - node.height <= largest_padding;
      if (!fits) return bad("a picture is not as large as stated");
    }
    for (Node& node : tree_.nodes)
      if (is_derived(item_of(node).type)) DOKAZ_TRY(read_derivation(node));
    return std::move(tree_);
  }

 private:
  const Item& item_of(const Node& node) const { return heif_.items[node.item]; }

  void sort_references() {
    for (const Reference& reference : heif_.references) {
      if (reference.kind == type("dimg")) inputs_[reference.from].push_back(&reference);
      for (const std::uint32_t to : reference.to) {
        if (reference.kind == type("auxl")) auxiliaries_[to].push_back(reference.from);
        if (reference.kind == type("prem")) premultiplied_[reference.from].push_back(to);
      }
    }
  }

  /// A further item, which nothing else may be made of.
  Result<std::size_t> add(std::uint32_t id, unsigned depth) {
    const auto known = heif_.by_id.find(id);
    if (known == heif_.by_id.end()) return bad("an item is missing");
    if (!reached_.emplace(known->second, tree_.nodes.size()).second) return bad("an item is used twice, or for itself");
    if (depth > deepest) return fail(Errc::too_large, "HEIF: pictures made of pictures without end");
    const Item& item = heif_.items[known->second];
    if (!is_coded(item.type) && !is_derived(item.type)) return unsupported("a picture coded or derived in another way");
    if (item.is_protected) return unsupported("an encrypted picture");
    if (item.external || item.constructed_of_items) return unsupported("a picture that lies in other files or items");
    if (item.beyond_end && item.type != type("iden")) return fail(Errc::truncated_media, "HEIF: a picture goes beyond the end");
    Node node;
    node.item = known->second;
    node.depth = depth;
    tree_.nodes.push_back(std::move(node));
    return tree_.nodes.size() - 1;
  }

  /// Breadth first: what an item is made of, then its alpha picture.
  Status find_items() {
    DOKAZ_LET(main, add(heif_.primary, 0));
    tree_.nodes[main].takes_alpha = true;
    for (std::size_t at = 0; at < tree_.nodes.size(); ++at) {
      const Item& item = item_of(tree_.nodes[at]);
      if (is_derived(item.type)) DOKAZ_TRY(add_inputs(at, item));
      if (!tree_.nodes[at].takes_alpha) continue;
      const auto found = auxiliaries_.find(item.id);
      if (found == auxiliaries_.end()) continue;
      bool has_alpha = false;
      for (const std::uint32_t id : found->second) {
        DOKAZ_LET(alpha, is_alpha_picture(id));
        if (!alpha) continue;
        if (has_alpha) return bad("a picture with two alpha pictures");
        has_alpha = true;
        DOKAZ_LET(added, add(id, tree_.nodes[at].depth + 1));
        Node& node = tree_.nodes[added];
        node.alpha_of = at;
        node.within_alpha = true;
        const auto multiplied = premultiplied_.find(item.id);
        node.premultiplied = multiplied != premultiplied_.end() &&
                             std::find(multiplied->second.begin(), multiplied->second.end(), id) != multiplied->second.end();
      }
    }
    return {};
  }

  Status add_inputs(std::size_t at, const Item& item) {
    const auto found = inputs_.find(item.id);
    if (found == inputs_.end() || found->second.size() != 1) return bad("what a picture is made of");
    const std::vector<std::uint32_t>& ids = found->second.front()->to;
    if (ids.empty() || (item.type == type("iden") && ids.size() != 1)) return bad("what a picture is made of");
    for (const std::uint32_t id : ids) {
      DOKAZ_LET(input, add(id, tree_.nodes[at].depth + 1));
      tree_.nodes[at].inputs.push_back(input);
      tree_.nodes[input].within_alpha = tree_.nodes[at].within_alpha;
      tree_.nodes[input].takes_alpha = item.type != type("grid") && tree_.nodes[at].takes_alpha;
      if (item.type == type("grid") && !is_coded(item_of(tree_.nodes[input]).type)) return bad("a grid of derived pictures");
    }
    if (item.type == type("iovl")) tree_.laid_over = true;
    return {};
  }

  Result<bool> is_alpha_picture(std::uint32_t id) {
    const auto known = heif_.by_id.find(id);
    if (known == heif_.by_id.end()) return false;
    for (const Association& association : heif_.items[known->second].properties) {
      if (heif_.properties[association.property].type != type("auxC")) continue;
      DOKAZ_LET(property, properties_.at(association.property));
      if (is_alpha(property->auxiliary_type)) return true;
    }
    return false;
  }

  Status read_coded() {
    tree_.is_main_profile = true;
    const Node* first = nullptr;
    for (Node& node : tree_.nodes) {
      const Item& item = item_of(node);
      if (!is_coded(item.type)) continue;
      const Codec codec = item.type == type("hvc1") ? Codec::hevc : Codec::av1;
      if (tree_.codec != Codec::none && tree_.codec != codec) return unsupported("pictures of two codecs in one");
      tree_.codec = codec;
      ItemData data(file_, item);
      DOKAZ_TRY(codec == Codec::hevc ? read_hevc(node, item, data) : read_av1(node, data));
      if (!first && !node.within_alpha) first = &node;
    }
    if (!first) return bad("no coded picture");
    tree_.monochrome = first->monochrome;
    properties_.set_monochrome(tree_.monochrome);
    return {};
  }

  Status read_av1(Node& node, ItemData& data) {
    DOKAZ_LET(coded, data.av1(node.header));
    take(coded, node);
    node.coded_width = node.header.width;
    node.coded_height = node.header.height;
    node.monochrome = node.header.monochrome;
    return {};
  }

  Status read_hevc(Node& node, const Item& item, const ItemData& data) {
    const HevcConfiguration* configuration = nullptr;
    for (const Association& association : item.properties) {
      if (heif_.properties[association.property].type != type("hvcC")) continue;
      DOKAZ_LET(property, properties_.at(association.property));
      configuration = &property->hevc;
    }
    if (!configuration) return bad("HEVC without parameter sets");
    DOKAZ_LET(coded, data.hevc(*configuration));
    take(coded, node);
    node.coded_width = configuration->width;
    node.coded_height = configuration->height;
    node.monochrome = configuration->monochrome;
    if (configuration->profile != 1 && configuration->profile != 3) tree_.is_main_profile = false;
    return {};
  }

  void take(CodedData& coded, Node& node) {
    node.data = std::move(coded.plan);
    std::move(coded.dropped.begin(), coded.dropped.end(), std::back_inserter(tree_.dropped));
  }

  Status read_properties(Node& node) {
    const Item& item = item_of(node);
    std::vector<WrittenProperty> described, transforms;
    std::vector<const Property*> turns;
    std::uint32_t width = 0, height = 0;  // of what is shown so far
    std::array<bool, static_cast<std::size_t>(Kind::other) + 1> has{};
    for (const Association& association : item.properties) {
      DOKAZ_LET(property, properties_.at(association.property));
      if (property->kind == Kind::size) node.width = width = property->width, node.height = height = property->height;
    }
    if (width == 0) return bad("a picture without a size");
    for (const Association& association : item.properties) {
      DOKAZ_LET(property, properties_.at(association.property));
      const Kind kind = property->kind;
      if (kind == Kind::progressive) continue;
      if (!belongs(*property, node, item)) {
        if (association.essential) return unsupported("a property that must be understood");
        continue;
      }
      if (kind != Kind::other && std::exchange(has[static_cast<std::size_t>(kind)], true)) return bad("a property stands twice");
      if (kind == Kind::av1_configuration) {
        bmff::BoxWriter box;
        described.push_back({kind, box.begin(type("av1C")).raw(bmff::av1_configuration(node.header)).end().take()});
      } else if (kind == Kind::auxiliary) {
        described.push_back({kind, alpha_property(tree_.codec)});
      } else if (property->box.empty()) {
        continue;
      } else if (kind >= Kind::rotation) {
        DOKAZ_TRY(transform(*property, width, height));
        transforms.push_back({kind, property->box});
        turns.push_back(property);
      } else {
        described.push_back({kind, property->box});
      }
      tree_.used_properties[association.property] = true;
    }
    if (is_coded(item.type) && !has[static_cast<std::size_t>(Kind::hevc_configuration)] &&
        !has[static_cast<std::size_t>(Kind::av1_configuration)])
      return bad("a coded picture without its configuration");
    if (&node == &tree_.nodes.front() && !turns.empty() && heif::orientation_by(turns) > 1)
      tree_.orientation = heif::orientation_by(turns);
    node.shown_width = width;
    node.shown_height = height;
    std::sort(described.begin(), described.end(),
              [](const WrittenProperty& a, const WrittenProperty& b) { return a.kind < b.kind; });
    node.properties = std::move(described);
    std::move(transforms.begin(), transforms.end(), std::back_inserter(node.properties));
    return {};
  }

  static bool belongs(const Property& property, const Node& node, const Item& item) {
    switch (property.kind) {
      case Kind::hevc_configuration: return item.type == type("hvc1");
      case Kind::av1_configuration:
      case Kind::operating_point: return item.type == type("av01");
      case Kind::auxiliary: return node.alpha_of && is_alpha(property.auxiliary_type);
      case Kind::other: return false;
      case Kind::size:
      case Kind::depths:
      case Kind::pixel_aspect:
      case Kind::colour_code:
      case Kind::colour_profile:
      case Kind::light_level:
      case Kind::mastering:
      case Kind::rotation:
      case Kind::mirror:
      case Kind::crop:
      case Kind::progressive: return true;
    }
    return false;
  }

  Status transform(const Property& property, std::uint32_t& width, std::uint32_t& height) {
    if (property.kind == Kind::rotation && property.turn % 2 == 1) std::swap(width, height);
    if (property.kind != Kind::crop) return {};
    const std::int64_t left2 = property.x2 + width - property.width, top2 = property.y2 + height - property.height;
    if (left2 < 0 || top2 < 0 || left2 % 2 || top2 % 2 || left2 / 2 + property.width > width ||
        top2 / 2 + property.height > height)
      return bad("clean aperture");
    width = property.width;
    height = property.height;
    tree_.cropped = true;
    return {};
  }

  Status read_derivation(Node& node) {
    const Item& item = item_of(node);
    if (item.type == type("iden")) {
      const Node& input = tree_.nodes[node.inputs.front()];
      return input.shown_width == node.width && input.shown_height == node.height ? Status() : bad("a picture is not as large as stated");
    }
    ItemData data(file_, item);
    DOKAZ_LET(says, item.type == type("grid") ? read_grid(data.bytes()) : read_overlay(data.bytes(), node.inputs.size()));
    if (says.width != node.width || says.height != node.height) return bad("a picture is not as large as stated");
    if (item.type == type("grid")) {
      if (std::size_t{says.rows} * says.columns != node.inputs.size()) return bad("grid");
      const Node& tile = tree_.nodes[node.inputs.front()];
      for (const std::size_t input : node.inputs)
        if (tree_.nodes[input].width != tile.width || tree_.nodes[input].height != tile.height) return bad("tiles of several sizes");
      const auto fills = [](std::uint32_t whole, std::uint32_t part, unsigned count) {
        return std::uint64_t{part} * count >= whole && std::uint64_t{part} * (count - 1) < whole;
      };
      if (!fills(says.width, tile.width, says.columns) || !fills(says.height, tile.height, says.rows)) return bad("grid");
    }
    for (std::size_t i = 0; i < says.offsets.size(); ++i) {
      const Node& input = tree_.nodes[node.inputs[i / 2]];
      const bool across = i % 2 == 0;
      const std::int64_t whole = across ? says.width : says.height, part = across ? input.shown_width : input.shown_height;
      if (says.offsets[i] >= whole || says.offsets[i] + part <= 0) return bad("a picture laid beside the one it is for");
    }
    node.data.put(says.data);
    CodedData behind;
    DOKAZ_TRY(data.drop_behind(says.read, behind));
    std::move(behind.dropped.begin(), behind.dropped.end(), std::back_inserter(tree_.dropped));
    return {};
  }

  ByteView file_;
  const HeifFile& heif_;
  Properties& properties_;
  ItemTree tree_;
  std::unordered_map<std::size_t, std::size_t> reached_;
  std::unordered_map<std::uint32_t, std::vector<const Reference*>> inputs_;
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> auxiliaries_, premultiplied_;
};

}  // namespace

Result<ItemTree> grow_tree(ByteView file, const HeifFile& heif, Properties& properties) {
  return Grower(file, heif, properties).run();
}

}  // namespace dokaz::intake::heif
