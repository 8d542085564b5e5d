// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/metadata/place_facts.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "collector/intake/metadata/contradictions.hpp"

namespace dokaz::intake {
namespace {

constexpr double highest = 100'000;                                // metres
constexpr double same_degrees = 1e-4 + 1e-9, same_metres = 1 + 1e-9;  // format.md section 4

/// An unsigned decimal number at the front, cut off; nothing where there is none.
std::optional<double> number(std::string_view& rest) {
  double value = 0;
  const std::size_t size = std::min(rest.find_first_not_of("0123456789."), rest.size());
  const auto [end, failure] = std::from_chars(rest.data(), rest.data() + size, value, std::chars_format::fixed);
  if (failure != std::errc() || end == rest.data()) return std::nullopt;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  return value;
}

std::optional<Place> checked(std::optional<double> latitude, std::optional<double> longitude,
                             std::optional<double> altitude) {
  if (!latitude || !longitude || !(std::abs(*latitude) <= 90) || !(std::abs(*longitude) <= 180)) return std::nullopt;
  if (altitude && !(std::abs(*altitude) <= highest)) altitude.reset();
  return Place{*latitude, *longitude, altitude};
}

/// "+4851.5": two digits of degrees here, then two each of minutes and seconds where they are there.
std::optional<double> angle(std::string_view& rest, std::size_t degree_digits) {
  if (rest.empty() || (rest[0] != '+' && rest[0] != '-')) return std::nullopt;
  const bool negative = rest[0] == '-';
  rest.remove_prefix(1);
  const std::size_t whole = std::min(rest.find_first_not_of("0123456789"), rest.size());
  std::optional<double> value;
  if (whole <= degree_digits) {
    value = number(rest);
  } else if (whole == degree_digits + 2 || whole == degree_digits + 4) {
    std::string_view degrees = rest.substr(0, degree_digits);
    value = number(degrees);
    rest.remove_prefix(degree_digits);
    if (whole == degree_digits + 4) {
      std::string_view minutes = rest.substr(0, 2);
      *value += number(minutes).value_or(0) / 60;
      rest.remove_prefix(2);
      *value += number(rest).value_or(0) / 3600;
    } else {
      *value += number(rest).value_or(0) / 60;
    }
  }
  return value && negative ? -*value : value;
}

std::optional<double> signed_number(std::string_view& rest) {
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  const auto value = number(rest);
  return value && negative ? -*value : value;
}

/// Degrees, minutes, seconds; minutes and seconds may be missing. Nothing where the letter of the hemisphere is neither
/// of `letters`, the negative one second: half of such places would lie on the other side of the earth.
std::optional<double> exif_degrees(const Exiv2::ExifData& data, const char* key, const char* reference,
                                   std::string_view letters) {
  const std::vector<double> parts = numbers_of(data, key);
  if (parts.empty() || parts.size() > 3) return std::nullopt;
  double value = 0, unit = 1;
  for (const double part : parts) {
    if (!(part >= 0)) return std::nullopt;
    value += part / unit;
    unit *= 60;
  }
  const std::string hemisphere = value_of(data, reference);
  const char letter = hemisphere.empty() ? '\0' : hemisphere[0] >= 'a' ? static_cast<char>(hemisphere[0] - 'a' + 'A') : hemisphere[0];
  if (letter != letters[0] && letter != letters[1]) return std::nullopt;
  return letter == letters[1] ? -value : value;
}

std::optional<Place> exif_place(const Exiv2::ExifData& data) {
  const std::vector<double> height = numbers_of(data, "Exif.GPSInfo.GPSAltitude");
  std::optional<double> altitude;
  if (height.size() == 1)
    altitude = value_of(data, "Exif.GPSInfo.GPSAltitudeRef") == "1" ? -height[0] : height[0];
  return checked(exif_degrees(data, "Exif.GPSInfo.GPSLatitude", "Exif.GPSInfo.GPSLatitudeRef", "NS"),
                 exif_degrees(data, "Exif.GPSInfo.GPSLongitude", "Exif.GPSInfo.GPSLongitudeRef", "EW"), altitude);
}

std::optional<Place> xmp_place(const Exiv2::XmpData& data) {
  const std::string height = value_of(data, "Xmp.exif.GPSAltitude");  // "25/2"
  std::string_view rest = height;
  std::optional<double> altitude = number(rest);
  if (altitude && rest.starts_with('/')) {
    rest.remove_prefix(1);
    const auto divisor = number(rest);
    altitude = divisor && *divisor > 0 ? std::optional(*altitude / *divisor) : std::nullopt;
  }
  if (altitude && value_of(data, "Xmp.exif.GPSAltitudeRef") == "1") altitude = -*altitude;
  return checked(xmp_degrees(value_of(data, "Xmp.exif.GPSLatitude"), 90),
                 xmp_degrees(value_of(data, "Xmp.exif.GPSLongitude"), 180), altitude);
}

std::string decimal(double value, int places) {
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, places);
  std::string out(buffer.data(), end.ptr);
  out.erase(out.find_last_not_of('0') + 1);
  if (out.ends_with('.')) out.pop_back();
  return out == "-0" ? "0" : out;
}

bool same_place(const StatedPlace& one, const StatedPlace& other) {
  const Place &a = one.place, &b = other.place;
  const double around = std::abs(a.longitude - b.longitude);
  if (std::abs(a.latitude - b.latitude) > same_degrees || std::min(around, 360 - around) > same_degrees) return false;
  return !a.altitude || !b.altitude || std::abs(*a.altitude - *b.altitude) <= same_metres;
}

}  // namespace

std::optional<Place> place_of_text(std::string_view text) {
  std::string_view rest = text;
  if (text.find(',') == std::string_view::npos) {
    const auto latitude = angle(rest, 2), longitude = angle(rest, 3);
    const bool higher = rest.starts_with('+') || rest.starts_with('-');
    return checked(latitude, longitude, higher ? signed_number(rest) : std::nullopt);
  }
  const auto latitude = signed_number(rest);
  if (!rest.starts_with(',')) return std::nullopt;
  rest.remove_prefix(1);
  const auto longitude = signed_number(rest);
  std::optional<double> altitude;
  if (rest.starts_with(',')) {
    rest.remove_prefix(1);
    altitude = signed_number(rest);
  }
  return checked(latitude, longitude, altitude);
}

std::optional<double> xmp_degrees(std::string_view text, double most) {
  double value = 0, unit = 1;
  for (int part = 0; part < 3; ++part, unit *= 60) {
    const auto next = number(text);
    if (!next) return std::nullopt;
    value += *next / unit;
    if (!text.starts_with(',')) break;
    text.remove_prefix(1);
  }
  const std::string_view directions = most > 90 ? "EW" : "NS";
  if (text.size() != 1 || directions.find(text[0]) == std::string_view::npos || !(value <= most)) return std::nullopt;
  return text[0] == directions[1] ? -value : value;
}

std::vector<StatedPlace> places_of(const DecodedBlocks& blocks) {
  std::vector<StatedPlace> out;
  for (std::size_t i = 0; i < blocks.exif.size(); ++i)
    if (const auto place = exif_place(blocks.exif[i])) out.push_back({source_name("exif", "GPSLatitude", i), *place});
  constexpr std::array<std::pair<const char*, const char*>, 5> values = {{
      {"quicktime location.ISO6709", "keys.com.apple.quicktime.location.ISO6709"},
      {"udta xyz", "udta.xyz"},
      {"udta loci", "udta.loci"},
      {"udta xyz", "ilst.xyz"},
      {"udta trailer.xyz", "trailer.udta.xyz"},  // of the film behind a photo
  }};
  for (const auto& [source, name] : values)
    if (const auto place = place_of_text(value_of(blocks.values, name))) out.push_back({source, *place});
  for (std::size_t i = 0; i < blocks.xmp.size(); ++i)
    if (const auto place = xmp_place(blocks.xmp[i])) out.push_back({source_name("xmp", "exif:GPSLatitude", i), *place});
  return out;
}

std::string written(const Place& place) {
  std::string out = decimal(place.latitude, 7) + "," + decimal(place.longitude, 7);
  return place.altitude ? out + "," + decimal(*place.altitude, 2) : out;
}

std::vector<Contradiction> contradictions_of(const std::vector<StatedPlace>& places) {
  std::vector<Contradiction> out;
  add_contradiction(out, "capture.place",
                    disagreement(places, same_place, [](std::vector<Stated>& to, const StatedPlace& one) {
                      to.push_back({one.source, written(one.place)});
                    }));
  return out;
}

}  // namespace dokaz::intake
