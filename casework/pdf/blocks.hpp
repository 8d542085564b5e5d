// SPDX-License-Identifier: GPL-3.0-or-later
// What a document of ours says, before it is known which page it comes to stand on.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz::pdf {

enum class Face { body, bold, small, mono };

struct Heading {
  int level = 1;  // 1 or 2
  std::string text;
};

struct Paragraph {
  std::string text;  // UTF-8; a line break is kept
  Face face = Face::body;
};

struct Column {
  std::string title;
  double share = 1;  // of the width, beside the other columns' shares
  Face face = Face::small;
};

/// Its head is repeated on each page that it runs on to; a row may be longer than a page.
struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;  // each has a cell for each column
};

/// A JPEG is taken as it is; of a PNG its pixels are, as a portable pixmap (P6): nothing here reads a PNG.
enum class PictureKind { jpeg, png };

/// As large as what is left of the page after what comes behind it (`below`) has its room.
struct Picture {
  PictureKind kind = PictureKind::jpeg;
  std::uint32_t width = 0, height = 0;  // pixels as coded
  int orientation = 1;                  // 1 to 8, as EXIF counts
  std::uint64_t bytes = 0;              // of its file
  std::function<Result<Bytes>()> load;  // called when its page is drawn: the JPEG file, or the pixmap
  std::vector<Paragraph> below;
};

/// A page of somebody else's PDF, whole, in a frame of the page's size less its margins.
struct ForeignPage {
  std::size_t document = 0;  // which of the PDFs that are merged
  std::size_t page = 0;      // from 0
};

/// What stands behind it begins a page. `stamp` is printed on each page from there on, before the page's number.
struct NewPage {
  std::string stamp;
};

/// A label and a line for a person to write on.
struct Blank {
  std::string label;
  double lines = 1;
};

using Block = std::variant<Heading, Paragraph, Table, Picture, ForeignPage, NewPage, Blank>;

struct Document {
  std::string head;  // on each page, left above
  std::vector<Block> blocks;
};

}  // namespace dokaz::pdf
