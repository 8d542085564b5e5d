// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures that a page cannot take as they are, drawn by a program in a sandbox: nothing of them is read here.
#pragma once

#include <filesystem>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz::pdf {

class Painter {
 public:
  /// `program`: dokaz-intake.
  explicit Painter(std::filesystem::path program) : program_(std::move(program)) {}

  /// Of a PNG a portable pixmap (P6) of the same pixels, on white. Of others a JPEG file of at most 3,508 pixels a side:
  /// WebP, HEIC, AVIF, GIF and TIFF upright, a JPEG in inks as it is coded. Colour profiles are not applied. bad_pdf where it cannot be drawn, or not in two minutes; internal where the program
  /// does not start; no_space for want of memory.
  Result<Bytes> draw(ByteView picture) const;

 private:
  std::filesystem::path program_;
};

}  // namespace dokaz::pdf
