// SPDX-License-Identifier: GPL-3.0-or-later
// The last hand on a PDF: what is drawn becomes PDF/A-1b, foreign pages go into their frames.
#pragma once

#include <vector>

#include "casework/pdf/foreign.hpp"
#include "casework/pdf/layout.hpp"

namespace dokaz::pdf {

/// A frame on one page of the drawn file.
struct Filled {
  std::size_t page = 0;  // of the drawn file, from 0
  Box box;
  const ForeignPdf* document = nullptr;
  std::size_t foreign_page = 0;
};

struct Finish {
  std::string date;  // "2026-05-01": the only date in it, of making and of change
  std::vector<Filled> frames;
};

/// Without frames: PDF/A-1b (ISO 19005-1), PDF 1.4. With frames: the same form, but PDF 1.7 and without the claim,
/// for what somebody else made is as they made it; blocks of metadata in their pictures are left out, the
/// pictures being the same. Deterministic. bad_pdf where a foreign page cannot be drawn.
Result<Bytes> finish(ByteView drawn, const Finish& how);

inline constexpr std::string_view producer = "Dokaz";

}  // namespace dokaz::pdf
