// SPDX-License-Identifier: GPL-3.0-or-later
// NAL units of H.264 and H.265 with a length before each (ISO/IEC 14496-15): which of them are the picture.
#pragma once

#include "collector/intake/plan/content.hpp"

namespace dokaz::intake::bmff {

enum class NalCodec : Byte { avc, hevc };

/// One unit where it lies.
struct NalUnit {
  std::uint64_t offset = 0;  ///< of its length field
  std::uint64_t size = 0;    ///< length field included
  Byte type = 0;             ///< 0 for an empty one, which is never kept
  Byte layer = 0;            ///< nuh_layer_id; 0 for H.264
  bool kept = false;
};

/// Kept are
///   H.264  1 and 5 slices, 7 and 8 parameter sets; slices in partitions (2 to 4) are refused
///   H.265  0 to 9 and 16 to 21 slices, 32 to 34 parameter sets, 36 end of sequence if it is empty (it decides
///          which of the next pictures are shown); all of layer 0 only
/// Left out are SEI, delimiters, filler, extensions, what is reserved or unspecified: a decoder passes them by.
bool is_kept(NalCodec codec, Byte type, Byte layer, std::uint64_t payload_size);

/// The units that fill [offset, offset + length) of `content`, which must live as long. Reads their first
/// bytes alone. `malformed_media`: a unit beyond the end, a forbidden bit, an H.265 unit shorter than its header.
/// Zeros shorter than a length field at the very end are passed by.
class NalReader {
 public:
  /// `length_size` is 1, 2 or 4.
  NalReader(const Content& content, std::uint64_t offset, std::uint64_t length, unsigned length_size, NalCodec codec)
      : content_(content), at_(offset), end_(offset + length), length_size_(length_size), codec_(codec) {}
  /// Nothing after the last.
  Result<std::optional<NalUnit>> next();

 private:
  const Content& content_;
  std::uint64_t at_, end_;
  unsigned length_size_;
  NalCodec codec_;
};

/// A decoder configuration record written anew.
struct NalConfiguration {
  Bytes record;              ///< the payload of avcC or hvcC
  unsigned length_size = 4;  ///< of the units in the samples
};

/// avcC (14496-15, 5.3.3) with the parameter sets alone: types 7 and 8 (and 13 in its own list).
/// `malformed_media`; what stands behind the record is left out.
Result<NalConfiguration> clean_avc_configuration(ByteView record);
/// hvcC (14496-15, 8.3.3) with arrays of types 32, 33 and 34 alone, reserved bits set.
Result<NalConfiguration> clean_hevc_configuration(ByteView record);

}  // namespace dokaz::intake::bmff
