// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/heif/properties.hpp"

#include <numeric>

#include "collector/intake/colour/icc_profile.hpp"

namespace dokaz::intake::heif {
namespace {

using bmff::BoxWriter;
using bmff::Fields;
using bmff::type;

constexpr std::string_view hevc_alpha = "urn:mpeg:hevc:2015:auxid:1", alpha = "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha";

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("HEIF: ") + what); }

/// Full boxes whose version and flags are not 0 are not those that we know.
bool plain_version(Fields& fields) { return fields.u32() == 0; }

Result<Property> read_size(Fields fields) {
  Property out{.kind = Kind::size};
  const bool plain = plain_version(fields);
  out.width = fields.u32();
  out.height = fields.u32();
  if (!plain || !fields.ok() || out.width == 0 || out.height == 0) return bad("picture size");
  if (std::uint64_t{out.width} * out.height > std::uint64_t{1} << 32) return fail(Errc::too_large, "HEIF: picture size");
  out.box = BoxWriter().begin_full(type("ispe")).u32(out.width).u32(out.height).end().take();
  return out;
}

Result<Property> read_depths(Fields fields) {
  const bool plain = plain_version(fields);
  const unsigned channels = fields.u8();
  const ByteView bits = fields.bytes(channels);
  if (!plain || !fields.ok() || channels == 0 || channels > 4) return bad("bits of samples");
  for (const Byte depth : bits)
    if (depth == 0 || depth > 16) return bad("bits of samples");
  return Property{.kind = Kind::depths, .box = BoxWriter().begin_full(type("pixi")).u8(channels).raw(bits).end().take()};
}

Result<Property> read_turn(Fields fields) {
  const unsigned quarters = fields.u8() & 3u;
  if (!fields.ok()) return bad("rotation");
  if (quarters == 0) return Property{.kind = Kind::progressive};
  return Property{.kind = Kind::rotation, .box = BoxWriter().begin(type("irot")).u8(quarters).end().take(), .turn = quarters};
}

Result<Property> read_mirror(Fields fields) {
  const unsigned axis = fields.u8() & 1u;
  if (!fields.ok()) return bad("mirror");
  return Property{.kind = Kind::mirror, .box = BoxWriter().begin(type("imir")).u8(axis).end().take(), .turn = axis};
}

Result<Property> read_crop(Fields fields) {
  std::array<std::int64_t, 8> n{};
  for (std::size_t i = 0; i < n.size(); ++i) {
    const std::uint32_t value = fields.u32();
    n[i] = i == 4 || i == 6 ? static_cast<std::int32_t>(value) : std::int64_t{value};
  }
  if (!fields.ok()) return bad("clean aperture");
  for (std::size_t i = 0; i < n.size(); i += 2) {
    if (n[i + 1] == 0) return bad("clean aperture");
    const std::int64_t common = std::gcd(n[i], n[i + 1]);
    n[i] /= common;
    n[i + 1] /= common;
  }
  if (n[1] != 1 || n[3] != 1 || n[5] > 2 || n[7] > 2 || n[0] < 1 || n[2] < 1) return bad("clean aperture");
  BoxWriter box;
  box.begin(type("clap"));
  for (const std::int64_t number : n) box.u32(static_cast<std::uint32_t>(number));
  return Property{.kind = Kind::crop, .box = box.end().take(), .width = static_cast<std::uint32_t>(n[0]),
                  .height = static_cast<std::uint32_t>(n[2]), .x2 = 2 / n[5] * n[4], .y2 = 2 / n[7] * n[6]};
}

constexpr std::uint32_t largest_aspect = 1000, brightest_picture = 10'000;  // cd/m2

Property read_pixel_aspect(Fields fields, std::vector<std::string>& warnings) {
  const std::uint32_t across = fields.u32(), down = fields.u32();
  Property out{.kind = Kind::pixel_aspect};
  if (!fields.ok() || across == down) return out;
  const std::uint32_t common = std::gcd(across, down);
  if (across == 0 || down == 0 || across / common > largest_aspect || down / common > largest_aspect) {
    warnings.emplace_back("a statement about the shape of pixels that cannot be true is kept in recovery only");
    return out;
  }
  out.box = BoxWriter().begin(type("pasp")).u32(across / common).u32(down / common).end().take();
  return out;
}

constexpr unsigned unspecified = 2;  // of ITU-T H.273, for each of the three

/// Code points that H.273 defines, or that they are unspecified.
std::array<unsigned, 3> known_codes(std::array<unsigned, 3> codes) {
  auto& [primaries, transfer, matrix] = codes;
  if (primaries == 0 || primaries == 3 || (primaries > 12 && primaries != 22)) primaries = unspecified;
  if (transfer == 0 || transfer == 3 || transfer > 18) transfer = unspecified;
  if (matrix == 3 || matrix > 17) matrix = unspecified;
  return codes;
}

Property read_light_level(Fields fields) {
  const unsigned most = fields.u16(), average = fields.u16();
  Property out{.kind = Kind::light_level};
  if (fields.done() && average <= most && most <= brightest_picture) out.box = BoxWriter().begin(type("clli")).u16(most).u16(average).end().take();
  return out;
}

Property read_mastering(Fields fields) {
  const ByteView all = fields.rest();
  constexpr std::uint32_t one = 50'000, brightest = 100'000'000;
  bool plausible = true;
  for (int i = 0; i < 4; ++i) {
    const std::uint32_t x = fields.u16(), y = fields.u16();
    plausible &= x + y <= one;
  }
  const std::uint32_t most = fields.u32(), least = fields.u32();
  Property out{.kind = Kind::mastering};
  if (plausible && fields.done() && most <= brightest && least < most)
    out.box = BoxWriter().begin(type("mdcv")).raw(all).end().take();
  return out;
}

Property read_auxiliary(Fields fields) {
  Property out{.kind = Kind::auxiliary};
  if (!plain_version(fields)) return out;
  const std::string_view rest = text_of(fields.rest());
  out.auxiliary_type = std::string(rest.substr(0, std::min<std::size_t>(rest.find('\0'), 256)));
  return out;
}

}  // namespace

bool is_alpha(std::string_view auxiliary_type) {
  return auxiliary_type == hevc_alpha || auxiliary_type == alpha || auxiliary_type == "urn:mpeg:avc:2015:auxid:1";
}

Bytes alpha_property(Codec codec) {
  return BoxWriter().begin_full(type("auxC")).raw(bytes_of(codec == Codec::av1 ? alpha : hevc_alpha)).u8(0).end().take();
}

bool is_essential(Kind kind) {
  return kind == Kind::hevc_configuration || kind == Kind::av1_configuration || kind == Kind::operating_point ||
         kind == Kind::rotation || kind == Kind::mirror || kind == Kind::crop;
}

Result<Property> Properties::read_colour(ByteView payload) {
  Fields fields(payload);
  const bmff::Type kind = fields.u32();
  if (kind == type("nclx")) {
    const std::array<unsigned, 3> stated = {fields.u16(), fields.u16(), fields.u16()}, codes = known_codes(stated);
    const unsigned range = fields.u8() & 0x80u;
    Property out{.kind = Kind::colour_code, .altered = codes != stated || !fields.ok()};
    if (out.altered) warnings_.emplace_back("a statement about colours that cannot be true is kept in recovery only");
    if (fields.ok())
      out.box = BoxWriter().begin(type("colr")).u32(kind).u16(codes[0]).u16(codes[1]).u16(codes[2]).u8(range).end().take();
    return out;
  }
  if (kind != type("prof") && kind != type("rICC")) return Property{.kind = Kind::other};
  const auto samples = monochrome_ ? colour::Samples::gray : colour::Samples::rgb;
  DOKAZ_LET(profile, colour::settled(fields.rest(), samples, options_.colour_profile, warnings_));
  Property out{.kind = Kind::colour_profile};
  if (!profile.empty()) out.box = BoxWriter().begin(type("colr")).u32(type("prof")).raw(profile).end().take();
  return out;
}

Result<Property> Properties::read(const bmff::Box& box) {
  const ByteView payload =
      file_.subspan(static_cast<std::size_t>(box.payload()), static_cast<std::size_t>(box.payload_size()));
  Fields fields(payload);
  switch (box.type) {
    case type("hvcC"): {
      DOKAZ_LET(configuration, clean_configuration(payload));
      Property out{.kind = Kind::hevc_configuration, .hevc = std::move(configuration)};
      out.box = BoxWriter().begin(type("hvcC")).raw(out.hevc.record).end().take();
      return out;
    }
    case type("av1C"): return Property{.kind = Kind::av1_configuration};
    case type("ispe"): return read_size(fields);
    case type("pixi"): return read_depths(fields);
    case type("pasp"): return read_pixel_aspect(fields, warnings_);
    case type("colr"): return read_colour(payload);
    case type("auxC"): return read_auxiliary(fields);
    case type("a1op"): {
      const unsigned point = fields.u8();
      if (!fields.ok() || point > 31) return bad("operating point");
      if (point == 0) return Property{.kind = Kind::progressive};
      return Property{.kind = Kind::operating_point, .box = BoxWriter().begin(type("a1op")).u8(point).end().take()};
    }
    case type("lsel"):
      if (fields.u16() != UINT16_MAX || !fields.ok()) return fail(Errc::unsupported_media, "HEIF: one layer of a picture");
      return Property{.kind = Kind::progressive};
    case type("clli"): return read_light_level(fields);
    case type("mdcv"): return read_mastering(fields);
    case type("irot"): return read_turn(fields);
    case type("imir"): return read_mirror(fields);
    case type("clap"): return read_crop(fields);
  }
  return Property{};
}

Result<const Property*> Properties::at(std::size_t index) {
  std::optional<Property>& known = read_[index];
  if (!known) {
    DOKAZ_LET(property, read(heif_.properties[index]));
    known = std::move(property);
  }
  return static_cast<const Property*>(&*known);
}

unsigned orientation_by(const std::vector<const Property*>& transforms) {
  int a = 1, b = 0, c = 0, d = 1;  // shown = (a x + b y, c x + d y), y downwards
  for (const Property* transform : transforms) {
    if (transform->kind == Kind::rotation)
      for (unsigned i = 0; i < transform->turn; ++i) {  // a quarter against the clock: (x, y) to (y, -x)
        const int old_a = a, old_b = b;
        a = c, b = d, c = -old_a, d = -old_b;
      }
    if (transform->kind == Kind::mirror && transform->turn == 1) a = -a, b = -b;  // left and right change places
    if (transform->kind == Kind::mirror && transform->turn == 0) c = -c, d = -d;
  }
  constexpr int exif[8][4] = {{1, 0, 0, 1}, {-1, 0, 0, 1}, {-1, 0, 0, -1}, {1, 0, 0, -1},
                              {0, 1, 1, 0}, {0, -1, 1, 0}, {0, -1, -1, 0}, {0, 1, -1, 0}};
  for (unsigned i = 0; i < 8; ++i)
    if (exif[i][0] == a && exif[i][1] == b && exif[i][2] == c && exif[i][3] == d) return i + 1;
  return 1;
}

}  // namespace dokaz::intake::heif
