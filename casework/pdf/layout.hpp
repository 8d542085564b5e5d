// SPDX-License-Identifier: GPL-3.0-or-later
// From blocks to pages: every line has its place, nothing is drawn yet, no picture is read.
#pragma once

#include <memory>
#include <variant>
#include <vector>

#include "casework/pdf/blocks.hpp"
#include "casework/pdf/fonts.hpp"

typedef struct _PangoLayout PangoLayout;

namespace dokaz::pdf {

/// Points, 72 to an inch; y grows downwards from the upper edge.
struct Box {
  double x = 0, y = 0, width = 0, height = 0;
};

inline constexpr double page_width = 595.276, page_height = 841.89;  // A4
inline constexpr double margin = 56.7;                               // 2 cm, all around
inline constexpr double mm = 72 / 25.4;

/// Lines `first` to `first + count - 1` of a text.
struct PlacedText {
  std::shared_ptr<PangoLayout> layout;
  int first = 0, count = 0;
  double x = 0, y = 0;
};
struct PlacedRule {
  double x = 0, y = 0, width = 0, thickness = 0.5;
};
struct PlacedPicture {
  Box box;
  const Picture* picture = nullptr;  // of the document that was laid out
};
struct PlacedFrame {
  Box box;
  ForeignPage page;
};
using Placed = std::variant<PlacedText, PlacedRule, PlacedPicture, PlacedFrame>;

struct Page {
  std::string stamp;
  std::vector<Placed> placed;  // in the order of reading
};

/// The document must outlive it.
struct Laid {
  std::string head;
  std::vector<Page> pages;
  std::vector<std::size_t> block_pages;  // of each block: the page, from 0, on which it begins
  std::size_t missing_letters = 0;       // that the font does not have
};

/// malformed for text that is not UTF-8. Linear in the blocks.
Result<Laid> lay_out(const Document& document, const Fonts& fonts);

/// One line of text in the face, for heads and stamps.
std::shared_ptr<PangoLayout> line_of(const std::string& text, Face face, const Fonts& fonts);

}  // namespace dokaz::pdf
