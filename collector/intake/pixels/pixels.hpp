// SPDX-License-Identifier: GPL-3.0-or-later
// What a picture looks like to a decoder that everybody uses. Runs in a sandbox of its own, after the check.
#pragma once

#include "collector/intake/media.hpp"
#include "crypto/hash.hpp"

namespace dokaz::intake {

/// What a library's mere warnings count for. An original may earn some by what its clean copy leaves out, such as
/// bytes behind a JPEG's coded data; its pixels are compared all the same. A clean copy must earn none.
enum class Warnings : bool { refused, passed_by };

/// SHA-256 over number, sizes, and samples of all pictures of the file, before orientation and colour profile
/// are applied: equal exactly where all samples are equal. `malformed_media` where the library complains,
/// also where it only warns of the coded data; `too_large` over 2^30 samples; `unsupported_media` for kinds
/// that have no such judge (films and sound, whose coded samples the check compares one by one).
Result<Sha256> pixels_of(Media media, ByteView file, Warnings warnings = Warnings::refused);

/// Whether a decoder shows the same of both: `not_clean` where it does not, or complains of the clean copy; of the
/// original, as pixels_of. A JPEG of one scan is read once where the decoder itself is about to do the same with both.
Status same_pixels(Media media, ByteView original, ByteView clean);

namespace pixels {
/// True only where the decoder has learned the same of both headers, has the same coded bytes before it, and reads
/// these to their end without a warning. False says nothing.
bool same_jpeg(ByteView original, ByteView clean);
Result<Sha256> jpeg(ByteView file, Warnings warnings);
/// The main picture alone, with its alpha, as irot, imir and clap show it; as coded where samples have over 8 bits.
Result<Sha256> heif(ByteView file);
Result<Sha256> png(ByteView file);
Result<Sha256> webp(ByteView file);
Result<Sha256> gif(ByteView file);
/// All pages of the main chain but those that are smaller versions of others.
Result<Sha256> tiff(ByteView file);

inline constexpr std::uint64_t most_samples = std::uint64_t{1} << 30;
}  // namespace pixels

}  // namespace dokaz::intake
