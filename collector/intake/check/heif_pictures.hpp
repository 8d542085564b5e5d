// SPDX-License-Identifier: GPL-3.0-or-later
// What of a HEIF file decides how its main picture looks, found a second time.
#pragma once

#include <string>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz::intake::check {

struct HeifProperty {
  bool essential = false;
  Bytes box;               ///< in its one form
  ByteView profile = {};   ///< of a colour profile: as it stands in the file; then `box` is empty
};

struct HeifPicture {
  std::string type;
  std::vector<std::size_t> inputs;
  std::size_t alpha_of = 0;        ///< place of the picture that this is the alpha of, where `is_alpha`
  bool is_alpha = false, premultiplied = false;
  std::vector<HeifProperty> properties;
  Bytes data;                      ///< in its one form
  std::uint32_t width = 0, height = 0;
};

struct HeifPictures {
  std::vector<HeifPicture> all;  ///< the main picture first, the others in the order of heif_walker.hpp
  std::string brand;
  bool monochrome = false;
};

/// `not_clean`, with the rule, where they cannot be found.
Result<HeifPictures> heif_pictures(ByteView file);

/// The one file that holds these pictures and nothing else. Profiles are written as they stand.
Bytes heif_file_of(const HeifPictures& pictures);

}  // namespace dokaz::intake::check
