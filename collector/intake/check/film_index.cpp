// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/check/film_index.hpp"

#include "collector/intake/check/clean_check.hpp"

namespace dokaz::intake::check {
namespace {

constexpr std::size_t most_chunks = 2'000'000;

/// The entries behind a count, each of `size` bytes; nothing where the table is cut.
std::optional<std::string_view> table(std::string_view body, std::size_t size) {
  const std::uint64_t count = number_at(body, 4, 4);
  if (body.size() < 8 || count > (body.size() - 8) / size) return std::nullopt;
  return body.substr(8, static_cast<std::size_t>(count) * size);
}

/// Bytes of one frame of uncompressed sound, from its description; 0 for any other.
std::uint32_t frame_size_of(const Atom& entry) {
  const std::string_view body = entry.body;
  const bool detailed = number_at(body, 8, 2) == 2;
  const auto channels = static_cast<std::uint32_t>(detailed ? number_at(body, 40, 4) : number_at(body, 16, 2));
  const BoxName name = entry.name;
  if (name == "sowt" || name == "twos" || name == "lpcm")
    return static_cast<std::uint32_t>(detailed ? number_at(body, 56, 4) : channels * (number_at(body, 18, 2) / 8));
  if (name == "in24") return 3 * channels;
  if (name == "in32" || name == "fl32") return 4 * channels;
  if (name == "fl64") return 8 * channels;
  return 0;
}

void read_header(std::string_view tkhd, FilmTrack& out) {
  const std::size_t size = number_at(tkhd, 0, 1) == 1 ? 8 : 4;
  const std::size_t layer = 4 + 2 * size + 8 + size + 8;
  out.flags = static_cast<unsigned>(number_at(tkhd, 1, 3) & 7);
  out.group = static_cast<unsigned>(number_at(tkhd, layer + 2, 2));
  if (tkhd.size() < layer + 8 + 36 + 8 || !out.pictures) return;
  out.matrix = tkhd.substr(layer + 8, 36);
  out.width = static_cast<std::uint32_t>(number_at(tkhd, layer + 44, 4));
  out.height = static_cast<std::uint32_t>(number_at(tkhd, layer + 48, 4));
}

bool read_edits(std::string_view elst, FilmTrack& out) {
  const std::size_t size = number_at(elst, 0, 1) == 1 ? 8 : 4;
  const auto entries = table(elst, 2 * size + 4);
  if (!entries) return false;
  for (std::size_t at = 0; at < entries->size(); at += 2 * size + 4) {
    const std::uint64_t start = number_at(*entries, at + size, size);
    if (number_at(*entries, at + 2 * size, 4) != 0x10000) return false;
    out.edits.push_back({number_at(*entries, at, size),
                         size == 8 ? static_cast<std::int64_t>(start) : static_cast<std::int32_t>(start)});
  }
  return true;
}

bool read_sizes(std::string_view stsz, FilmTrack& out) {
  out.one_size = static_cast<std::uint32_t>(number_at(stsz, 4, 4));
  out.samples = static_cast<std::uint32_t>(number_at(stsz, 8, 4));
  if (stsz.size() < 12) return false;
  out.sizes = stsz.substr(12);
  return out.one_size != 0 || out.sizes.size() / 4 >= out.samples;
}

bool read_chunks(const std::vector<Atom>& stbl, FilmTrack& out) {
  const auto stco = body_of(stbl, "stco"), co64 = body_of(stbl, "co64"), stsc = body_of(stbl, "stsc");
  if (!stsc || !(stco || co64)) return false;
  const std::size_t width = stco ? 4 : 8;
  const auto offsets = table(stco ? *stco : *co64, width), runs = table(*stsc, 12);
  if (!offsets || !runs || offsets->size() / width > most_chunks) return false;
  std::size_t run = 0;
  std::uint64_t sample = 0;
  for (std::size_t i = 0; i < offsets->size() / width; ++i) {
    while (12 * (run + 1) < runs->size() && number_at(*runs, 12 * (run + 1), 4) <= i + 1) ++run;
    FilmChunk chunk{number_at(*offsets, width * i, width), static_cast<std::uint32_t>(sample),
                    static_cast<std::uint32_t>(number_at(*runs, 12 * run + 4, 4)),
                    static_cast<std::uint32_t>(number_at(*runs, 12 * run + 8, 4))};
    if (chunk.description == 0 || chunk.description > out.entries.size()) return false;
    sample += chunk.samples;
    if (sample > out.samples) return false;
    out.chunks.push_back(chunk);
  }
  return sample == out.samples;
}

/// Nothing for a track that no clean copy holds.
Result<std::optional<FilmTrack>> read_track(std::string_view trak) {
  const std::optional<FilmTrack> none;
  const std::vector<Atom> parts = atoms_in(trak), media = atoms_below(trak, {"mdia"}),
                          stbl = atoms_below(trak, {"mdia", "minf", "stbl"});
  const auto handler = body_of(media, "hdlr"), header = body_of(parts, "tkhd"), media_header = body_of(media, "mdhd"),
             descriptions = body_of(stbl, "stsd"), sizes = body_of(stbl, "stsz"), durations = body_of(stbl, "stts");
  if (!handler || handler->size() < 12) return none;
  FilmTrack out;
  out.pictures = handler->substr(8, 4) == "vide";
  if (!out.pictures && handler->substr(8, 4) != "soun") return none;
  if (sizes && number_at(*sizes, 8, 4) == 0) return none;
  if (!header || !media_header || !descriptions || descriptions->size() < 8 || !sizes || !durations)
    return unclean("a track without a needed box");
  out.entries = atoms_in(descriptions->substr(8));
  if (out.entries.empty() || !read_sizes(*sizes, out)) return unclean("sample descriptions or sizes");
  const BoxName codec = out.entries.front().name;
  if (out.pictures && (codec == "jpeg" || codec == "png " || codec == "gif " || codec == "tiff")) return none;
  if (!out.pictures) out.frame_size = frame_size_of(out.entries.front());
  read_header(*header, out);
  const std::size_t size = number_at(*media_header, 0, 1) == 1 ? 8 : 4;
  out.timescale = static_cast<std::uint32_t>(number_at(*media_header, 4 + 2 * size, 4));
  const auto edit_list = body_of(atoms_below(trak, {"edts"}), "elst");
  if (edit_list && !read_edits(*edit_list, out)) return unclean("an edit list");
  const auto duration_pairs = table(*durations, 8);
  if (!duration_pairs) return unclean("durations");
  out.durations = *duration_pairs;
  if (const auto ctts = body_of(stbl, "ctts")) {
    const auto pairs = table(*ctts, 8);
    if (!pairs) return unclean("composition offsets");
    out.offsets = *pairs;
  }
  if (const auto stss = body_of(stbl, "stss")) {
    const auto numbers = table(*stss, 4);
    if (!numbers) return unclean("sync samples");
    out.has_sync = true;
    out.sync = *numbers;
  }
  if (!read_chunks(stbl, out)) return unclean("chunks");
  return std::optional<FilmTrack>(std::move(out));
}

}  // namespace

bool same_values(std::string_view a, std::string_view b, std::uint32_t count) {
  // Where there are no pairs, one pair of zeros takes their place.
  const std::string zeros = std::string(4, '\xff') + std::string(4, '\0');
  Values left(a.empty() ? zeros : a), right(b.empty() ? zeros : b);
  while (count > 0) {
    if (left.ended() || right.ended() || left.value() != right.value()) return false;
    const std::uint32_t step = std::min({left.count(), right.count(), count});
    left.pass(step);
    right.pass(step);
    count -= step;
  }
  return true;
}

Result<FilmIndex> film_index(std::string_view moov) {
  FilmIndex out;
  for (const Atom& atom : atoms_in(moov)) {
    if (atom.name == "mvhd") out.timescale = static_cast<std::uint32_t>(number_at(atom.body, number_at(atom.body, 0, 1) == 1 ? 20 : 12, 4));
    if (atom.name != "trak") continue;
    DOKAZ_LET(track, read_track(atom.body));
    if (track) out.tracks.push_back(std::move(*track));
  }
  if (out.timescale == 0) return unclean("no timescale");
  return out;
}

}  // namespace dokaz::intake::check
