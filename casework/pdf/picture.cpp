// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/pdf/picture.hpp"

#include <cstring>
#include <string>

#include "casework/pdf/picture_kind.hpp"

namespace dokaz::pdf {
namespace {

Surface owned(cairo_surface_t* surface) { return {surface, cairo_surface_destroy}; }

Error other_picture() { return fail(Errc::bad_pdf, "a picture is not the one that was laid out"); }

/// No pixel of it is ever made: cairo takes the file over.
Result<Surface> jpeg_surface(const PictureHead& head, Bytes content) {
  if (head.components != 1 && head.components != 3)
    return fail(Errc::bad_pdf, "a photo is coded in inks (CMYK) and not in light: take in a copy in RGB");
  const Surface surface = owned(cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(head.width), static_cast<int>(head.height)));
  auto* kept = new Bytes(std::move(content));
  const auto done = cairo_surface_set_mime_data(surface.get(), CAIRO_MIME_TYPE_JPEG, kept->data(), kept->size(),
                                                [](void* bytes) { delete static_cast<Bytes*>(bytes); }, kept);
  if (done != CAIRO_STATUS_SUCCESS) {
    delete kept;
    return fail(Errc::internal, "no memory for a picture");
  }
  return surface;
}

/// A pixmap of the size that was laid out, and of no other form.
Result<Surface> pixmap_surface(const Picture& picture, ByteView content) {
  const std::string head = "P6\n" + std::to_string(picture.width) + " " + std::to_string(picture.height) + "\n255\n";
  const std::size_t width = picture.width, height = picture.height;
  if (!text_of(content).starts_with(head) || content.size() != head.size() + 3 * width * height) return other_picture();
  const Surface surface = owned(cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(width), static_cast<int>(height)));
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) return fail(Errc::internal, "no memory for a picture");
  unsigned char* const rows = cairo_image_surface_get_data(surface.get());
  const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(surface.get()));
  const Byte* from = content.data() + head.size();
  for (std::size_t y = 0; y < height; ++y)
    for (std::size_t x = 0; x < width; ++x, from += 3) {
      const std::uint32_t pixel = std::uint32_t{from[0]} << 16 | std::uint32_t{from[1]} << 8 | from[2];
      std::memcpy(rows + y * stride + 4 * x, &pixel, sizeof pixel);
    }
  cairo_surface_mark_dirty(surface.get());
  return surface;
}

}  // namespace

Result<Surface> surface_of(const Picture& picture, Bytes content) {
  if (picture.kind == PictureKind::png) return pixmap_surface(picture, content);
  const auto head = picture_head(content);
  if (!head || head->kind != picture.kind || head->width != picture.width || head->height != picture.height) return other_picture();
  return jpeg_surface(*head, std::move(content));
}

}  // namespace dokaz::pdf
