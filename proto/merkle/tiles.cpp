// SPDX-License-Identifier: GPL-3.0-or-later
// Tile names and entry bundles.
#include "proto/merkle/tiles.hpp"

#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

constexpr unsigned max_level = 63;
constexpr unsigned bits_per_level = 8;

/// "x001/x234/067"
std::string grouped(std::uint64_t number) {
  std::string out;
  for (bool last = true;; last = false) {
    std::string digits = std::to_string(number % 1000);
    digits.insert(0, 3 - digits.size(), '0');
    out.insert(0, last ? digits : "x" + digits + "/");
    number /= 1000;
    if (number == 0) return out;
  }
}

Result<std::uint64_t> ungrouped(std::string_view text) {
  std::string digits;
  for (char c : text)
    if (c != 'x' && c != '/') digits += c;
  const auto first = std::min(digits.find_first_not_of('0'), digits.empty() ? 0 : digits.size() - 1);
  return from_decimal(std::string_view(digits).substr(first));
}

std::string with_width(std::string path, unsigned width) {
  DOKAZ_CHECK(width >= 1 && width <= tile_width);
  return width == tile_width ? path : path + ".p/" + std::to_string(width);
}

}  // namespace

std::string tile_path(const TileId& tile) {
  DOKAZ_CHECK(tile.level <= max_level);
  return with_width("tile/" + std::to_string(tile.level) + "/" + grouped(tile.index), tile.width);
}

std::string entries_path(std::uint64_t index, unsigned width) {
  return with_width("tile/entries/" + grouped(index), width);
}

// Reads generously, then accepts only what tile_path would have written.
Result<TileId> parse_tile_path(std::string_view path) {
  constexpr std::string_view prefix = "tile/";
  if (path.size() > 128 || !path.starts_with(prefix)) return fail(Errc::malformed, "tile path");
  const std::string_view rest = path.substr(prefix.size());
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) return fail(Errc::malformed, "tile path");
  DOKAZ_LET(level, from_decimal(rest.substr(0, slash)));
  const std::string_view number = rest.substr(slash + 1);
  const auto dot = number.find(".p/");
  std::uint64_t width = tile_width;
  if (dot != std::string_view::npos) {
    DOKAZ_LET(partial, from_decimal(number.substr(dot + 3)));
    width = partial;
  }
  DOKAZ_LET(index, ungrouped(number.substr(0, dot)));
  if (level > max_level || width < 1 || width > tile_width) return fail(Errc::malformed, "tile path");
  const TileId tile{static_cast<unsigned>(level), index, static_cast<unsigned>(width)};
  if (tile_path(tile) != path) return fail(Errc::malformed, "tile path");
  return tile;
}

std::vector<TileId> new_tiles(std::uint64_t from, std::uint64_t size) {
  DOKAZ_CHECK(from <= size);
  std::vector<TileId> tiles;
  for (unsigned level = 0; level * bits_per_level < 64; ++level) {
    const std::uint64_t had = from >> level * bits_per_level, has = size >> level * bits_per_level;
    if (had == has) break;  // no new hash here, so none above
    std::uint64_t index = had / tile_width;
    for (; index < has / tile_width; ++index) tiles.push_back({level, index, tile_width});
    if (has % tile_width != 0) tiles.push_back({level, index, static_cast<unsigned>(has % tile_width)});
  }
  return tiles;
}

Bytes write_entries(const std::vector<Leaf>& leaves) {
  DOKAZ_CHECK(!leaves.empty() && leaves.size() <= tile_width);
  Bytes out;
  out.reserve(leaves.size() * (2 + Leaf::size));
  for (const Leaf& leaf : leaves) {
    out.push_back(0);
    out.push_back(Leaf::size);
    append(out, leaf.view());
  }
  return out;
}

Result<std::vector<Leaf>> read_entries(ByteView bytes) {
  constexpr std::size_t entry = 2 + Leaf::size;
  if (bytes.empty() || bytes.size() % entry != 0 || bytes.size() / entry > tile_width)
    return fail(Errc::malformed, "entry bundle's length");
  std::vector<Leaf> leaves;
  leaves.reserve(bytes.size() / entry);
  for (; !bytes.empty(); bytes = bytes.subspan(entry)) {
    if (bytes[0] != 0 || bytes[1] != Leaf::size) return fail(Errc::malformed, "entry's length");
    leaves.push_back(Leaf::from(bytes.subspan(2, Leaf::size)).value());
  }
  return leaves;
}

}  // namespace dokaz
