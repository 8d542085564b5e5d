// SPDX-License-Identifier: GPL-3.0-or-later
// TIFF 6.0: writes every page anew from an allow-list of tags; strips and tiles are copied as they are coded.
#pragma once

#include "collector/intake/plan/walk.hpp"

namespace dokaz::intake {

/// The clean copy is, exactly, in the original's byte order, each part at an even offset with at most one
/// 0 before it:
///   header: byte order, 42, 8
///   for each page: directory, values that do not fit into their entries in the order of tags, strips or tiles
/// A directory's entries are, in ascending order, with the type S(hort), L(ong), R(ational), U(ndefined):
///   254 L only 2, 4 or 6 · 256 L · 257 L · 258 S, one for each sample · 259 S · 262 S · 266 S only 2 ·
///   273 L · 274 S only 2 to 8 · 277 S · 278 L, at most the height · 279 L · 284 S · 292 L for Group 3 fax only ·
///   317 S only 2 or 3 · 320 S for palettes only · 322 L, 323 L, 324 L, 325 L instead of 273, 278, 279 for tiles ·
///   338 S, one for each extra sample, if there are any · 339 S, one for each sample, unless all are 1 ·
///   347 U only with tables that strips need (tiff_jpeg.hpp) · 529 R only 2126/10000 7152/10000 722/10000 ·
///   530 S, 531 S for YCbCr only · 532 R only 16/1 235/1 128/1 240/1 128/1 240/1 ·
///   34675 U a reduced profile (colour/icc_profile.hpp), gray for 262 of 0 and 1, RGB for 2, 3 and 6
/// Strips and tiles are cut where their coded data end (tiff_strips.hpp); a tile is less than 512 pixels larger than
/// the page, and a warning says where one reaches beyond its edge. Pages that are a smaller version of
/// another page are left out, as are pages that only a tag of another page points at.
///
/// `unsupported_media`: raw photos, old-style JPEG, codecs that cannot be followed to their end.
/// `too_large`: more than 4096 pages, a million strips, 4 GiB of samples. `truncated_media`, `malformed_media`: directories or strips
/// beyond the end, shared or overlapping data, a circle of directories, values that TIFF does not allow.
Result<Walked> walk_tiff(ByteView file, const WalkOptions& options = {});

}  // namespace dokaz::intake
