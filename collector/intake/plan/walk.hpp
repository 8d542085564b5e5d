// SPDX-License-Identifier: GPL-3.0-or-later
// What a walker gives back: the clean copy, where each byte of it came from, and what was left out.
#pragma once

#include <string>
#include <vector>

#include "collector/intake/intake.hpp"
#include "collector/intake/media.hpp"
#include "crypto/bytes.hpp"
#include "proto/format/recovery.hpp"

namespace dokaz::intake {

/// Metadata as it stood in the file, for reading only. Empty where there was none.
struct MetadataBlocks {
  std::vector<Bytes> exif;  ///< TIFF structures, in file order
  std::vector<Bytes> xmp;   ///< XMP packets
  Bytes photoshop;          ///< image resource blocks of all APP13 segments together
  Bytes iptc;               ///< IPTC records that stood without resource blocks
};

/// Writes the clean copy and remembers which bytes are the original's.
class CleanWriter {
 public:
  explicit CleanWriter(ByteView original) : original_(original) {}

  /// Bytes of our own making.
  void put(ByteView canonical) { append(clean_, canonical); }
  /// Bytes [offset, offset + length) of the original; none may be copied twice.
  void copy(std::size_t offset, std::size_t length);

  const Bytes& clean() const { return clean_; }
  Bytes take_clean() { return std::move(clean_); }
  /// The original in terms of the clean copy. Views into the original.
  std::vector<RecoveryStep> steps() const;

 private:
  struct Piece {
    std::size_t from, length, to;
  };
  ByteView original_;
  Bytes clean_;
  std::vector<Piece> pieces_;
};

/// The outcome of one walk. Views in `steps` need the original to stay.
struct Walked {
  Media media = Media::jpeg;
  std::uint32_t width = 0, height = 0;
  unsigned orientation = 0;  ///< 1 to 8 as the first Exif block states; 0 where none does
  Bytes clean;
  std::vector<RecoveryStep> steps;
  std::vector<RemovedElement> removed;
  std::vector<std::string> warnings;
  MetadataBlocks blocks;
};

/// 0x0112 of the first directory of a TIFF structure; 0 unless it is there, well-formed and 1 to 8.
unsigned orientation_of(ByteView tiff);
/// The one Exif block that a clean copy may hold: 26 bytes, big-endian, Orientation alone.
Bytes canonical_exif(unsigned orientation);

}  // namespace dokaz::intake
