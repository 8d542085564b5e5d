// SPDX-License-Identifier: GPL-3.0-or-later
// ICC profiles (ICC.1:2022 and its versions 2 and 4): what rendering needs, and nothing that names a device.
#pragma once

#include "collector/intake/plan/walk.hpp"

namespace dokaz::intake::colour {

/// What the picture's samples mean; a profile for others is never applied to them.
enum class Samples : Byte { gray = 1, rgb = 3, other = 4 };

/// More bytes of a profile are not looked at.
inline constexpr std::size_t largest_profile = std::size_t{16} << 20;
/// A reduced profile has no more entries in a curve, and so is at most 24.8 kB long.
inline constexpr std::size_t most_entries = 4096;

/// The profile written anew. A reduced profile is, exactly, big-endian:
///   header   128 bytes: size; version 02400000 or 04400000, by the major version; class `mntr`; `RGB ` or `GRAY`;
///            connection space `XYZ ` (gray also `Lab `); at 36 `acsp`; at 64 the intent, 0 to 3; at 68 the
///            illuminant 0000f6d6 00010000 0000d32d; everything else zero
///   table    number of tags, then signature, offset and size of each, in the order
///            desc cprt [wtpt] [chad] (kTRC | rXYZ gXYZ bXYZ rTRC gTRC bTRC) [cicp]
///   data     in the same order, each padded with zeros to a multiple of 4, nothing between or behind them;
///            a curve equal to an earlier one takes that one's place
///   desc     version 2: `desc` 0 4 "RGB" or 5 "GRAY" with their NUL, then 78 zeros; version 4: `mluc` with one
///            record, en US, the same words in UTF-16 without NUL
///   cprt     version 2: `text` 0 "none" NUL; version 4: `mluc` as above, "none"
///   wtpt rXYZ gXYZ bXYZ   `XYZ ` 0, three numbers from -4 to 4
///   chad     `sf32` 0, nine numbers from -4 to 4
///   curves   `curv` 0 n, n from 0 to 4096: none; one gamma, not 0; or a table of 16 bits that never falls and
///            of 64 entries on never rises by more than 8 * 65535 / (n - 1) + 1 at once; or `para` 0, function 0 to 4,
///            16 bits of zero, its 1, 3, 4, 5 or 7 numbers from -16 to 16
///   cicp     version 4: `cicp` 0, primaries, transfer, 0, 0 or 1, with code points that H.273 defines
/// Numbers are s15Fixed16. Their ranges, and the shape of tables, are what real profiles have; they leave no
/// place where a text stands as it is. A measured profile's numbers still tell devices apart.
///
/// The same profile gives the same bytes, and a reduced one itself. `unsupported_media`: rendering needs more
/// than that (A2B or D2B tables, CMYK, Lab, device links), or the profile is not for such samples;
/// `malformed_media`: it does not follow its format.
Result<Bytes> reduced(ByteView profile, Samples samples);

/// What becomes of a picture's profile, as the documenter wants it: the reduced profile; or nothing, with a
/// warning; or the refusal of reduced(). Each walker calls this.
Result<Bytes> settled(ByteView profile, Samples samples, ColourProfile wanted, std::vector<std::string>& warnings);

}  // namespace dokaz::intake::colour
