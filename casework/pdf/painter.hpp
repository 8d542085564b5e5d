// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures that a page cannot take as they are, drawn by a program in a sandbox: nothing of them is read here.
#pragma once

#include <filesystem>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz::pdf {

struct Drawn {
  Bytes file;
  bool is_first_of_several = false;  // of pages, frames or pictures
  bool has_metadata = false;         // or whatever else intake would take out
  bool is_as_coded = false;          // each pixel has the very colours of the file
};

class Painter {
 public:
  /// `program`: dokaz-intake.
  explicit Painter(std::filesystem::path program) : program_(std::move(program)) {}

  /// Upright, on white, without its colour profile: of a PNG a portable pixmap (P6), of others a JPEG file of at most 3,508
  /// pixels a side. bad_pdf where it cannot be drawn; internal where the program does not start, is not locked in, or takes
  /// more than two minutes; no_space for want of memory.
  Result<Drawn> draw(ByteView picture) const;

 private:
  std::filesystem::path program_;
};

}  // namespace dokaz::pdf
