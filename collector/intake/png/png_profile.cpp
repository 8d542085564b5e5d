// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/png/png_profile.hpp"

#include <zlib.h>

#include "collector/intake/colour/icc_profile.hpp"
#include "collector/intake/png/png_raster.hpp"
#include "crypto/check.hpp"

namespace dokaz::intake::png {

using namespace std::string_view_literals;

std::optional<Bytes> profile_in(ByteView payload) {
  const std::size_t name = text_of(payload).find('\0');
  if (name == std::string_view::npos || payload.size() - name < 2 || payload[name + 1] != 0) return std::nullopt;
  return inflate_all(payload.subspan(name + 2), colour::largest_profile);
}

Bytes profile_payload(ByteView profile) {
  DOKAZ_CHECK(profile.size() <= 65535);
  const auto size = static_cast<unsigned>(profile.size());
  Bytes out = to_bytes("icc\0\0\x78\x01\x01"sv);
  for (const unsigned number : {size, ~size}) append(out, Bytes{static_cast<Byte>(number), static_cast<Byte>(number >> 8)});
  append(out, profile);
  const auto sum = static_cast<std::uint32_t>(adler32(adler32(0, nullptr, 0), profile.data(), size));
  for (const unsigned shift : {24u, 16u, 8u, 0u}) out.push_back(static_cast<Byte>(sum >> shift));
  return out;
}

}  // namespace dokaz::intake::png
