// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/pdf/draw.hpp"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "casework/pdf/picture.hpp"

namespace dokaz::pdf {
namespace {

constexpr double head_y = margin - 26;  // of heads and stamps: outside the content's box
// cairo writes dates of its own into what it makes; `finish` takes them out again.
constexpr const char* any_date = "2000-01-01T00:00:00Z";

cairo_status_t take(void* closure, const unsigned char* data, unsigned int length) {
  append(*static_cast<Bytes*>(closure), ByteView(data, length));
  return CAIRO_STATUS_SUCCESS;
}

class Pen {
 public:
  explicit Pen(Bytes& into)
      : surface_(cairo_pdf_surface_create_for_stream(take, &into, page_width, page_height), cairo_surface_destroy) {
    cairo_pdf_surface_restrict_to_version(surface_.get(), CAIRO_PDF_VERSION_1_4);
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_CREATE_DATE, any_date);
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_MOD_DATE, any_date);
    context_.reset(cairo_create(surface_.get()), cairo_destroy);
  }

  Status put(const PlacedText& text) {
    PangoLayout* layout = text.layout.get();
    double y = text.y;
    for (int line = text.first; line < text.first + text.count; ++line) {
      PangoLayoutLine* one = pango_layout_get_line_readonly(layout, line);
      PangoRectangle logical{};
      pango_layout_line_get_extents(one, nullptr, &logical);
      cairo_move_to(context_.get(), text.x, y - static_cast<double>(logical.y) / PANGO_SCALE);
      pango_cairo_show_layout_line(context_.get(), one);
      y += static_cast<double>(logical.height) / PANGO_SCALE * 1.12;
    }
    return {};
  }

  Status put(const PlacedRule& rule) {
    cairo_set_line_width(context_.get(), rule.thickness);
    cairo_move_to(context_.get(), rule.x, rule.y);
    cairo_line_to(context_.get(), rule.x + rule.width, rule.y);
    cairo_stroke(context_.get());
    return {};
  }

  Status put(const PlacedPicture& placed) {
    const Picture& picture = *placed.picture;
    DOKAZ_LET(content, picture.load());
    DOKAZ_LET(surface, surface_of(picture, std::move(content)));
    cairo_t* context = context_.get();
    cairo_save(context);
    cairo_translate(context, placed.box.x, placed.box.y);
    turn(picture.orientation, placed.box);
    const bool turned = picture.orientation >= 5;
    cairo_scale(context, (turned ? placed.box.height : placed.box.width) / picture.width,
                (turned ? placed.box.width : placed.box.height) / picture.height);
    cairo_set_source_surface(context, surface.get(), 0, 0);
    // Otherwise the image asks its reader to interpolate, which PDF/A does not have.
    cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_FAST);
    cairo_rectangle(context, 0, 0, picture.width, picture.height);
    cairo_fill(context);
    cairo_restore(context);
    return {};
  }

  Status put(const PlacedFrame&) { return {}; }  // foreign_pages.hpp fills it

  void head(const std::string& left, const std::string& right, const Fonts& fonts) {
    cairo_set_source_rgb(context_.get(), 0, 0, 0);
    if (!left.empty()) at(line_of(left, Face::small, fonts).get(), false);
    at(line_of(right, Face::bold, fonts).get(), true);
  }

  void next_page() { cairo_show_page(context_.get()); }

  Status end() {
    cairo_surface_finish(surface_.get());
    const bool good = cairo_status(context_.get()) == CAIRO_STATUS_SUCCESS && cairo_surface_status(surface_.get()) == CAIRO_STATUS_SUCCESS;
    return good ? Status() : Status(fail(Errc::internal, "drawing the pages failed"));
  }

 private:
  void at(PangoLayout* line, bool right) {
    int width = 0, height = 0;
    pango_layout_get_size(line, &width, &height);
    const double x = right ? page_width - margin - static_cast<double>(width) / PANGO_SCALE : margin;
    cairo_move_to(context_.get(), x, head_y);
    pango_cairo_show_layout_line(context_.get(), pango_layout_get_line_readonly(line, 0));
  }

  /// So that what is drawn as it is coded appears as the camera was held.
  void turn(int orientation, const Box& box) {
    cairo_matrix_t matrix;
    const double w = box.width, h = box.height;
    switch (orientation) {
      case 2: cairo_matrix_init(&matrix, -1, 0, 0, 1, w, 0); break;
      case 3: cairo_matrix_init(&matrix, -1, 0, 0, -1, w, h); break;
      case 4: cairo_matrix_init(&matrix, 1, 0, 0, -1, 0, h); break;
      case 5: cairo_matrix_init(&matrix, 0, 1, 1, 0, 0, 0); break;
      case 6: cairo_matrix_init(&matrix, 0, 1, -1, 0, w, 0); break;
      case 7: cairo_matrix_init(&matrix, 0, -1, -1, 0, w, h); break;
      case 8: cairo_matrix_init(&matrix, 0, -1, 1, 0, 0, h); break;
      default: cairo_matrix_init_identity(&matrix); break;
    }
    cairo_transform(context_.get(), &matrix);
  }

  std::shared_ptr<cairo_surface_t> surface_;
  std::shared_ptr<cairo_t> context_;
};

}  // namespace

std::string stamp_text(const Laid& laid, std::size_t page, const Numbering& numbering) {
  const std::string& stamp = laid.pages[page].stamp;
  const std::size_t total = numbering.total == 0 ? laid.pages.size() : numbering.total;
  return stamp + (stamp.empty() ? "p. " : " · p. ") + std::to_string(numbering.first + page) + "/" + std::to_string(total);
}

Result<Bytes> draw(const Laid& laid, std::size_t from, std::size_t to, const Numbering& numbering, const Fonts& fonts) {
  DOKAZ_CHECK(from < to && to <= laid.pages.size());
  Bytes out;
  Pen pen(out);
  for (std::size_t page = from; page < to; ++page) {
    pen.head(laid.head, stamp_text(laid, page, numbering), fonts);
    for (const Placed& placed : laid.pages[page].placed)
      DOKAZ_TRY(std::visit([&](const auto& one) { return pen.put(one); }, placed));
    pen.next_page();
  }
  DOKAZ_TRY(pen.end());
  return out;
}

}  // namespace dokaz::pdf
