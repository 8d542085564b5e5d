// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/cli/betrayal.hpp"

#include <algorithm>

#include "console/console.hpp"
#include "console/say.hpp"
#include "crypto/check.hpp"

namespace dokaz::cli {
namespace {

struct SaidFact {
  std::string_view name;
  Danger danger;
  std::string_view what;
};
constexpr SaidFact said_facts[] = {
    {"capture.place", Danger::place, "where it was taken, in degrees"},
    {"device.serial", Danger::device, "the serial number, the same in everything this device makes"},
    {"device.make", Danger::device, "who made the device"},
    {"device.model", Danger::device, "which model it is"},
    {"device.lens", Danger::device, "which lens"},
    {"capture.time", Danger::time, "when it was taken"},
    {"capture.time.gps", Danger::time, "when it was taken, by the satellites' clock"},
    {"software", Danger::software, "which program wrote it"},
    {"provenance.c2pa", Danger::provenance, "a signed record of where it comes from (C2PA)"},
};

/// What a part is, by a word in the kind of a removed element; the first row that fits counts.
struct PartWord {
  std::string_view word;
  Danger danger;
  std::string_view what;
};
constexpr std::string_view further_pictures = "a picture or film inside the file, perhaps uncut or older";
constexpr std::string_view written_words = "words that somebody or something wrote into it: names, titles, comments";
constexpr std::string_view no_purpose = "bytes that the picture does not need; anything can hide there";
constexpr std::string_view film_notes =
    "notes of the program or device that coded the picture or film, perhaps with the place";
constexpr PartWord part_words[] = {
    {"c2pa", Danger::provenance, "a signed record of where it comes from (C2PA)"},
    {"jumbf", Danger::provenance, "a signed record of where it comes from (C2PA)"},
    {"cabx", Danger::provenance, "a signed record of where it comes from (C2PA)"},
    {"gps", Danger::place, "satellite positions"},
    {"gpmd", Danger::place, "a track of positions and movements"},
    {"camm", Danger::place, "a track of positions and movements"},
    {"xyz", Danger::place, "a position"},
    {"loci", Danger::place, "a position"},
    {"location", Danger::place, "a position"},
    {"thumb", Danger::pictures, further_pictures},
    {"thmb", Danger::pictures, further_pictures},
    {"preview", Danger::pictures, further_pictures},
    {"jfxx", Danger::pictures, further_pictures},
    {"flashpix", Danger::pictures, further_pictures},
    {"mpf", Danger::pictures, "a list of further pictures in the file"},
    {"sub-pictures", Danger::pictures, further_pictures},
    {"layers", Danger::pictures, "layers of an editing program: what was painted over is still there"},
    {"gain", Danger::pictures, "a second version of the picture (gain map)"},
    {"depth", Danger::pictures, "how far away everything in the picture was (depth map)"},
    {"cover", Danger::pictures, further_pictures},
    {"trailer", Danger::pictures, "something after the end of the picture: a film, a further picture, a file"},
    {"exif", Danger::device, "the camera's notes (Exif): device, settings, time, often place, owner and a small picture"},
    {"serial", Danger::device, "a serial number"},
    {"make", Danger::device, "who made the device"},
    {"model", Danger::device, "which model it is"},
    {"host-computer", Danger::device, "which computer it was on"},
    {"sei", Danger::software, film_notes},
    {"nal.39", Danger::software, film_notes},
    {"nal.40", Danger::software, film_notes},
    {"obu.5", Danger::software, film_notes},
    {"av1.metadata", Danger::software, film_notes},
    {"user-data", Danger::software, film_notes},
    {"date", Danger::time, "dates"},
    {"time", Danger::time, "dates"},
    {"creation", Danger::time, "dates"},
    {"text", Danger::words, written_words},
    {"itxt", Danger::words, written_words},
    {"ztxt", Danger::words, written_words},
    {"com", Danger::words, written_words},
    {"iptc", Danger::words, written_words},
    {"xmp", Danger::words, "descriptions and the history of editing (XMP), often with names"},
    {"photoshop", Danger::words, "notes of an editing program, often with names, places and a small picture"},
    {"artist", Danger::words, written_words},
    {"copyright", Danger::words, written_words},
    {"description", Danger::words, written_words},
    {"name", Danger::words, written_words},
    {"udta", Danger::words, written_words},
    {"meta", Danger::words, written_words},
    {"hdlr", Danger::words, written_words},
    {"software", Danger::software, "which program wrote it"},
    {"ducky", Danger::software, "the settings of an editing program"},
    {"adobe", Danger::software, "the settings of an editing program"},
    {"icc", Danger::software, "a colour profile; some name the screen, the printer or the day"},
    {"slack", Danger::unknown, no_purpose},
    {"padding", Danger::unknown, no_purpose},
    {"unused", Danger::unknown, no_purpose},
    {"unreferenced", Danger::unknown, no_purpose},
    {"fill", Danger::unknown, no_purpose},
    {"delimiter", Danger::unknown, no_purpose},
    {"free", Danger::unknown, no_purpose},
};
constexpr PartWord any_part = {"", Danger::unknown, "a part of a kind that is not known here"};

const PartWord& word_for(std::string_view kind) {
  std::string lower(kind);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const auto* found = std::find_if(std::begin(part_words), std::end(part_words), [&](const PartWord& one) {
    return lower.find(one.word) != std::string::npos;
  });
  return found == std::end(part_words) ? any_part : *found;
}

void add_part(std::vector<Betrayal>& all, const RemovedElement& element) {
  const PartWord& word = word_for(element.kind);
  std::string what = console::say_text(word.what);
  const auto same = std::find_if(all.begin(), all.end(), [&](const Betrayal& one) {
    return !one.value && one.what == what;
  });
  Betrayal& into = same != all.end() ? *same : all.emplace_back(Betrayal{word.danger, std::move(what), {}, 0, 0});
  ++into.parts;
  into.bytes += element.length;
}

std::string value_of(const MetadataFact& fact) {
  if (const auto* text = std::get_if<std::string>(&fact.value)) return console::printable(*text);
  return std::to_string(std::get<std::uint64_t>(fact.value));
}

void add_contradiction(std::vector<Betrayal>& all, const Contradiction& contradiction) {
  const auto* known = std::find_if(std::begin(said_facts), std::end(said_facts),
                                   [&](const SaidFact& one) { return one.name == contradiction.fact; });
  if (known == std::end(said_facts)) return;
  for (const Contradiction::Value& one : contradiction.values)
    all.push_back({known->danger, console::say("{}, as another place in the file says", console::say_text(known->what)),
                   console::printable(one.value), 0, 0});
}

}  // namespace

std::string_view name_of(Danger danger) {
  switch (danger) {
    case Danger::place: return "place";
    case Danger::device: return "device";
    case Danger::time: return "time";
    case Danger::words: return "words";
    case Danger::pictures: return "pictures";
    case Danger::software: return "software";
    case Danger::provenance: return "provenance";
    case Danger::unknown: return "unknown";
  }
  DOKAZ_CHECK(false);
  return {};
}

std::string_view heading_of(Danger danger) {
  switch (danger) {
    case Danger::place: return "WHERE";
    case Danger::device: return "WHOSE DEVICE";
    case Danger::time: return "WHEN";
    case Danger::words: return "WORDS";
    case Danger::pictures: return "HIDDEN PICTURES";
    case Danger::software: return "PROGRAMS";
    case Danger::provenance: return "ORIGIN";
    case Danger::unknown: return "OTHER";
  }
  DOKAZ_CHECK(false);
  return {};
}

std::vector<Betrayal> betrayals_of(const TakenIn& item) {
  std::vector<Betrayal> all;
  for (const SaidFact& said : said_facts)
    for (const MetadataFact& fact : item.facts)
      if (fact.name == said.name) all.push_back({said.danger, console::say_text(said.what), value_of(fact), 0, 0});
  for (Betrayal& one : all)
    if (one.danger == Danger::provenance) one.value.reset();  // that it is there is all that was found out
  for (const Contradiction& contradiction : item.contradictions) add_contradiction(all, contradiction);
  for (const RemovedElement& element : item.removed) add_part(all, element);
  std::stable_sort(all.begin(), all.end(), [](const Betrayal& a, const Betrayal& b) { return a.danger < b.danger; });
  return all;
}

std::vector<std::string> remains_of(const TakenIn& item) {
  const bool film = item.media_type.starts_with("video/"), sound = item.media_type.starts_with("audio/");
  std::vector<std::string> remains;
  if (!sound) remains.emplace_back(console::say("what it shows: faces, clothes, signs, screens, reflections, the view from a window"));
  if (sound || film) remains.emplace_back(console::say("what can be heard: voices, names, places called out, sounds of the surroundings"));
  if (sound)
    remains.emplace_back(console::say("its length and the way it was compressed, which can tell the kind of device"));
  else
    remains.emplace_back(console::say("its size in pixels and the way it was compressed, which can tell the kind of device"));
  remains.push_back(console::say_text(sound ? "the fine noise of the microphone, by which an expert may tell one device from another"
                             : "the fine noise of the sensor, by which an expert who has other pictures from the same "
                               "camera can tell that it was this one"));
  return remains;
}

}  // namespace dokaz::cli
