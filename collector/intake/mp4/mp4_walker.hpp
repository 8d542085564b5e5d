// SPDX-License-Identifier: GPL-3.0-or-later
// Films and sound of the MP4 family (ISO/IEC 14496-12 and -14, QuickTime, 3GPP): the index is written anew from an
// allow-list, and the samples follow it without what is not picture or sound.
#pragma once

#include "collector/intake/plan/walk.hpp"

namespace dokaz::intake {

/// The clean copy is, exactly, ftyp moov mdat; all boxes with 32-bit sizes, but mdat with a 64-bit size where it needs
/// one; each number big-endian; what is not named is zero:
///
///   ftyp  brands, with minor version 0, by the kind: MP4 `mp42` `mp42 isom iso6`; QuickTime `qt  ` `qt  `;
///         3GP `3gp6` `3gp6 isom iso6`; without pictures `M4A ` `M4A  mp42 isom iso6`
///   moov  mvhd trak+; no more than 256 tracks, in the original's order
///   mvhd  timescale, longest duration of a track, speed and volume 1.0, identity matrix, next track
///   trak  tkhd [edts] mdia
///   tkhd  flags below 8, number from 1 on, duration, alternate group (counted from 1 in order of appearance),
///         volume 1.0 of sound; of pictures width and height as shown, and the matrix of one of eight
///         orientations that moves the picture back to the corner; of sound the identity matrix
///   edts  elst, 1 to 256 edits of speed 1.0
///   mdia  mdhd hdlr minf
///   mdhd  timescale, sum of the samples' durations, language `und`
///   hdlr  `vide` or `soun`, in QuickTime of type `mhlr`; an empty name
///   minf  vmhd (flags 1) | smhd, in QuickTime hdlr of `dhlr` `url `, dinf with dref with one `url ` (flags 1), stbl
///   stbl  stsd stts [ctts] [stss] stsc stsz stco|co64
///   stsd  1 to 16 entries, each used by a chunk: sample_entry.hpp, sound_entry.cpp and descriptors.hpp say which.
///         Pictures: size, 72 dots an inch, depth 24 or 32, then the configuration, [colr nclx|nclc] [colr prof, reduced]
///         [pasp] [clap] [fiel] [mdcv] [clli] with plausible values. Sound: the three forms of QuickTime, then the
///         configuration, in QuickTime inside wave (frma [mp4a] [enda] configuration, and a box of type 0), [chan]
///   stts, ctts, stsc   neighbours differ; ctts only where not all are 0
///   stss  only where not all samples are sync samples
///   stsz  one size where all are equal
///   co64  where the clean copy is longer than 2^32 - 1 bytes, else stco
///
/// A duration in the movie's timescale is the sum of the edits' durations, or the media's, rounded up. Versions of
/// mvhd, tkhd and mdhd are 1 where the duration needs 64 bits, of elst where a time does, of ctts where an offset is
/// negative (0 in QuickTime).
///
/// mdat holds the chunks in the order of the original, without anything between them, and is not empty. Samples are
/// copied but for NAL units and OBUs that no picture needs (bmff/nal_units.hpp, bmff/obus.hpp) and units of
/// MPEG-4 part 2 that are none of its picture (descriptors.hpp). What encoders write inside coded data, such as the fill elements of AAC, stays.
///
/// Tracks that are neither film nor sound, covers and tracks without samples are dropped, each with a warning. Frames
/// that an edit list hides stay, with a warning that counts them; tracks that are switched off, several picture
/// tracks and what is cropped stay as well, each with a warning, and so does sound whose volume was 0.
///
/// `unsupported_media`: fragmented, encrypted, compressed or external films, other codecs, H.264 in
/// partitions, and what movie.hpp says;
/// `truncated_media`: a box that goes beyond the end, no moov or no mdat; `malformed_media`: tables or sample entries that contradict each
/// other or the media data; `too_large`: a movie box over 64 MiB, and the limits of media_data.hpp.
/// Memory is that of the movie box, a few times, and of the parts of the plan.
Result<Walked> walk_mp4(const Content& file, const WalkOptions& options = {});

}  // namespace dokaz::intake
