// SPDX-License-Identifier: GPL-3.0-or-later
// libtiff as a second reader of the directories: what most programs will see must be what was seen here.
#pragma once

#include "collector/intake/tiff/tiff_page.hpp"

namespace dokaz::intake::tiff {

struct PageSeen {
  std::uint64_t directory = 0;  ///< its offset
  Page page;                    ///< strips as they stand in the file
};

/// `malformed_media` where libtiff reports any error for one of the directories, or sees another size, codec,
/// kind of samples, or other places of strips.
Status seen_by_library(const File& file, const std::vector<PageSeen>& pages);

}  // namespace dokaz::intake::tiff
