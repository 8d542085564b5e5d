// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/metadata/time_facts.hpp"

#include <array>
#include <cstdio>

#include "collector/intake/metadata/contradictions.hpp"

namespace dokaz::intake {
namespace {

constexpr std::int64_t container_tolerance = 60, satellite_tolerance = 600;  // seconds
constexpr std::int64_t no_films_before = 631'152'000;                        // 1990: a clock that was never set

struct ExifTime {
  const char *field, *time, *fraction, *offset;
};
constexpr ExifTime exif_original{"DateTimeOriginal", "Exif.Photo.DateTimeOriginal", "Exif.Photo.SubSecTimeOriginal",
                                 "Exif.Photo.OffsetTimeOriginal"};
constexpr ExifTime exif_digitized{"DateTimeDigitized", "Exif.Photo.DateTimeDigitized",
                                  "Exif.Photo.SubSecTimeDigitized", "Exif.Photo.OffsetTimeDigitized"};
constexpr ExifTime exif_changed{"DateTime", "Exif.Image.DateTime", "Exif.Photo.SubSecTime", "Exif.Photo.OffsetTime"};

bool is_fraction(std::string_view text) {
  return !text.empty() && text.size() <= 9 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

void add_exif(std::vector<StatedTime>& to, const DecodedBlocks& blocks, const ExifTime& what) {
  for (std::size_t i = 0; i < blocks.exif.size(); ++i) {
    const Exiv2::ExifData& data = blocks.exif[i];
    auto time = claimed_time(value_of(data, what.time));
    if (!time) continue;
    if (const std::string fraction = value_of(data, what.fraction); is_fraction(fraction) && time->precision == 1)
      time->fraction = fraction;
    // A time of no offset, so that the offset alone is read.
    if (const std::string offset = value_of(data, what.offset); !offset.empty() && time->precision < 86400)
      if (const auto with = claimed_time("2000-01-01T00:00" + offset)) time->offset = with->offset;
    to.push_back({source_name("exif", what.field, i), *time});
  }
}

void add_xmp(std::vector<StatedTime>& to, const DecodedBlocks& blocks, const char* field, const char* key) {
  for (std::size_t i = 0; i < blocks.xmp.size(); ++i)
    if (const auto time = claimed_time(value_of(blocks.xmp[i], key))) to.push_back({source_name("xmp", field, i), *time});
}

void add_iptc(std::vector<StatedTime>& to, const DecodedBlocks& blocks, const char* field, const char* date_key,
              const char* time_key) {
  for (std::size_t i = 0; i < blocks.iptc.size(); ++i) {
    const std::string date = value_of(blocks.iptc[i], date_key), hour = value_of(blocks.iptc[i], time_key);
    if (const auto time = claimed_time(hour.empty() ? date : date + "T" + hour))
      to.push_back({source_name("iptc", field, i), *time});
  }
}

void add_value(std::vector<StatedTime>& to, const DecodedBlocks& blocks, const char* source, const char* name) {
  if (const auto time = claimed_time(value_of(blocks.values, name))) to.push_back({source, *time});
}

/// Hours, minutes and seconds as rationals, and a date.
std::optional<ClaimedTime> satellite_time(const Exiv2::ExifData& data) {
  auto out = claimed_time(value_of(data, "Exif.GPSInfo.GPSDateStamp"));
  const auto clock = numbers_of(data, "Exif.GPSInfo.GPSTimeStamp");
  if (!out || clock.size() != 3 || clock[0] >= 24 || clock[1] >= 60 || clock[2] >= 60) return std::nullopt;
  for (const double part : clock)
    if (!(part >= 0)) return std::nullopt;
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "T%02d:%02d:%02d+00:00", static_cast<int>(clock[0]), static_cast<int>(clock[1]),
                static_cast<int>(clock[2]));
  out->offset.reset(), out->precision = 86400, out->fraction.clear();
  return claimed_time(written(*out) + text.data());
}

void add_satellites(std::vector<StatedTime>& to, const DecodedBlocks& blocks) {
  for (std::size_t i = 0; i < blocks.exif.size(); ++i)
    if (const auto time = satellite_time(blocks.exif[i])) to.push_back({source_name("exif", "GPSTimeStamp", i), *time});
  for (std::size_t i = 0; i < blocks.xmp.size(); ++i) {
    const auto time = claimed_time(value_of(blocks.xmp[i], "Xmp.exif.GPSTimeStamp"));
    if (time && time->precision == 1 && time->offset) to.push_back({source_name("xmp", "exif:GPSTimeStamp", i), *time});
  }
}

void state(std::vector<Stated>& to, const StatedTime& one) { to.push_back({one.source, written(one.time)}); }

}  // namespace

const StatedTime* StatedTimes::best() const {
  for (const auto* list : {&original, &digitized, &container, &other})
    if (!list->empty()) return &list->front();
  return nullptr;
}

StatedTimes times_of(const DecodedBlocks& blocks) {
  StatedTimes out;
  add_exif(out.original, blocks, exif_original);
  add_value(out.original, blocks, "quicktime creationdate", "keys.com.apple.quicktime.creationdate");
  add_xmp(out.original, blocks, "exif:DateTimeOriginal", "Xmp.exif.DateTimeOriginal");
  add_xmp(out.original, blocks, "photoshop:DateCreated", "Xmp.photoshop.DateCreated");
  add_iptc(out.original, blocks, "DateCreated", "Iptc.Application2.DateCreated", "Iptc.Application2.TimeCreated");
  add_value(out.original, blocks, "udta day", "udta.day");
  add_exif(out.digitized, blocks, exif_digitized);
  add_xmp(out.digitized, blocks, "exif:DateTimeDigitized", "Xmp.exif.DateTimeDigitized");
  add_xmp(out.digitized, blocks, "xmp:CreateDate", "Xmp.xmp.CreateDate");
  add_iptc(out.digitized, blocks, "DigitizationDate", "Iptc.Application2.DigitizationDate",
           "Iptc.Application2.DigitizationTime");
  add_value(out.container, blocks, "mvhd creation_time", "mvhd.creation_time");
  std::erase_if(out.container, [](const StatedTime& one) { return one.time.wall < no_films_before; });
  for (const char* form : {"png.tEXt.Creation Time", "png.zTXt.Creation Time", "png.iTXt.Creation Time"})
    add_value(out.other, blocks, "png CreationTime", form);
  add_value(out.other, blocks, "udta day", "ilst.day");  // of a song that it was published
  add_exif(out.other, blocks, exif_changed);
  add_satellites(out.satellites, blocks);
  return out;
}

std::vector<Contradiction> contradictions_of(const StatedTimes& times, std::uint64_t duration_ms) {
  const auto same = [](const StatedTime& a, const StatedTime& b) { return same_moment(a.time, b.time); };
  std::vector<Stated> capture = disagreement(times.original, same, state);
  for (Stated& one : disagreement(times.digitized, same, state)) capture.push_back(std::move(one));
  const auto tolerance = static_cast<std::int64_t>(std::min<std::uint64_t>(duration_ms / 1000, 86400)) + container_tolerance;
  const StatedTime* taken = !times.original.empty()    ? &times.original.front()
                            : !times.digitized.empty() ? &times.digitized.front()
                                                       : nullptr;
  const auto add_pair = [&](const StatedTime& other) {
    state(capture, *taken);
    state(capture, other);
  };
  if (taken && !times.container.empty() && !fits_utc(taken->time, times.container.front().time, tolerance))
    add_pair(times.container.front());
  if (taken && !times.satellites.empty() && !fits_utc(taken->time, times.satellites.front().time, satellite_tolerance))
    add_pair(times.satellites.front());
  std::vector<Contradiction> out;
  add_contradiction(out, "capture.time", std::move(capture));
  add_contradiction(out, "capture.time.gps", disagreement(times.satellites, same, state));
  return out;
}

}  // namespace dokaz::intake
