// SPDX-License-Identifier: GPL-3.0-or-later
// What PNG's text chunks say: XMP packets, "raw profiles" in hexadecimal, and words under a keyword.
#pragma once

#include <string_view>

#include "collector/intake/plan/walk.hpp"

namespace dokaz::intake::png {

/// Reads the text chunks of one file.
class TextReader {
 public:
  explicit TextReader(Walked& walked) : walked_(walked) {}
  /// `type` is tEXt, zTXt, iTXt or zxIf; anything else, and what is broken or over 8 MiB, adds nothing. Words
  /// go to `values` under "png.tEXt.Software", with other characters than letters, digits, space and .:- as _.
  void read(std::string_view type, ByteView payload);

 private:
  std::optional<Bytes> inflated(ByteView payload);
  struct Text;
  std::optional<Text> parse(std::string_view type, ByteView payload);
  void add_raw_profile(std::string_view kind, std::string_view text);
  void add_value(std::string_view type, const Text& text);

  Walked& walked_;
  std::size_t budget_ = std::size_t{64} << 20;  ///< bytes that all texts together may inflate to
};

}  // namespace dokaz::intake::png
