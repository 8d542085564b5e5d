// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/publish/path.hpp"

#include "crypto/encoding.hpp"

namespace dokaz::server {
namespace {

constexpr std::string_view reader = "/reader/";
constexpr std::string_view tiles = "/tile/";
constexpr std::string_view bundles = "/tile/entries/";
constexpr std::string_view anchors = "/anchors/";
constexpr std::string_view inclusion = "/get-inclusion-proof/";
constexpr std::string_view consistency = "/get-consistency-proof/";
constexpr std::string_view leaves = "/get-leaves/";
constexpr std::size_t max_file_name = 64;

struct Two {
  std::string_view first;
  std::string_view second;
};
Result<Two> two_parts(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return fail(Errc::malformed, "two arguments");
  return Two{text.substr(0, slash), text.substr(slash + 1)};
}

struct TwoNumbers {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};
Result<TwoNumbers> two_numbers(std::string_view text) {
  DOKAZ_LET(parts, two_parts(text));
  DOKAZ_LET(first, from_decimal(parts.first));
  DOKAZ_LET(second, from_decimal(parts.second));
  return TwoNumbers{first, second};
}

bool is_plain_name(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; };
  if (name.empty() || name.size() > max_file_name) return false;
  bool dot = true;  // none at the start
  for (const char c : name) {
    if (c == '.' ? dot : !is_letter(c)) return false;
    dot = c == '.';
  }
  return !dot;
}

Result<PublishedPath> parse_tile(std::string_view path) {
  auto tile = parse_tile_path(path.substr(1));
  if (!tile) return Errc::not_found;
  return PublishedPath(TilePath{*tile});
}

/// A bundle is named as the tile of level 0 that holds its hashes.
Result<PublishedPath> parse_entries(std::string_view path) {
  const auto tile = parse_tile_path("tile/0/" + std::string(path.substr(bundles.size())));
  if (!tile) return Errc::not_found;
  return PublishedPath(EntriesPath{tile->index, tile->width});
}

Result<PublishedPath> parse_anchor(std::string_view path) {
  const auto parts = two_parts(path.substr(anchors.size()));
  if (!parts || !is_plain_name(parts->second)) return Errc::not_found;
  const auto size = from_decimal(parts->first);
  if (!size) return Errc::not_found;
  return PublishedPath(AnchorPath{*size, std::string(parts->second)});
}

Result<PublishedPath> parse_inclusion(std::string_view path) {
  DOKAZ_LET(parts, two_parts(path.substr(inclusion.size())));
  DOKAZ_LET(size, from_decimal(parts.first));
  DOKAZ_LET(leaf, id_from_hex<TreeHash>(parts.second));
  if (size < 2) return fail(Errc::malformed, "size");
  return PublishedPath(InclusionProofPath{size, leaf});
}

Result<PublishedPath> parse_consistency(std::string_view path) {
  DOKAZ_LET(sizes, two_numbers(path.substr(consistency.size())));
  if (sizes.first < 1 || sizes.second <= sizes.first) return fail(Errc::malformed, "sizes");
  return PublishedPath(ConsistencyProofPath{sizes.first, sizes.second});
}

Result<PublishedPath> parse_leaves(std::string_view path) {
  DOKAZ_LET(range, two_numbers(path.substr(leaves.size())));
  if (range.second <= range.first) return fail(Errc::malformed, "range");
  return PublishedPath(LeavesPath{range.first, range.second});
}

}  // namespace

ReaderPath split_reader(std::string_view path) {
  if (!path.starts_with(reader)) return {std::nullopt, path};
  const std::string_view behind = path.substr(reader.size());
  const std::size_t slash = behind.find('/');
  if (slash == std::string_view::npos) return {behind, {}};
  return {behind.substr(0, slash), behind.substr(slash)};
}

bool is_for_readers(std::string_view path) { return path.starts_with(bundles) || path.starts_with(leaves); }

Result<PublishedPath> parse_published_path(std::string_view path) {
  if (path == "/checkpoint") return PublishedPath(CheckpointPath{false});
  if (path == "/checkpoint.log-signed") return PublishedPath(CheckpointPath{true});
  if (path == "/get-tree-head") return PublishedPath(TreeHeadPath{});
  if (path.starts_with(bundles)) return parse_entries(path);
  if (path.starts_with(tiles)) return parse_tile(path);
  if (path.starts_with(anchors)) return parse_anchor(path);
  if (path.starts_with(inclusion)) return parse_inclusion(path);
  if (path.starts_with(consistency)) return parse_consistency(path);
  if (path.starts_with(leaves)) return parse_leaves(path);
  return Errc::not_found;
}

}  // namespace dokaz::server
