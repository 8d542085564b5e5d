// SPDX-License-Identifier: GPL-3.0-or-later
// The main picture of a HEIF file and all items that it is made of.
#pragma once

#include "collector/intake/heif/item_data.hpp"
#include "collector/intake/heif/properties.hpp"

namespace dokaz::intake::heif {

struct WrittenProperty {
  Kind kind = Kind::other;
  Bytes box;
};

/// An item of the clean copy; its number there is its place in the tree and one more.
struct Node {
  std::size_t item = 0;              ///< index into HeifFile::items
  std::vector<std::size_t> inputs;   ///< places in the tree
  std::optional<std::size_t> alpha_of;
  bool premultiplied = false;        ///< of an alpha picture: the one it belongs to is multiplied by it already
  bool within_alpha = false;
  bool takes_alpha = false;
  unsigned depth = 0;

  CleanPlan data;
  bmff::SequenceHeader header;       ///< of `av01` items
  bool monochrome = false;
  std::uint32_t width = 0, height = 0;             ///< ispe
  std::uint32_t shown_width = 0, shown_height = 0;  ///< after irot and clap
  std::uint32_t coded_width = 0, coded_height = 0;
  std::vector<WrittenProperty> properties;
};

struct ItemTree {
  std::vector<Node> nodes;           ///< the main picture first
  Codec codec = Codec::none;
  bool monochrome = false;
  bool is_main_profile = false;      ///< each HEVC item states profile 1 or 3
  std::vector<bool> used_properties;
  std::vector<DroppedData> dropped;
  unsigned orientation = 0;          ///< by irot and imir of the main picture; 0 without
  bool cropped = false, laid_over = false;
};

/// In the order and with the rules that heif_walker.hpp states, and its failures.
Result<ItemTree> grow_tree(ByteView file, const HeifFile& heif, Properties& properties);

}  // namespace dokaz::intake::heif
