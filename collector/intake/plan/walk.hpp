// SPDX-License-Identifier: GPL-3.0-or-later
// What a walker gives back: how the clean copy is made, what was left out, and what the metadata say.
#pragma once

#include <string>
#include <vector>

#include "collector/intake/intake.hpp"
#include "collector/intake/media.hpp"
#include "collector/intake/plan/clean_plan.hpp"

namespace dokaz::intake {

/// Metadata as it stood in the file, for reading only. Empty where there was none.
struct MetadataBlocks {
  std::vector<Bytes> exif;  ///< TIFF structures, in file order
  std::vector<Bytes> xmp;   ///< XMP packets
  Bytes photoshop;          ///< image resource blocks of all APP13 segments together
  Bytes iptc;               ///< IPTC records that stood without resource blocks
};

/// A value that a container states outside of such blocks, for the facts and their contradictions.
struct ContainerValue {
  std::string name;   ///< where it stood: "mvhd.creation_time", "udta.xyz", "keys.com.apple.quicktime.make", "png.tEXt.Software"
  std::string value;  ///< as text; times as "2026-05-01T10:12:00Z"
};

struct WalkOptions {
  ColourProfile colour_profile = ColourProfile::reduce;
  /// Of a JPEG: find where the coded data end by reading every code. Otherwise they are taken to fill the stretch up to
  /// the next marker, as they should; where they do not, the check refuses the copy, and the walk has to be made again.
  bool every_code = true;
};

/// The outcome of one walk.
struct Walked {
  Media media = Media::jpeg;
  std::uint32_t width = 0, height = 0;  ///< pixels as coded; both 0 for sound alone
  unsigned orientation = 0;             ///< 1 to 8 as the file states it, 0 where it does not
  std::uint64_t duration_ms = 0;        ///< of films and sound
  CleanPlan plan;
  std::vector<RemovedElement> removed;
  std::vector<std::string> warnings;
  MetadataBlocks blocks;
  std::vector<ContainerValue> values;
  bool c2pa = false;                    ///< the original holds a C2PA manifest, which only recovery keeps
};

/// 0x0112 of the first directory of a TIFF structure; 0 unless it is there, well-formed and 1 to 8.
unsigned orientation_of(ByteView tiff);
/// The one Exif block that a clean copy may hold: 26 bytes, big-endian, Orientation alone.
Bytes canonical_exif(unsigned orientation);

}  // namespace dokaz::intake
