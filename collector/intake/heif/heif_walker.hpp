// SPDX-License-Identifier: GPL-3.0-or-later
// HEIF still pictures (ISO/IEC 23008-12) coded by HEVC or AV1: HEIC and AVIF, the main picture alone, written anew.
#pragma once

#include "collector/intake/plan/walk.hpp"

namespace dokaz::intake {

/// The clean copy is, exactly (all sizes of boxes 32 bits, all versions and flags 0 unless stated):
///   ftyp  brand B, 0, compatible `mif1` B. B is `avif` for AV1; `heic` for HEVC where each hvcC states profile
///         1 or 3; else `heix`
///   meta  hdlr  `pict`, empty name
///         pitm  1
///         iloc  offsets and lengths of 4 bytes; each item in order: one extent, none for `iden`
///         iinf  each item in order: infe of version 2, flags 0 for item 1 and 1 (hidden) for others, empty name
///         iref  (if there is any) for each item in order: dimg, prem, auxl as far as it has them
///         iprp  ipco, each different property once, in the order of their first use;
///               ipma, each item in order, flags 1 where there are over 127 properties
///   mdat  the data of all items in order, without gap
/// Items are numbered from 1: the main picture; then, for each item in order, its inputs (dimg, in order) and its
/// alpha picture. No item is reached twice. Only the main picture and inputs of `iovl` and `iden` outside of an
/// alpha picture have alpha pictures. auxl goes from the alpha picture to the one it belongs to, prem the other way.
/// All coded items are `hvc1`, or all are `av01`.
///
/// Data of items:
///   hvc1  NAL units that bmff/nal_units.hpp keeps, but no parameter sets; just one begins a picture, the first slice
///   av01  OBUs as bmff/obus.hpp writes them; just one sequence header, the first of them, and one header of a frame
///   grid  version 0, flags, rows - 1, columns - 1, width, height: of 16 bits (flags 0) unless one needs 32 (flags 1);
///         inputs are coded items of one size and fill it: none is outside, none too small
///   iovl  version 0, flags, four 16-bit fill values, width, height, and two offsets for each input, which is not
///         wholly outside: of 16 bits (flags 0) unless one needs 32 (flags 1)
///   iden  nothing; one input, of its size
/// Properties of an item, each at most once, in this order; those with ! are marked essential:
///   hvcC! of hvc1 items: version 1, then what the first SPS says (profile, tier, level, flags; chroma format and bit
///         depths; sub-layers, their nesting), no segmentation, parallelism or frame rate; then up to three arrays,
///         VPS, SPS, PPS, marked complete
///   av1C! of av01 items: four bytes, from the sequence header
///   ispe  width and height; for coded items at most 63 less than the coded ones; for grid and iovl those in the data,
///         for iden those of what its input shows
///   pixi  1 to 4 channels of 1 to 16 bits
///   pasp  1 to 1000 each, reduced, not 1:1
///   colr  `nclx`, code points of ITU-T H.273, 2 (unspecified) for others; reserved bits zero
///   colr  `prof`, a profile reduced by colour/icc_profile.hpp
///   auxC  of alpha pictures: `urn:mpeg:hevc:2015:auxid:1`, or `urn:mpeg:mpegB:cicp:systems:auxiliary:alpha` for AV1
///   a1op! of av01 items: 1 to 31
///   clli  the average at most the maximum, that at most 10000 cd/m2
///   mdcv  x + y at most 50000; minimum below maximum, at most 10000 cd/m2
///   irot! imir! clap!  in the original's order, which decides; reserved bits zero, irot not 0; clap's fractions
///         reduced, whole pixels within the picture
///
/// Everything else is left out: other items (Exif, XMP, thumbnails, depth, gain maps, further pictures), names,
/// groups, other properties unless essential, all other boxes, and what stands behind. Width and height are those of
/// the main picture before irot, imir and clap. The orientation is that of irot and imir, which is what programs
/// show; one in Exif is reported only.
///
/// `truncated_media`: a kept item lies beyond the end of the file. `unsupported_media`: image sequences, items in
/// other files or made of others, encrypted items, other codecs or derivations, mixed codecs, layered AV1, an
/// essential property that is not above. `too_large`: over 16384 items, 8 levels of inputs, or 4 GiB.
/// `malformed_media`: whatever else does not fit.
Result<Walked> walk_heif(ByteView file, const WalkOptions& options = {});

}  // namespace dokaz::intake
