// SPDX-License-Identifier: GPL-3.0-or-later
// The one form in which a page is written (the grammar in tiff_walker.hpp).
#pragma once

#include "collector/intake/plan/clean_plan.hpp"
#include "collector/intake/tiff/tiff_page.hpp"

namespace dokaz::intake::tiff {

struct PageToWrite {
  Page page;      ///< strips cut to what they need
  Bytes tables;   ///< JPEGTables as written anew; empty for none
  Bytes profile;  ///< reduced; empty for none
};

/// `too_large` where an offset would not fit into 32 bits.
Status write_pages(const File& file, const std::vector<PageToWrite>& pages, CleanPlan& plan);

}  // namespace dokaz::intake::tiff
