// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/check/residue.hpp"

#include <set>

#include "collector/intake/check/clean_check.hpp"
#include "collector/intake/check/residue_matcher.hpp"
#include "collector/intake/check/residue_needles.hpp"
#include "collector/intake/check/residue_regions.hpp"
#include "collector/intake/check/residue_stream.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::intake::check {
namespace {

constexpr std::uint64_t end_part = std::uint64_t{2} << 20;  // of a long stretch
constexpr std::uint64_t most_read = std::uint64_t{32} << 20;
constexpr std::size_t piece_size = std::size_t{1} << 20;
constexpr std::size_t distinct_in_coded = 5, distinct_in_samples = 6;

/// Units of UTF-16; nothing where a character needs two, which no needle of note has.
std::optional<std::string> utf16(std::string_view text, bool big) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const unsigned first = static_cast<unsigned char>(text[at]);
    const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 0;
    if (length == 0 || text.size() - at < length) return std::nullopt;
    unsigned unit = length == 1 ? first : first & (0x7fu >> length);
    for (std::size_t i = 1; i < length; ++i) unit = unit << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3fu);
    const char high = static_cast<char>(unit >> 8), low = static_cast<char>(unit);
    out += big ? high : low;
    out += big ? low : high;
    at += length;
  }
  return out;
}

/// What the text leaves in base64 when `before` bytes stand before it: the digits that it alone decides.
std::string base64_core(std::string_view text, std::size_t before) {
  const std::string digits = base64(bytes_of(std::string(before, '\0') + std::string(text)));
  const std::size_t from = before == 0 ? 0 : before + 1;
  const std::size_t to = (before + text.size()) * 8 / 6;
  return digits.substr(from, to - from);
}

/// What is looked for in such regions.
class Search {
 public:
  Search(const Needles& needles, std::span<const Region> regions) {
    for (const std::string& text : needles.texts()) {
      // A text of few letters may be the pattern of a plain area.
      const std::size_t distinct = distinct_bytes(text);
      const std::size_t most = distinct < distinct_in_coded ? shortest_in(Region::Kind::coded) - 1
                               : distinct < distinct_in_samples ? shortest_in(Region::Kind::samples) - 1
                                                                : text.size();
      const auto strength = [&](std::size_t characters) { return std::min(most, characters); };
      add({text, strength(text.size())});
      for (const bool big : {false, true})
        if (auto wide = utf16(text, big)) {
          // Every other byte is the same, as in quiet sound.
          const std::size_t units = wide->size() / 2;
          add({std::move(*wide), units < shortest_in(Region::Kind::coded) ? units : strength(units - 2)});
        }
      for (std::size_t before = 0; before < 3; ++before) {
        std::string core = base64_core(text, before);
        const std::size_t characters = (core.size() * 3 + 3) / 4;
        add({std::move(core), strength(characters)});
      }
    }
    for (const std::string& number : needles.numbers()) add({number, number.size()});
    std::set<std::size_t> strengths;
    for (const Region& region : regions) {
      if (region.kind != Region::Kind::exif) strengths.insert(shortest_in(region.kind));
      if (region.kind == Region::Kind::raster) strengths.insert(shortest_in(Region::Kind::samples));
    }
    matcher_.finish(std::vector(strengths.begin(), strengths.end()));
  }

  bool empty() const { return matcher_.empty(); }
  std::size_t longest() const { return matcher_.longest(); }
  bool find(ByteView bytes, Region::Kind kind) const { return matcher_.find(bytes, shortest_in(kind)); }

 private:
  void add(Pattern pattern) {
    if (pattern.strength >= shortest_needle) matcher_.add(std::move(pattern));
  }

  Matcher matcher_;
};

/// Searches bytes that come in pieces, each with the end of the one before.
class Pieces {
 public:
  Pieces(const Search& search, Region::Kind kind) : search_(search), kind_(kind) {}
  bool find(ByteView piece) {
    append(held_, piece);
    const bool found = search_.find(held_, kind_);
    const std::size_t kept = std::min(held_.size(), search_.longest() - 1);
    held_.erase(held_.begin(), held_.end() - static_cast<std::ptrdiff_t>(kept));
    return found;
  }

 private:
  const Search& search_;
  Region::Kind kind_;
  Bytes held_;
};

/// Calls `visit` with the stretch in pieces.
template <class Visit>
Status each_piece(const Content& content, std::uint64_t offset, std::uint64_t length, Visit visit) {
  if (const auto view = content.view()) {
    if (offset > view->size() || length > view->size() - offset) return fail(Errc::truncated_media);
    return visit(view->subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(length)));
  }
  Bytes room(static_cast<std::size_t>(std::min<std::uint64_t>(length, piece_size)));
  while (length > 0) {
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(length, room.size()));
    DOKAZ_TRY(content.read(std::span(room).first(part), offset));
    DOKAZ_TRY(visit(ByteView(room).first(part)));
    offset += part;
    length -= part;
  }
  return {};
}

/// Without the original's palettes, which are written anew with the same colours. Both lists are in order.
std::vector<Stretch> without_palettes(Media media, const Content& original, std::span<const Stretch> removed) {
  const auto view = original.view();
  const std::vector<Region> palettes = view ? palettes_of(media, *view) : std::vector<Region>();
  std::vector<Stretch> out;
  auto next = palettes.begin();
  for (const Stretch& one : removed) {
    std::uint64_t at = one.offset;
    const std::uint64_t end = one.offset + one.length;
    for (; next != palettes.end() && next->offset < end; ++next) {
      if (next->offset > at) out.push_back({at, next->offset - at});
      at = std::max(at, next->offset + next->length);
      if (at > end) break;  // it goes on in the next stretch
    }
    if (end > at) out.push_back({at, end - at});
  }
  return out;
}

Result<Needles> needles_of(const Content& original, std::span<const Stretch> removed) {
  Needles out;
  std::uint64_t left = most_read;
  const auto read = [&](std::uint64_t offset, std::uint64_t length) -> Status {
    DOKAZ_LET(bytes, original.bytes(offset, std::min(length, left)));
    left -= bytes.size();
    out.read(bytes);
    return {};
  };
  for (const Stretch& one : removed) {
    if (one.length <= 2 * end_part) {
      DOKAZ_TRY(read(one.offset, one.length));
    } else {
      DOKAZ_TRY(read(one.offset, end_part));
      DOKAZ_TRY(read(one.offset + one.length - end_part, end_part));
    }
  }
  return out;
}

}  // namespace

Status find_residue(Media media, const Content& original, std::span<const Stretch> removed, const Content& clean) {
  DOKAZ_LET(needles, needles_of(original, without_palettes(media, original, removed)));
  DOKAZ_LET(regions, regions_of(media, clean));
  const Search search(needles, regions);
  if (search.empty()) return {};
  const Error found = unclean("something that was removed stands in the clean copy as well");
  std::optional<InflatedStream> stream;
  std::optional<Pieces> coded, samples;
  for (const Region& region : regions) {
    if (region.kind == Region::Kind::exif) continue;
    const bool raster = region.kind == Region::Kind::raster;
    if (region.begins || !coded) {
      coded.emplace(search, region.kind);
      samples.emplace(search, Region::Kind::samples);
      if (raster) stream.emplace();
    }
    const bool whole = clean.view() && !raster;  // one piece: no need to hold any of it
    DOKAZ_TRY(each_piece(clean, region.offset, region.length, [&](ByteView piece) -> Status {
      if (whole ? search.find(piece, region.kind) : coded->find(piece)) return found;
      bool in_samples = false;
      if (raster)
        stream->feed(piece, [&](ByteView out) { return !(in_samples = samples->find(out)); });
      if (in_samples) return found;
      return {};
    }));
  }
  return {};
}

}  // namespace dokaz::intake::check
