// SPDX-License-Identifier: GPL-3.0-or-later
// ISO base media files: boxes that say something, boxes that the grammar fixes, and media data.
#include <algorithm>

#include "collector/intake/check/clean_check.hpp"
#include "collector/intake/check/residue_regions.hpp"

namespace dokaz::intake::check {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view containers[] = {"moov", "trak", "mdia", "minf", "stbl", "edts", "dinf", "meta", "iprp", "ipco"};
/// Tables of samples, parameters of decoders, and what honest files state twice.
constexpr std::string_view fixed[] = {"ftyp", "stsd", "stts", "ctts", "cslg", "stsc", "stsz", "stco", "co64", "stss",
                                      "sdtp", "elst", "dref", "iloc", "pitm", "iref", "ipma", "ispe", "pixi", "irot",
                                      "imir", "clap", "pasp", "colr", "hvcC", "av1C", "auxC", "a1op", "lsel", "a1lx",
                                      "clli", "mdcv"};
constexpr int deepest = 8;

template <class List>
bool is_one_of(const List& list, std::string_view type) {
  return std::find(std::begin(list), std::end(list), type) != std::end(list);
}

class Boxes {
 public:
  Boxes(const Content& clean, Region::Kind media_data) : clean_(clean), media_data_(media_data) {}

  Status walk(std::uint64_t at, std::uint64_t end, int depth) {
    while (at < end) {
      if (end - at < 8 || ++boxes_ > 1'000'000) return unclean("boxes");
      DOKAZ_LET(head, clean_.bytes(at, std::min<std::uint64_t>(16, end - at)));
      const auto number = [&](std::size_t from, std::size_t size) {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < size; ++i) value = value << 8 | head[from + i];
        return value;
      };
      const std::string type(text_of(head).substr(4, 4));
      std::uint64_t size = number(0, 4), front = 8;
      if (size == 1 && head.size() == 16) size = number(8, 8), front = 16;
      if (size < front || size > end - at) return unclean("boxes");
      const std::uint64_t body = at + front, length = size - front;
      if (is_one_of(containers, type) && depth < deepest) {
        // A meta box of this family has a version before its boxes; one of QuickTime has none.
        const bool versioned = type == "meta" && length >= 4 && head.size() >= 12 && number(8, 4) == 0;
        DOKAZ_TRY(walk(body + (versioned ? 4 : 0), at + size, depth + 1));
      } else if (!is_one_of(fixed, type) && length > 0) {
        // Before a handler's name stand its codes, side by side like a text.
        const std::uint64_t codes = type == "hdlr" ? std::min<std::uint64_t>(length, 24) : 0;
        const bool data = type == "mdat" || type == "idat";
        if (length > codes) regions_.push_back({data ? media_data_ : Region::Kind::values, body + codes, length - codes, true});
      }
      at += size;
    }
    return {};
  }
  std::vector<Region> take() { return std::move(regions_); }

 private:
  const Content& clean_;
  Region::Kind media_data_;
  std::vector<Region> regions_;
  std::size_t boxes_ = 0;
};

}  // namespace

Result<std::vector<Region>> regions::boxes(const Content& clean, Region::Kind media_data) {
  Boxes boxes(clean, media_data);
  DOKAZ_TRY(boxes.walk(0, clean.size(), 0));
  return boxes.take();
}

}  // namespace dokaz::intake::check
