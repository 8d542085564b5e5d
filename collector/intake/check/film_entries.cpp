// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/check/film_entries.hpp"

#include <cmath>
#include <cstring>

#include "collector/intake/check/icc.hpp"

namespace dokaz::intake::check {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;
using Text = std::string_view;

std::uint64_t u16(Text bytes, std::size_t at) { return number_at(bytes, at, 2); }
std::uint64_t u32(Text bytes, std::size_t at) { return number_at(bytes, at, 4); }

bool is_one_of(Text name, std::initializer_list<Text> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The configuration box of a codec and what it must hold, made from the original's children.
struct Expected {
  BoxName name;
  std::optional<std::string> content;
};

bool is_plausible(BoxName name, Text body, std::uint64_t width, std::uint64_t height) {
  if (name == "pasp") return body.size() == 8 && u32(body, 0) - 1 < 65535 && u32(body, 4) - 1 < 65535;
  if (name == "fiel")
    return body.size() == 2 && (body == "\1\0"sv || body == "\2\0"sv || body == "\2\1"sv || body == "\2\6"sv ||
                                body == "\2\x09"sv || body == "\2\x0e"sv);
  if (name == "clli") return body.size() == 4 && u16(body, 0) <= 10'000 && u16(body, 2) <= u16(body, 0);
  if (name == "clap") {
    if (body.size() != 32) return false;
    for (std::size_t at = 0; at < 32; at += 8) {
      std::uint64_t over = u32(body, at);
      if (at >= 16 && over >> 31) over = (std::uint64_t{1} << 32) - over;
      const std::uint64_t under = u32(body, at + 4), most = at % 16 == 0 ? width : height;
      if (under == 0 || under > 65535 || over > most * under) return false;
    }
    return true;
  }
  if (name == "mdcv") {
    if (body.size() != 24) return false;
    for (std::size_t at = 0; at < 16; at += 2)
      if (u16(body, at) > 50'000) return false;
    return u32(body, 16) <= 100'000'000 && u32(body, 20) < u32(body, 16);
  }
  return false;
}

bool is_colour(Text body) {
  const bool nclx = body.starts_with("nclx");
  if (nclx ? body.size() != 11 : !body.starts_with("nclc") || body.size() != 10) return false;
  const std::uint64_t primaries = u16(body, 4), transfer = u16(body, 6), matrix = u16(body, 8);
  if (primaries == 0 || primaries == 3 || (primaries > 12 && primaries != 22)) return false;
  if (transfer == 0 || transfer == 3 || transfer > 18 || matrix == 3 || matrix > 14) return false;
  return !nclx || body[10] == 0 || body[10] == '\x80';
}

Status colour_boxes(Strict& in, const std::vector<Atom>& original) {
  const auto states_codes = [](const Atom& atom) { return atom.name == "colr" && is_colour(atom.body); };
  const auto stated = std::find_if(original.begin(), original.end(), states_codes);
  bool codes = false, profile = false;
  while (in.next_is("colr")) {
    const Text body = in.box("colr").rest();
    if (body.starts_with("prof")) {
      const auto is_source = [&](const Atom& atom) {
        return atom.name == "colr" && (atom.body.starts_with("prof") || atom.body.starts_with("rICC")) &&
               renders_like(bytes_of(body.substr(4)), bytes_of(atom.body.substr(4)));
      };
      if (profile || channels_of_reduced_profile(bytes_of(body.substr(4))) != 3) return unclean("colour profile");
      if (std::none_of(original.begin(), original.end(), is_source)) return unclean("another colour profile");
      profile = true;
    } else {
      if (codes || profile || stated == original.end() || stated->body != body) return unclean("colour");
      codes = true;
    }
  }
  if (!codes && stated != original.end()) return unclean("colour is missing");
  return {};
}

Result<FilmCoding> picture_entry(const Atom& clean, const Atom& original) {
  Strict in(clean.body);
  in.zeros(6).expect(1, 2).zeros(16);
  const std::uint64_t width = in.number(2), height = in.number(2);
  in.expect(0x480000, 4).expect(0x480000, 4).zeros(4).expect(1, 2).zeros(32);
  const std::uint64_t depth = in.number(2);
  in.expect(0xffff, 2).demand(width > 0 && height > 0 && (depth == 24 || depth == 32));
  if (!in.holds() || original.body.size() < 78) return unclean("a sample entry's fields");
  if (original.body.substr(24, 4) != clean.body.substr(24, 4) || (depth == 32) != (u16(original.body, 74) == 32))
    return unclean("the size of pictures");
  const std::vector<Atom> children = atoms_in(original.body.substr(78));
  const auto source = [&](BoxName name) { return body_of(children, name).value_or(Text()); };
  FilmCoding coding;
  Expected expected;
  const BoxName name = clean.name;
  if (is_one_of(name, {"avc1", "avc3"})) {
    expected = {"avcC", expected_avc(source("avcC"))};
    coding.form = SampleForm::avc;
    if (expected.content) coding.length_size = 1 + ((*expected.content)[4] & 3);
  } else if (is_one_of(name, {"hvc1", "hev1"})) {
    expected = {"hvcC", expected_hevc(source("hvcC"))};
    coding.form = SampleForm::hevc;
    if (expected.content) coding.length_size = 1 + ((*expected.content)[21] & 3);
  } else if (name == "av01") {
    expected = {"av1C", expected_av1(source("av1C"))};
    coding.form = SampleForm::av1;
  } else if (name == "mp4v") {
    expected = {"esds", expected_esds(source("esds"), true)};
    coding.form = SampleForm::mpeg4;
  } else if (name == "vp09") {
    const Text record = source("vpcC");
    if (record.size() >= 12) expected.content = "\1\0\0\0"s + std::string(record.substr(4, 6)) + "\0\0"s;
    expected.name = "vpcC";
  } else if (!is_one_of(name, {"apch", "apcn", "apcs", "apco", "ap4h", "ap4x"})) {
    return unclean("pictures of another codec");
  }
  if (!expected.name.empty()) {
    if (!expected.content || coding.length_size == 3) return unclean("a decoder configuration that is not understood");
    if (!in.box(expected.name).text(*expected.content).done()) return unclean("decoder configuration");
  }
  DOKAZ_TRY(colour_boxes(in, children));
  for (const BoxName next : {"pasp"sv, "clap"sv, "fiel"sv, "mdcv"sv, "clli"sv}) {
    const bool stated = is_plausible(next, source(next), width, height);
    if (stated != in.next_is(next) || (stated && in.box(next).rest() != source(next))) return unclean("how pictures are shown");
  }
  if (!in.done()) return unclean("a sample entry holds more");
  return coding;
}

/// What the configuration of sound must be; without a name for uncompressed sound.
std::optional<Expected> sound_configuration(BoxName codec, const std::vector<Atom>& children) {
  const auto source = [&](BoxName name) { return body_of(children, name).value_or(Text()); };
  const auto zeros = [](std::size_t count) { return std::string(count, '\0'); };
  if (codec == "mp4a") return Expected{"esds", expected_esds(source("esds"), false)};
  if (codec == "alac" && source("alac").size() >= 28)
    return Expected{"alac", zeros(4) + std::string(source("alac").substr(4, 24))};
  if (codec == "ac-3" && source("dac3").size() >= 3) return Expected{"dac3", std::string(source("dac3").substr(0, 3))};
  if (is_one_of(codec, {"samr", "sawb"}) && source("damr").size() >= 9)
    return Expected{"damr", zeros(5) + std::string(source("damr").substr(5, 4))};
  if (codec == "fLaC" && source("dfLa").size() >= 42 && (u32(source("dfLa"), 4) & 0x7fffffff) == 34)
    return Expected{"dfLa", zeros(4) + "\x80\0\0\x22"s + std::string(source("dfLa").substr(8, 18)) + zeros(16)};
  if (codec == "Opus") {
    const Text record = source("dOps");
    const std::size_t size = record.size() > 10 && record[10] != 0 ? 13 + static_cast<unsigned char>(record[1]) : 11;
    if (record.size() >= size && record[0] == 0 && record[1] != 0) return Expected{"dOps", std::string(record.substr(0, size))};
  }
  if (is_one_of(codec, {"sowt", "twos", "lpcm", "in24", "in32", "fl32", "fl64"})) return Expected{};
  return std::nullopt;
}

/// The fields of a sound description; how many bytes they take, or nothing.
std::optional<std::size_t> sound_fields(Strict& in, Text clean, Text original) {
  const std::uint64_t version = u16(clean, 8);
  if (version > 2 || original.size() < 28 || u16(original, 8) != version) return std::nullopt;
  in.zeros(6).expect(1, 2).expect(version, 2).zeros(6);
  if (version == 2) {
    in.expect(3, 2).expect(16, 2).expect(0xfffe, 2).zeros(2).expect(0x10000, 4).expect(72, 4);
    const Text rate = in.take(8);
    const std::uint64_t bits = number_at(rate, 0, 8);
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    in.demand(value >= 1 && value < 1048576 && std::floor(value) == value);
    const std::uint64_t channels = in.number(4);
    in.expect(0x7f000000, 4).demand(channels > 0 && channels <= 64);
    in.demand(in.number(4) <= 64).demand(in.number(4) <= 127).demand(in.number(4) <= 65535).demand(in.number(4) <= 65535);
    in.demand(original.size() >= 64 && original.substr(32, 12) == clean.substr(32, 12) && original.substr(48, 16) == clean.substr(48, 16));
    return 64;
  }
  const std::uint64_t channels = in.number(2), depth = in.number(2), compression = in.number(2);
  in.demand(channels <= 64 && depth <= 64 && (compression == 0 || compression >= 0xfffe)).zeros(2).take(4);
  in.demand(original.substr(16, 4) == clean.substr(16, 4) && original.substr(24, 4) == clean.substr(24, 4));
  in.demand(compression == (u16(original, 20) >= 0xfffe ? u16(original, 20) : 0));
  if (version == 0) return 28;
  for (int i = 0; i < 4; ++i) in.demand(in.number(4) <= 65535);
  in.demand(original.size() >= 44 && original.substr(28, 16) == clean.substr(28, 16));
  return 44;
}

Result<FilmCoding> sound_entry(const Atom& clean, const Atom& original) {
  Strict in(clean.body);
  const auto fields = sound_fields(in, clean.body, original.body);
  if (!fields || !in.holds()) return unclean("a sound description's fields");
  const std::vector<Atom> children = atoms_in(original.body.substr(*fields));
  const auto wave = body_of(children, "wave");
  const std::vector<Atom> inner = wave ? atoms_in(*wave) : std::vector<Atom>();
  const auto expected = sound_configuration(clean.name, wave ? inner : children);
  if (!expected || (!expected->name.empty() && !expected->content)) return unclean("a sound configuration that is not understood");
  const auto configuration = [&](Strict& at) {
    return expected->name.empty() || at.box(expected->name).text(*expected->content).done();
  };
  if (in.next_is("wave")) {
    if (!wave) return unclean("wave");
    Strict box = in.box("wave");
    if (!box.box("frma").text(clean.name).done()) return unclean("wave");
    if (clean.name == "mp4a" && !box.box("mp4a").zeros(4).done()) return unclean("wave");
    const Text endian = body_of(inner, "enda").value_or(Text());
    const bool little = endian.size() >= 2 && endian[1] == 1;
    if (little != box.next_is("enda") || (little && !box.box("enda").expect(1, 2).done())) return unclean("byte order");
    if (!configuration(box) || !box.box("\0\0\0\0"sv).done() || !box.done()) return unclean("wave");
  } else if (wave || !configuration(in)) {
    return unclean("sound configuration");
  }
  const Text layout = body_of(children, "chan").value_or(Text());
  if (const bool stated = layout.size() == 16 && u32(layout, 12) == 0; stated != in.next_is("chan")) {
    return unclean("channel layout");
  } else if (stated && !in.box("chan").zeros(4).text(layout.substr(4)).done()) {
    return unclean("channel layout");
  }
  if (!in.done()) return unclean("a sound description holds more");
  return FilmCoding{};
}

}  // namespace

Result<FilmCoding> film_entry(const Atom& clean, const Atom& original, bool pictures) {
  if (clean.name != original.name) return unclean("another codec");
  if (number_at(clean.whole, 0, 4) != clean.whole.size() || clean.whole.size() != clean.body.size() + 8)
    return unclean("a sample entry's head");
  return pictures ? picture_entry(clean, original) : sound_entry(clean, original);
}

}  // namespace dokaz::intake::check
