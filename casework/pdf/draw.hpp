// SPDX-License-Identifier: GPL-3.0-or-later
// Pages that were laid out, as a PDF by cairo: not finished yet (finish.hpp), its frames still empty.
#pragma once

#include "casework/pdf/layout.hpp"

namespace dokaz::pdf {

/// How pages are counted through files that belong together.
struct Numbering {
  std::size_t first = 1;  // of the document's first page
  std::size_t total = 0;  // of all; 0: the document's own
};

/// Pages `from` to `to` - 1, each with its head, stamp and number outside the content. The same input gives the
/// same bytes under the same versions of cairo and pango. bad_pdf where a picture cannot be drawn; the failures
/// of `Picture::load`. Memory: what is drawn.
Result<Bytes> draw(const Laid& laid, std::size_t from, std::size_t to, const Numbering& numbering, const Fonts& fonts);

/// "Annex 4 · p. 37/212"
std::string stamp_text(const Laid& laid, std::size_t page, const Numbering& numbering);

}  // namespace dokaz::pdf
