// SPDX-License-Identifier: GPL-3.0-or-later
// Decoder configurations of MPEG-4 (ISO/IEC 14496-1, 7.2.6; 14496-3, 1.6.2), FLAC and Opus, written anew.
#pragma once

#include "collector/intake/bmff/boxes.hpp"

namespace dokaz::intake::mp4 {

/// The payload of an `esds` box, exactly, each descriptor's length as 80 80 80 and one byte below 128:
///   version and flags 0; ES 03, number 0, flags 0; DecoderConfig 04, the object type, 15 for sound or 11 for
///   pictures, no buffer size, no bit rates; DecoderSpecificInfo 05 where the original has one; SLConfig 06, 2
/// Sound: AAC (40, 66, 67, 68), whose configuration ends with its last bit, the rest of that byte zero, and has a
/// blank comment in its program config (the one of xHE-AAC stays whole); MP3 (69, 6b). Pictures: MPEG-4 part 2 (20),
/// the units of is_mpeg4_unit(). `unsupported_media` for other objects or a configuration that is too long.
Result<Bytes> clean_esds(ByteView payload, bool picture);

/// The first 00 00 01 at or behind `from`; the end where there is none.
std::size_t start_code(ByteView bytes, std::size_t from);
/// Whether what begins with 00 00 01 and `code` is picture in MPEG-4 part 2 (14496-2, table 6-3): objects, layers,
/// begin and end of a sequence, groups and planes of pictures. Not user data, stuffing and what is reserved.
bool is_mpeg4_unit(Byte code);

/// dOps (Opus in ISO-BMFF, 4.3.2), version 0, without what stands behind it.
Result<Bytes> clean_opus(ByteView payload);
/// dfLa (FLAC in ISO-BMFF, 3.3.2): STREAMINFO alone, without its MD5.
Result<Bytes> clean_flac(ByteView payload);

}  // namespace dokaz::intake::mp4
