// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/pdf/picture.hpp"

#include <algorithm>

#include "casework/pdf/picture_kind.hpp"

namespace dokaz::pdf {
namespace {

Surface owned(cairo_surface_t* surface) { return {surface, cairo_surface_destroy}; }

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

struct Reading {
  ByteView left;
};

cairo_status_t read_some(void* closure, unsigned char* into, unsigned int length) {
  ByteView& left = static_cast<Reading*>(closure)->left;
  if (length > left.size()) return CAIRO_STATUS_READ_ERROR;
  std::copy_n(left.begin(), length, into);
  left = left.subspan(length);
  return CAIRO_STATUS_SUCCESS;
}

/// Laid on white: the pages know no transparency.
Result<Surface> png_surface(ByteView content) {
  Reading reading{content};
  const Surface decoded = owned(cairo_image_surface_create_from_png_stream(read_some, &reading));
  if (cairo_surface_status(decoded.get()) != CAIRO_STATUS_SUCCESS) return fail(Errc::bad_pdf, "a picture (PNG) is broken");
  const Surface surface = owned(cairo_image_surface_create(
      CAIRO_FORMAT_RGB24, cairo_image_surface_get_width(decoded.get()), cairo_image_surface_get_height(decoded.get())));
  cairo_t* context = cairo_create(surface.get());
  cairo_set_source_rgb(context, 1, 1, 1);
  cairo_paint(context);
  cairo_set_source_surface(context, decoded.get(), 0, 0);
  cairo_paint(context);
  const auto status = cairo_status(context);
  cairo_destroy(context);
  if (status != CAIRO_STATUS_SUCCESS) return fail(Errc::internal, "no memory for a picture");
  return surface;
}

}  // namespace

Result<Surface> surface_of(const Picture& picture, Bytes content) {
  const auto head = picture_head(content);
  if (!head || head->kind != picture.kind || head->width != picture.width || head->height != picture.height)
    return fail(Errc::bad_pdf, "a picture is not the one that was laid out");
  return head->kind == PictureKind::jpeg ? jpeg_surface(*head, std::move(content)) : png_surface(content);
}

}  // namespace dokaz::pdf
