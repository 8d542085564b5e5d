// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures as cairo takes them: JPEG files bit for bit, pixmaps as pixels.
#pragma once

#include <cairo.h>

#include <memory>

#include "casework/pdf/blocks.hpp"

namespace dokaz::pdf {

using Surface = std::shared_ptr<cairo_surface_t>;

/// bad_pdf where it is no picture of the size that was said, or of more pixels than are drawn (`max_pixels`).
Result<Surface> surface_of(const Picture& picture, Bytes content);

}  // namespace dokaz::pdf
