// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/pdf/parts.hpp"

#include <algorithm>

#include "casework/pdf/scan.hpp"

namespace dokaz::pdf {
namespace {

Result<Bytes> make_part(const Laid& laid, std::size_t from, std::size_t to, const PartsMaking& making, const Fonts& fonts) {
  Finish how{making.date, {}};
  for (std::size_t page = from; page < to; ++page)
    for (const Placed& placed : laid.pages[page].placed)
      if (const auto* frame = std::get_if<PlacedFrame>(&placed))
        how.frames.push_back({page - from, frame->box, &making.foreign.at(frame->page.document), frame->page.page});
  DOKAZ_LET(drawn, draw(laid, from, to, making.numbering, fonts));
  return finish(drawn, how);
}

/// What a page will add to its file, roughly: only where a part is cut depends on it.
std::uint64_t guessed_size(const Page& page, const PartsMaking& making) {
  std::uint64_t size = 4'000;
  for (const Placed& placed : page.placed) {
    if (const auto* picture = std::get_if<PlacedPicture>(&placed)) {
      const Picture& one = *picture->picture;
      size += one.kind == PictureKind::jpeg ? one.bytes : std::uint64_t{one.width} * one.height * 2;
    } else if (const auto* frame = std::get_if<PlacedFrame>(&placed)) {
      const ForeignFindings& findings = making.foreign.at(frame->page.document).findings();
      size += findings.bytes / findings.pages;
    }
  }
  return size;
}

bool has_frame(const Page& page) {
  return std::any_of(page.placed.begin(), page.placed.end(),
                     [](const Placed& placed) { return std::holds_alternative<PlacedFrame>(placed); });
}

/// The pages from `from` on that a file of the size should hold; at least one.
std::size_t guessed_end(const Laid& laid, std::size_t from, const PartsMaking& making) {
  constexpr std::uint64_t fonts_and_profile = 150'000;
  std::uint64_t size = fonts_and_profile;
  std::size_t to = from;
  while (to < laid.pages.size()) {
    size += guessed_size(laid.pages[to], making);
    if (size > making.max_size && to > from) break;
    ++to;
  }
  return to;
}

}  // namespace

Status make_parts(const Laid& laid, const PartsMaking& making, const Fonts& fonts, const PartSink& sink) {
  for (std::size_t from = 0; from < laid.pages.size();) {
    std::size_t to = guessed_end(laid, from, making);
    for (;;) {
      DOKAZ_LET(made, make_part(laid, from, to, making, fonts));
      if (made.size() <= making.max_size) {
        if (const Status clean = check_leaves_nothing(made, making.words); !clean)
          return fail(clean.code(), "pages " + std::to_string(making.numbering.first + from) + " to " + std::to_string(making.numbering.first + to - 1) +
                                        ": " + clean.error().detail);
        const auto first = laid.pages.begin() + static_cast<std::ptrdiff_t>(from);
        const bool archive = std::none_of(first, first + static_cast<std::ptrdiff_t>(to - from), has_frame);
        DOKAZ_TRY(sink({from, to, archive}, std::move(made)));
        break;
      }
      if (to - from == 1)
        return fail(Errc::rule_unmet, "page " + std::to_string(making.numbering.first + from) + " alone is larger than a file may be");
      to = from + std::max<std::size_t>(1, (to - from) / 2);
    }
    from = to;
  }
  return {};
}

}  // namespace dokaz::pdf
