// SPDX-License-Identifier: GPL-3.0-or-later
// Properties of items, each written anew in the one form that heif_walker.hpp states.
#pragma once

#include "collector/intake/heif/heif_file.hpp"
#include "collector/intake/heif/hevc_parameters.hpp"
#include "collector/intake/plan/walk.hpp"

namespace dokaz::intake::heif {

enum class Codec : Byte { none, hevc, av1 };

/// Their order is that of an item's properties; the last three keep the original's.
enum class Kind : Byte {
  hevc_configuration, av1_configuration, size, depths, pixel_aspect, colour_code, colour_profile, auxiliary,
  operating_point, light_level, mastering, rotation, mirror, crop,
  progressive,  ///< lsel that asks for all layers, a1op that asks for the first point, irot by nothing: says nothing
  other
};

struct Property {
  Kind kind = Kind::other;
  Bytes box = {};                        ///< whole, as written; empty where it is left out, or not for this alone to say
  bool altered = false;               ///< what it says is not all that it said
  std::uint32_t width = 0, height = 0;  ///< of `size`, `crop`
  std::int64_t x2 = 0, y2 = 0;        ///< of `crop`: twice the offset of its centre from that of the picture
  unsigned turn = 0;                  ///< quarter turns against the clock; the axis of a mirror
  HevcConfiguration hevc = {};
  std::string auxiliary_type = {};       ///< as it stood
};

/// Whether an auxiliary picture of this type is the alpha plane.
bool is_alpha(std::string_view auxiliary_type);
/// auxC of an alpha picture.
Bytes alpha_property(Codec codec);
/// Whether it must be marked essential.
bool is_essential(Kind kind);

/// Reads each property of a file at most once, however many items share it.
class Properties {
 public:
  Properties(ByteView file, const HeifFile& heif, const WalkOptions& options, std::vector<std::string>& warnings)
      : file_(file), heif_(heif), options_(options), warnings_(warnings), read_(heif.properties.size()) {}

  /// Before any colour profile is asked for.
  void set_monochrome(bool monochrome) { monochrome_ = monochrome; }

  /// Of the kind alone, for any item. `malformed_media`, `unsupported_media` where it decides how the picture looks
  /// and cannot be kept.
  Result<const Property*> at(std::size_t index);

 private:
  Result<Property> read(const bmff::Box& box);
  Result<Property> read_colour(ByteView payload);

  ByteView file_;
  const HeifFile& heif_;
  const WalkOptions& options_;
  std::vector<std::string>& warnings_;
  std::vector<std::optional<Property>> read_;
  bool monochrome_ = false;
};

/// 1 to 8 as in Exif, for a picture that is turned and mirrored by these in order.
unsigned orientation_by(const std::vector<const Property*>& transforms);

}  // namespace dokaz::intake::heif
