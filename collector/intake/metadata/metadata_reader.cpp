// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/metadata/metadata_reader.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <exiv2/exiv2.hpp>
#include <functional>
#include <optional>

#include "collector/intake/plain_text.hpp"

namespace dokaz::intake {
namespace {

/// All that exiv2 could decode.
struct Decoded {
  Exiv2::ExifData exif;
  Exiv2::XmpData xmp;
  Exiv2::IptcData iptc;
  bool complete = true;

  /// exiv2 throws late and for everything, so each block is decoded alone.
  void attempt(const std::function<void()>& decode) {
    try {
      decode();
    } catch (const std::exception&) {
      complete = false;
    }
  }
};

template <class Data, class Key>
std::string raw_value(const Data& data, const char* key) {
  const auto found = data.findKey(Key(key));
  return found == data.end() || found->count() == 0 ? std::string() : plain_text(found->toString());
}
std::string exif_value(const Decoded& all, const char* key) {
  return raw_value<Exiv2::ExifData, Exiv2::ExifKey>(all.exif, key);
}
std::string xmp_value(const Decoded& all, const char* key) {
  return raw_value<Exiv2::XmpData, Exiv2::XmpKey>(all.xmp, key);
}
std::string iptc_value(const Decoded& all, const char* key) {
  return raw_value<Exiv2::IptcData, Exiv2::IptcKey>(all.iptc, key);
}

bool digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// "2008:10:22 16:28:39" or "2008-10-22T16:28:39…" to "2008-10-22T16:28:39"; empty where it is no time.
std::string date_time(std::string_view text) {
  if (text.size() < 19) return {};
  std::string out(text.substr(0, 19));
  const auto either = [&](std::size_t at, char a, char b) { return out[at] == a || out[at] == b; };
  if (!either(4, ':', '-') || !either(7, ':', '-') || !either(10, ' ', 'T') || out[13] != ':' || out[16] != ':')
    return {};
  out[4] = out[7] = '-';
  out[10] = 'T';
  const auto part = [&](std::size_t at, std::size_t size) {
    const std::string_view field = std::string_view(out).substr(at, size);
    int value = -1;
    if (digits(field)) std::from_chars(field.data(), field.data() + field.size(), value);
    return value;
  };
  const auto within = [](int value, int low, int high) { return value >= low && value <= high; };
  return within(part(0, 4), 1, 9999) && within(part(5, 2), 1, 12) && within(part(8, 2), 1, 31) &&
                 within(part(11, 2), 0, 23) && within(part(14, 2), 0, 59) && within(part(17, 2), 0, 60)
             ? out
             : std::string();
}

/// "+02:00", "-03:30"; "Z" becomes "+00:00".
std::string offset(std::string_view text) {
  if (text == "Z") return "+00:00";
  const bool formed = text.size() == 6 && (text[0] == '+' || text[0] == '-') && digits(text.substr(1, 2)) &&
                      text[3] == ':' && digits(text.substr(4, 2));
  return formed ? std::string(text) : std::string();
}

std::string capture_time(const Decoded& all) {
  static constexpr std::array<std::array<const char*, 3>, 2> exif = {{
      {"Exif.Photo.DateTimeOriginal", "Exif.Photo.SubSecTimeOriginal", "Exif.Photo.OffsetTimeOriginal"},
      {"Exif.Photo.DateTimeDigitized", "Exif.Photo.SubSecTimeDigitized", "Exif.Photo.OffsetTimeDigitized"},
  }};
  for (const auto& [time, fraction, zone] : exif) {
    const std::string base = date_time(exif_value(all, time));
    if (base.empty()) continue;
    const std::string subsecond = exif_value(all, fraction);
    return base + (digits(subsecond) && subsecond.size() <= 9 ? "." + subsecond : "") + offset(exif_value(all, zone));
  }
  for (const char* key : {"Xmp.exif.DateTimeOriginal", "Xmp.photoshop.DateCreated", "Xmp.xmp.CreateDate"}) {
    const std::string value = xmp_value(all, key);
    const std::string base = date_time(value);
    if (base.empty()) continue;
    std::string_view rest = std::string_view(value).substr(19);
    std::string fraction;
    if (rest.starts_with('.')) {
      const std::size_t end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
      if (end > 1 && end <= 10) fraction = rest.substr(0, end);
      rest.remove_prefix(end);
    }
    return base + fraction + offset(rest);
  }
  const std::string time = iptc_value(all, "Iptc.Application2.TimeCreated");
  const std::string base = date_time(iptc_value(all, "Iptc.Application2.DateCreated") + "T" + time);
  return base.empty() ? base : base + offset(std::string_view(time).substr(8));
}

std::optional<double> number(const Exiv2::Exifdatum& datum, int at) {
  if (at >= static_cast<int>(datum.count())) return std::nullopt;
  const Exiv2::Rational value = datum.toRational(at);
  if (value.second == 0) return std::nullopt;
  return static_cast<double>(value.first) / static_cast<double>(value.second);
}

/// Degrees, minutes, seconds; minutes and seconds may be missing.
std::optional<double> degrees(const Decoded& all, const char* key, const char* reference, char negative, double most) {
  const auto found = all.exif.findKey(Exiv2::ExifKey(key));
  if (found == all.exif.end()) return std::nullopt;
  const auto whole = number(*found, 0);
  if (!whole) return std::nullopt;
  const double value = *whole + number(*found, 1).value_or(0) / 60 + number(*found, 2).value_or(0) / 3600;
  if (!(value >= 0 && value <= most)) return std::nullopt;
  return exif_value(all, reference).starts_with(negative) ? -value : value;
}

std::string decimal(double value, int places) {
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, places);
  std::string out(buffer.data(), end.ptr);
  out.erase(out.find_last_not_of('0') + 1);
  if (out.ends_with('.')) out.pop_back();
  return out == "-0" ? "0" : out;
}

std::string capture_place(const Decoded& all) {
  const auto latitude = degrees(all, "Exif.GPSInfo.GPSLatitude", "Exif.GPSInfo.GPSLatitudeRef", 'S', 90);
  const auto longitude = degrees(all, "Exif.GPSInfo.GPSLongitude", "Exif.GPSInfo.GPSLongitudeRef", 'W', 180);
  if (!latitude || !longitude) return {};
  std::string place = decimal(*latitude, 7) + "," + decimal(*longitude, 7);
  const auto altitude = all.exif.findKey(Exiv2::ExifKey("Exif.GPSInfo.GPSAltitude"));
  if (altitude == all.exif.end()) return place;
  const auto metres = number(*altitude, 0);
  if (!metres || std::abs(*metres) > 100'000) return place;
  const bool below = exif_value(all, "Exif.GPSInfo.GPSAltitudeRef") == "1";
  return place + "," + decimal(below ? -*metres : *metres, 2);
}

std::string first_of(std::initializer_list<std::string> candidates) {
  for (const std::string& candidate : candidates)
    if (!candidate.empty()) return candidate;
  return {};
}

std::string printed(const Decoded& all, Exiv2::ExifData::const_iterator found) {
  if (found == all.exif.end()) return {};
  std::string text = plain_text(found->print(&all.exif));
  const bool unknown = text.starts_with('(') && text.ends_with(')');  // how exiv2 prints a number it has no name for
  return unknown ? std::string() : text;
}

/// The record 0x0404 of Photoshop's image resource blocks.
Bytes iptc_of(ByteView blocks) {
  while (blocks.size() >= 12 && text_of(blocks).starts_with("8BIM")) {
    const unsigned id = static_cast<unsigned>(blocks[4] << 8 | blocks[5]);
    const std::size_t name = (blocks[6] + 2u) & ~std::size_t{1};
    if (blocks.size() < 6 + name + 4) break;
    const ByteView size = blocks.subspan(6 + name, 4);
    const std::size_t length =
        std::size_t{size[0]} << 24 | std::size_t{size[1]} << 16 | std::size_t{size[2]} << 8 | size[3];
    blocks = blocks.subspan(10 + name);
    if (length > blocks.size()) break;
    if (id == 0x0404) return to_bytes(blocks.first(length));
    blocks = blocks.subspan(std::min(blocks.size(), length + (length & 1)));
  }
  return {};
}

Decoded decode(const MetadataBlocks& blocks) {
  Decoded all;
  const auto size_of = [](ByteView bytes) { return static_cast<std::uint32_t>(bytes.size()); };
  if (!blocks.exif.empty())
    all.attempt([&] {
      const Bytes& first = blocks.exif.front();
      Exiv2::ExifParser::decode(all.exif, first.data(), size_of(first));
    });
  if (!blocks.xmp.empty())
    all.attempt([&] { 
      if (Exiv2::XmpParser::decode(all.xmp, to_text(blocks.xmp.front())) != 0) all.complete = false;
    });
  for (const Bytes& iptc : {iptc_of(blocks.photoshop), blocks.iptc})
    if (!iptc.empty() && all.iptc.empty())
      all.attempt([&] {
        if (Exiv2::IptcParser::decode(all.iptc, iptc.data(), size_of(iptc)) != 0) all.complete = false;
      });
  return all;
}

}  // namespace

void prepare_metadata_reader() {
  Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute);
  Exiv2::XmpParser::initialize();
}

std::vector<MetadataFact> read_metadata(const MetadataBlocks& blocks, std::vector<std::string>& warnings) {
  Decoded all = decode(blocks);
  std::vector<MetadataFact> facts;
  const auto add = [&](const char* name, const std::function<std::string()>& read) {
    all.attempt([&] {
      if (std::string value = read(); !value.empty()) facts.push_back({name, std::move(value)});
    });
  };
  add("capture.time", [&] { return capture_time(all); });
  add("capture.place", [&] { return capture_place(all); });
  add("device.make", [&] { return first_of({exif_value(all, "Exif.Image.Make"), xmp_value(all, "Xmp.tiff.Make")}); });
  add("device.model",
      [&] { return first_of({exif_value(all, "Exif.Image.Model"), xmp_value(all, "Xmp.tiff.Model")}); });
  add("device.serial", [&] {
    return first_of({exif_value(all, "Exif.Photo.BodySerialNumber"), printed(all, Exiv2::serialNumber(all.exif)),
                     xmp_value(all, "Xmp.aux.SerialNumber")});
  });
  add("device.lens", [&] {
    return first_of({exif_value(all, "Exif.Photo.LensModel"), printed(all, Exiv2::lensName(all.exif)),
                     xmp_value(all, "Xmp.aux.Lens")});
  });
  add("software", [&] {
    return first_of({exif_value(all, "Exif.Image.Software"), xmp_value(all, "Xmp.xmp.CreatorTool")});
  });
  if (!all.complete) warnings.emplace_back("some of the metadata is broken and could not be read");
  return facts;
}

std::vector<std::string> exif_keys(ByteView tiff) {
  try {
    Exiv2::ExifData exif;
    Exiv2::ExifParser::decode(exif, tiff.data(), static_cast<std::uint32_t>(tiff.size()));
    std::vector<std::string> keys;
    for (const Exiv2::Exifdatum& datum : exif) keys.push_back(datum.key());
    return keys;
  } catch (const std::exception&) {
    return {"unreadable"};
  }
}

}  // namespace dokaz::intake
