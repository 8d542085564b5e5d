// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/pdf/layout.hpp"

#include <pango/pangocairo.h>

#include <algorithm>

namespace dokaz::pdf {
namespace {

constexpr double top = margin, bottom = page_height - margin;
constexpr double text_width = page_width - 2 * margin;
constexpr double gap = 6, cell_gap = 4, writing_line = 22;

constexpr const char* font_of(Face face) {
  switch (face) {
    case Face::body: return "DejaVu Sans 10";
    case Face::bold: return "DejaVu Sans Bold 10";
    case Face::small: return "DejaVu Sans 8";
    case Face::mono: return "DejaVu Sans Mono 7.5";
  }
  return "DejaVu Sans 10";
}

/// Positions that no screen's raster moves.
std::shared_ptr<PangoContext> context_of(const Fonts& fonts) {
  std::shared_ptr<PangoContext> context(pango_font_map_create_context(fonts.map()),
                                        [](PangoContext* one) { g_object_unref(one); });
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(context.get(), options);
  cairo_font_options_destroy(options);
  pango_cairo_context_set_resolution(context.get(), 72);
  pango_context_set_language(context.get(), pango_language_from_string("en"));
  return context;
}

std::shared_ptr<PangoLayout> text_of(PangoContext* context, const std::string& text, const char* font, double width) {
  std::shared_ptr<PangoLayout> layout(pango_layout_new(context), [](PangoLayout* one) { g_object_unref(one); });
  PangoFontDescription* description = pango_font_description_from_string(font);
  pango_layout_set_font_description(layout.get(), description);
  pango_font_description_free(description);
  if (width > 0) pango_layout_set_width(layout.get(), static_cast<int>(width * PANGO_SCALE));
  pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
  // A hash that runs on to a second line has no letter more than it had.
  PangoAttrList* attributes = pango_attr_list_new();
  pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE));
  // Letters stay letters for whoever searches: no "fi" in one.
  pango_attr_list_insert(attributes, pango_attr_font_features_new("liga 0, clig 0"));
  pango_layout_set_attributes(layout.get(), attributes);
  pango_attr_list_unref(attributes);
  pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
  return layout;
}

double line_height(PangoLayout* layout) {
  PangoRectangle logical{};
  pango_layout_line_get_extents(pango_layout_get_line_readonly(layout, 0), nullptr, &logical);
  return static_cast<double>(logical.height) / PANGO_SCALE * 1.12;
}

class Setter {
 public:
  Setter(const Document& document, const Fonts& fonts) : document_(document), context_(context_of(fonts)) {}

  Result<Laid> set() {
    laid_.head = document_.head;
    for (const Block& block : document_.blocks) {
      pending_ = true;
      DOKAZ_TRY(std::visit([this](const auto& one) { return put(one); }, block));
      if (pending_) begins_here();
    }
    if (laid_.pages.empty()) new_page();
    return std::move(laid_);
  }

 private:
  Result<std::shared_ptr<PangoLayout>> shaped(const std::string& text, const char* font, double width) {
    if (g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr) == FALSE)
      return fail(Errc::malformed, "a text for a page is not UTF-8");
    auto layout = text_of(context_.get(), text, font, width);
    laid_.missing_letters += static_cast<std::size_t>(pango_layout_get_unknown_glyphs_count(layout.get()));
    return layout;
  }

  void new_page() {
    laid_.pages.push_back({stamp_, {}});
    y_ = top;
  }
  Page& page() {
    if (laid_.pages.empty() || fresh_) new_page();
    fresh_ = false;
    return laid_.pages.back();
  }
  void begins_here() {
    page();
    laid_.block_pages.push_back(laid_.pages.size() - 1);
    pending_ = false;
  }
  /// A page with at least so much room, if a page can have that.
  void need(double height) {
    page();
    if (y_ > top && y_ + height > bottom) new_page();
    if (pending_) begins_here();
  }
  bool at_top() const { return y_ <= top; }

  /// The text's lines, on as many pages as they need; no single line is left alone at the foot of a page.
  Status flow(const std::string& text, const char* font, double before, double after) {
    DOKAZ_LET(layout, shaped(text, font, text_width));
    const int lines = pango_layout_get_line_count(layout.get());
    const double height = line_height(layout.get());
    page();
    if (!at_top()) y_ += before;
    need(height * std::min(lines, 2));
    for (int line = 0; line < lines;) {
      need(height);
      const int fit = std::max(1, static_cast<int>((bottom - y_) / height));
      const int count = std::min(fit, lines - line);
      page().placed.push_back(PlacedText{layout, line, count, margin, y_});
      y_ += count * height;
      line += count;
    }
    y_ += after;
    return {};
  }

  Status put(const Heading& heading) {
    const bool first = heading.level == 1;
    need(first ? 70 : 110);  // a heading stands with what it heads
    return flow(heading.text, first ? "DejaVu Sans Bold 14" : "DejaVu Sans Bold 11", gap * 2, gap);
  }
  Status put(const Paragraph& paragraph) { return flow(paragraph.text, font_of(paragraph.face), 0, gap); }

  using Cells = std::vector<std::shared_ptr<PangoLayout>>;
  Result<Cells> cells_of(const Table& table, const std::vector<std::string>* row) {
    if (row != nullptr) DOKAZ_CHECK(row->size() == table.columns.size());
    Cells cells;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const Column& column = table.columns[i];
      DOKAZ_LET(cell, shaped(row == nullptr ? column.title : (*row)[i],
                             row == nullptr ? "DejaVu Sans Bold 8" : font_of(column.face), width_of(table, i) - cell_gap));
      cells.push_back(std::move(cell));
    }
    return cells;
  }
  static double width_of(const Table& table, std::size_t column) {
    double all = 0;
    for (const Column& one : table.columns) all += one.share;
    return text_width * table.columns[column].share / all;
  }
  void put_cells(const Table& table, const Cells& cells, int first, int count, double height) {
    double x = margin;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const int here = std::min(count, pango_layout_get_line_count(cells[i].get()) - first);
      if (here > 0) page().placed.push_back(PlacedText{cells[i], first, here, x, y_});
      x += width_of(table, i);
    }
    y_ += count * height + cell_gap / 2;
    page().placed.push_back(PlacedRule{margin, y_, text_width, 0.4});
    y_ += cell_gap / 2;
  }
  Status put_row(const Table& table, const Cells& head, const Cells& cells) {
    int lines = 1;
    double height = 0;
    for (const auto& cell : cells) {
      lines = std::max(lines, pango_layout_get_line_count(cell.get()));
      height = std::max(height, line_height(cell.get()));
    }
    for (int line = 0; line < lines;) {
      // A row stays whole where a page can hold it.
      const double wanted = (lines - line) * height + cell_gap;
      const double most = bottom - top - 40;
      page();
      if (!at_top() && y_ + std::min(wanted, most) > bottom && (wanted <= most || y_ + 6 * height > bottom)) {
        new_page();
        DOKAZ_TRY(put_head(table, head));
      }
      const int fit = std::max(1, static_cast<int>((bottom - y_ - cell_gap) / height));
      const int count = std::min(fit, lines - line);
      put_cells(table, cells, line, count, height);
      line += count;
      if (line < lines) {
        new_page();
        DOKAZ_TRY(put_head(table, head));
      }
    }
    return {};
  }
  Status put_head(const Table& table, const Cells& head) {
    int lines = 1;
    double height = 0;
    for (const auto& cell : head) {
      lines = std::max(lines, pango_layout_get_line_count(cell.get()));
      height = std::max(height, line_height(cell.get()));
    }
    need(lines * height + 30);
    put_cells(table, head, 0, lines, height);
    return {};
  }
  Status put(const Table& table) {
    DOKAZ_LET(head, cells_of(table, nullptr));
    DOKAZ_TRY(put_head(table, head));
    for (const auto& row : table.rows) {
      DOKAZ_LET(cells, cells_of(table, &row));
      DOKAZ_TRY(put_row(table, head, cells));
    }
    y_ += gap;
    return {};
  }

  Status put(const Picture& picture) {
    constexpr double least = 200;  // a picture smaller than that shows nothing
    std::vector<std::shared_ptr<PangoLayout>> below;
    double room = gap;
    for (const Paragraph& one : picture.below) {
      DOKAZ_LET(layout, shaped(one.text, font_of(one.face), text_width));
      room += pango_layout_get_line_count(layout.get()) * line_height(layout.get()) + gap;
    }
    need(std::min(least + room, bottom - top));
    const bool turned = picture.orientation >= 5;
    const double wide = turned ? picture.height : picture.width, high = turned ? picture.width : picture.height;
    const double left = std::max(least, bottom - y_ - room);
    const double scale = std::min({text_width / wide, left / high, 72.0 / 96});
    const Box box{margin + (text_width - wide * scale) / 2, y_, wide * scale, high * scale};
    page().placed.push_back(PlacedPicture{box, &picture});
    y_ += box.height + gap;
    for (const Paragraph& one : picture.below) DOKAZ_TRY(put(one));
    return {};
  }

  Status put(const ForeignPage& foreign) {
    if (!fresh_ || laid_.pages.empty()) {
      page();
      if (!at_top() || !laid_.pages.back().placed.empty()) new_page();
    }
    begins_here();
    page().placed.push_back(PlacedFrame{{margin, top, text_width, bottom - top}, foreign});
    y_ = bottom;
    return {};
  }

  Status put(const NewPage& mark) {
    stamp_ = mark.stamp;
    fresh_ = true;
    return {};
  }

  Status put(const Blank& blank) {
    DOKAZ_LET(label, shaped(blank.label, font_of(Face::small), text_width));
    const double height = line_height(label.get()) * pango_layout_get_line_count(label.get());
    need(height + writing_line * blank.lines);
    page().placed.push_back(PlacedText{label, 0, pango_layout_get_line_count(label.get()), margin, y_});
    y_ += height;
    for (double line = 0; line < blank.lines; ++line) {
      y_ += writing_line;
      page().placed.push_back(PlacedRule{margin, y_, text_width, 0.6});
    }
    y_ += gap;
    return {};
  }

  const Document& document_;
  std::shared_ptr<PangoContext> context_;
  Laid laid_;
  std::string stamp_;
  double y_ = top;
  bool fresh_ = true;     // the next thing begins a page
  bool pending_ = false;  // the present block has no page yet
};

}  // namespace

Result<Laid> lay_out(const Document& document, const Fonts& fonts) { return Setter(document, fonts).set(); }

std::shared_ptr<PangoLayout> line_of(const std::string& text, Face face, const Fonts& fonts) {
  return text_of(context_of(fonts).get(), text, font_of(face), 0);
}

}  // namespace dokaz::pdf
