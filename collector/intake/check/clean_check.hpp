// SPDX-License-Identifier: GPL-3.0-or-later
// The second opinion on a clean copy. Written apart from the walkers and sharing no code with them.
#pragma once

#include "collector/intake/media.hpp"
#include "collector/intake/plan/content.hpp"
#include "crypto/hash.hpp"

namespace dokaz::intake {

/// What the check saw for itself.
struct Checked {
  Media media = Media::jpeg;
  std::uint32_t width = 0, height = 0;
  Bytes exif;    ///< the 26 bytes with Orientation, or nothing
  Sha256 coded;  ///< of pictures: over all that decides how they look, the same from both files
  Sha256 clean;  ///< of films and sound, whose samples are compared byte by byte: of the clean copy as it was read for that
};

/// The clean copy must follow the grammar in its walker's header byte for byte, and the coded picture data
/// and the orientation of both files must be the same. `not_clean` in every other case; the detail names the rule.
Result<Checked> check_clean(const Content& original, const Content& clean);

/// One check for each kind of file: the grammar of the clean copy, then the coded data of both files.
namespace check {
Result<Checked> heif(ByteView original, ByteView clean);
Result<Checked> jpeg(ByteView original, ByteView clean);
Result<Checked> png(ByteView original, ByteView clean);
Result<Checked> webp(ByteView original, ByteView clean);
Result<Checked> gif(ByteView original, ByteView clean);
Result<Checked> tiff(ByteView original, ByteView clean);
/// Films and sound, of any size; `media` by the brand of the clean copy.
Result<Checked> film(const Content& original, const Content& clean, Media media);

inline Error unclean(const char* rule) { return fail(Errc::not_clean, rule); }
/// Whether these are the 26 bytes of an Exif block with an Orientation of 2 to 8 and nothing else.
bool is_orientation_alone(ByteView tiff);
/// How the first directory of an Exif block says that the picture is turned: 2 to 8, and 1 for all else that it may say.
unsigned stated_orientation(ByteView tiff);
/// A hash in which no field can run into the next.
class FieldHash {
 public:
  void field(std::string_view label, ByteView bytes);
  void field(std::string_view label, std::uint64_t value);
  Sha256 finish() { return hash_.finish(); }

 private:
  Sha256Stream hash_;
};
}  // namespace check

}  // namespace dokaz::intake
