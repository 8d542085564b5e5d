// SPDX-License-Identifier: GPL-3.0-or-later
// How the samples of a track are coded (14496-12, 8.5.2; QuickTime File Format, chapter 3): written anew.
#pragma once

#include "collector/intake/bmff/boxes.hpp"
#include "collector/intake/bmff/nal_units.hpp"
#include "collector/intake/plan/walk.hpp"

namespace dokaz::intake::mp4 {

/// What stands in the samples beside pictures and sound, and how it is told apart.
enum class Filter : Byte {
  none,        ///< the samples are kept whole
  nal,         ///< H.264 and H.265: units with a length
  obu,         ///< AV1
  start_codes  ///< MPEG-4 part 2: user data
};

struct Coding {
  Filter filter = Filter::none;
  bmff::NalCodec nal = bmff::NalCodec::avc;
  unsigned length_size = 4;
  std::uint32_t frame_bytes = 0;  ///< of uncompressed sound, else 0
};

struct SampleEntry {
  Bytes box;
  Coding coding;
  std::uint32_t width = 0, height = 0;  ///< of pictures
};

/// Which entries a film's clean copy can hold: avc1 avc3 hvc1 hev1 av01 vp09 mp4v and ProRes, and
/// mp4a alac Opus fLaC samr sawb ac-3 sowt twos lpcm in24 in32 fl32 fl64.
bool is_picture_codec(bmff::Type codec);
bool is_sound_codec(bmff::Type codec);
/// Single pictures, such as covers and chapter marks.
bool is_still_codec(bmff::Type codec);

/// From a whole entry box. `unsupported_media` for another codec (the detail names it), `malformed_media`.
Result<SampleEntry> clean_picture_entry(bmff::Type codec, ByteView payload, const WalkOptions& options,
                                        std::vector<std::string>& warnings);
Result<SampleEntry> clean_sound_entry(bmff::Type codec, ByteView payload, std::vector<std::string>& warnings);

/// Boxes inside an entry, as far as they are well-formed; QuickTime ends them with zeros.
struct Child {
  bmff::Type type = 0;
  ByteView payload;
};
std::vector<Child> children_of(ByteView bytes);
/// The first of that type.
const Child* find(const std::vector<Child>& children, bmff::Type type);
/// `malformed_media` where a box that decides how samples are decoded or shown stands there twice and says two things:
/// programs differ in which one they believe.
Status check_said_once(const std::vector<Child>& children);
/// "MP4: avc1 without its configuration"
Error missing_configuration(bmff::Type codec);

}  // namespace dokaz::intake::mp4
