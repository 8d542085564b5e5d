// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/metadata/metadata_reader.hpp"

#include <algorithm>

#include "collector/intake/fact_forms.hpp"
#include "collector/intake/metadata/device_facts.hpp"
#include "collector/intake/metadata/place_facts.hpp"
#include "collector/intake/metadata/time_facts.hpp"

namespace dokaz::intake {

void prepare_metadata_reader() {
  Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute);
  Exiv2::XmpParser::initialize();
}

ReadMetadata read_metadata(const Walked& walked) {
  ReadMetadata out;
  DecodedBlocks blocks = decode_blocks(walked.blocks, out.warnings);
  blocks.values = walked.values;
  // A value that no form has (exiv2 may read what nobody wrote) is left out, lest the whole answer be refused.
  const auto add = [&](MetadataFact fact) {
    if (is_metadata_fact(fact)) out.facts.push_back(std::move(fact));
  };
  const auto contradict = [&](std::vector<Contradiction> more) {
    for (Contradiction& one : more)
      if (out.contradictions.size() < contradictions_cap) out.contradictions.push_back(std::move(one));
  };

  const StatedTimes times = times_of(blocks);
  if (const StatedTime* best = times.best()) {
    add({"capture.time", written(best->time)});
    add({"capture.time.source", best->source});
  }
  if (!times.satellites.empty()) {
    ClaimedTime utc = times.satellites.front().time;
    utc.wall -= utc.offset.value_or(0) * 60;
    utc.offset.reset();
    add({"capture.time.gps", written(utc) + "Z"});
  }
  const std::vector<StatedPlace> places = places_of(blocks);
  if (!places.empty()) {
    add({"capture.place", written(places.front().place)});
    add({"capture.place.source", places.front().source});
  }
  for (MetadataFact& fact : device_facts(blocks)) add(std::move(fact));
  add({"image.orientation", std::uint64_t{walked.orientation}});
  add({"image.width", std::uint64_t{walked.width}});
  add({"image.height", std::uint64_t{walked.height}});
  add({"media.duration", walked.duration_ms});
  if (walked.c2pa) add({"provenance.c2pa", std::string("recovery")});

  contradict(contradictions_of(times, walked.duration_ms));
  contradict(contradictions_of(places));
  contradict(device_contradictions(blocks, walked));
  return out;
}

bool is_bare_exif(Media media, ByteView tiff) {
  constexpr std::uint16_t orientation = 0x0112;
  // As tiff_walker.hpp lists them.
  constexpr std::uint16_t of_pages[] = {254, 256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 284, 292,  317,
                                        320, 322, 323, 324, 325, 338, 339, 347, 529, 530, 531, 532, 34675};
  try {
    Exiv2::ExifData exif;
    Exiv2::ExifParser::decode(exif, tiff.data(), static_cast<std::uint32_t>(tiff.size()));
    for (const Exiv2::Exifdatum& datum : exif) {
      const std::string group = datum.groupName();
      const bool page = group == "Image" || group == "Thumbnail" || group == "Image2" || group == "Image3";
      const bool known = media == Media::tiff
                             ? page && std::find(std::begin(of_pages), std::end(of_pages), datum.tag()) != std::end(of_pages)
                             : group == "Image" && datum.tag() == orientation;
      if (!known) return false;
    }
    return media == Media::tiff || exif.count() == 1;
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace dokaz::intake
