// SPDX-License-Identifier: GPL-3.0-or-later
// What a file holds beside its picture: read for the facts and the warnings, none of it is kept.
#pragma once

#include "collector/intake/jpeg/jpeg_trailer.hpp"

namespace dokaz::intake::jpeg {

/// Adds to the warnings what is not among them yet.
void warn(Walked& walked, std::string_view words);

/// Gathers while the walk goes on. `walked` must live as long.
class Beside {
 public:
  explicit Beside(Walked& walked) : walked_(walked) {}

  /// A preview of which only the size is known.
  void note(Shape preview) { shapes_.push_back(preview); }
  /// Everything behind EOI, `parts` as parts_of_trailer() gave them. To be called once, when the picture's own
  /// metadata and dimensions are in `walked`: looks for previews in those too, and compares all with the picture.
  void finish(ByteView trailer, const std::vector<TrailerPart>& parts);

 private:
  void look_into(const TrailerPart& part, ByteView around);
  void look_for_previews(std::size_t own_exif);
  void append_blocks(const MetadataBlocks& blocks);

  Walked& walked_;
  std::vector<Shape> shapes_;
};

}  // namespace dokaz::intake::jpeg
