// SPDX-License-Identifier: GPL-3.0-or-later
// Colour profiles made tag by tag, with a canary wherever a profile may name a device or a person.
#pragma once

#include <utility>
#include <vector>

#include "intake_pictures.hpp"

namespace dokaz::test {

inline Bytes big16(unsigned value) { return {static_cast<Byte>(value >> 8), static_cast<Byte>(value)}; }
inline Bytes fixed(double value) { return big32(static_cast<std::uint32_t>(static_cast<std::int32_t>(value * 65536))); }
inline Bytes xyz(double x, double y, double z) { return joined({text("XYZ \0\0\0\0"sv), fixed(x), fixed(y), fixed(z)}); }
inline Bytes gamma_curve(double gamma) {
  return joined({text("curv\0\0\0\0"sv), big32(1), big16(static_cast<unsigned>(gamma * 256))});
}
/// A parabola.
inline Bytes table_curve(unsigned entries) {
  Bytes out = joined({text("curv\0\0\0\0"sv), big32(entries)});
  for (std::uint64_t i = 0; i < entries; ++i)
    append(out, big16(static_cast<unsigned>(65535 * i * i / (std::uint64_t{entries - 1} * (entries - 1)))));
  return out;
}
/// The curve of sRGB.
inline Bytes parametric_curve() {
  return joined({text("para\0\0\0\0\0\3\0\0"sv), fixed(2.4), fixed(1 / 1.055), fixed(0.055 / 1.055), fixed(1 / 12.92), fixed(0.04045)});
}

struct Profile {
  Byte version = 2;
  std::string kind = "mntr", space = "RGB ", connection = "XYZ ";
  std::vector<std::pair<std::string, Bytes>> tags = {};

  Bytes bytes() const {
    Bytes header = joined({big32(0), text("CANA"), {version, 0x10, 0, 0}, text(kind), text(space), text(connection),
                           text("CANARY-7f3a9"), text("acsp"), text("CANA"), big32(0), text("CANA"), text("CANA"),
                           Bytes(8, 0), big32(1), {0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d}, text("CANA"),
                           text("CANARY-7f3a91ab"), Bytes(29, 0)});
    Bytes table = big32(static_cast<std::uint32_t>(tags.size())), data;
    for (const auto& [name, content] : tags) {
      append(table, joined({text(name), big32(static_cast<std::uint32_t>(132 + 12 * tags.size() + data.size())),
                            big32(static_cast<std::uint32_t>(content.size()))}));
      append(data, content);
      data.resize((data.size() + 3) / 4 * 4);
    }
    Bytes out = joined({header, table, data});
    const Bytes size = big32(static_cast<std::uint32_t>(out.size()));
    std::copy(size.begin(), size.end(), out.begin());
    return out;
  }
};

/// A display's profile, as a calibration program leaves it.
inline Profile display_profile(const Bytes& curve = table_curve(1024), Byte version = 2) {
  const Bytes words = joined({text("desc\0\0\0\0"sv), big32(15), text(canary), Bytes(79, 0)});
  return {.version = version,
          .tags = {{"desc", words}, {"cprt", joined({text("text\0\0\0\0"sv), text(canary), {0}})},
                   {"dmnd", words}, {"dmdd", words}, {"vcgt", text(canary)}, {"mmod", text(canary)},
                   {"wtpt", xyz(0.9505, 1, 1.0891)}, {"bXYZ", xyz(0.1431, 0.0606, 0.7141)},
                   {"rXYZ", xyz(0.4361, 0.2225, 0.0139)}, {"gXYZ", xyz(0.3851, 0.7169, 0.0971)},
                   {"rTRC", curve}, {"gTRC", curve}, {"bTRC", curve}}};
}
inline Profile gray_profile() {
  return {.kind = "prtr", .space = "GRAY", .tags = {{"desc", text(canary)}, {"wtpt", xyz(0.9642, 1, 0.8249)}, {"kTRC", gamma_curve(2.2)}}};
}

}  // namespace dokaz::test
