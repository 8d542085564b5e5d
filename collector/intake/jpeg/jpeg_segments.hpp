// SPDX-License-Identifier: GPL-3.0-or-later
// JPEG's markers, the three application segments that a clean copy may hold, and the names of the others.
#pragma once

#include <array>
#include <string_view>

#include "crypto/bytes.hpp"

namespace dokaz::intake::jpeg {

inline constexpr Byte SOF0 = 0xc0, SOF1 = 0xc1, SOF2 = 0xc2, DHT = 0xc4, RST0 = 0xd0, SOI = 0xd8, EOI = 0xd9,
                      SOS = 0xda, DQT = 0xdb, DNL = 0xdc, DRI = 0xdd, APP0 = 0xe0, COM = 0xfe;

inline bool is_restart(Byte marker) { return marker >= RST0 && marker < RST0 + 8; }
inline bool is_app(Byte marker) { return marker >= APP0 && marker <= APP0 + 15; }
inline bool stands_alone(Byte marker) {
  return marker <= 0x01 || is_restart(marker) || marker == SOI || marker == EOI;
}
/// SOF3 and SOF5 to 15, DAC, DHP, EXP.
inline bool is_unsupported_frame(Byte marker) {
  return (marker >= 0xc3 && marker <= 0xcf && marker != DHT) || marker == 0xde || marker == 0xdf;
}

inline std::uint32_t number16(ByteView at) { return static_cast<std::uint32_t>(at[0] << 8 | at[1]); }

/// Whole segments, marker included.
inline constexpr std::array<Byte, 18> canonical_jfif = {0xff, APP0, 0, 16, 'J', 'F', 'I', 'F', 0,
                                                        1,    1,    0, 0,  1,   0,   1,   0,   0};
std::array<Byte, 16> canonical_adobe(Byte transform);

struct Application {
  enum Kind { jfif, adobe, exif, xmp, extended_xmp, photoshop, icc, jumbf, other };
  Kind kind = other;
  std::size_t label = 0;  ///< length of the identifying bytes before the content
  std::string_view name;  ///< as in the list of removed elements
};
/// JFIF has at least 14 bytes of payload and Adobe 12, as decoders want them, else `other`.
Application name_application(Byte marker, ByteView payload);

}  // namespace dokaz::intake::jpeg
