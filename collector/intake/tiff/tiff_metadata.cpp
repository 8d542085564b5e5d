// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/tiff/tiff_metadata.hpp"

#include <algorithm>
#include <optional>

#include "collector/intake/tiff/tiff_page.hpp"

namespace dokaz::intake::tiff {
namespace {

constexpr unsigned xmp = 700, iptc = 33723, photoshop = 34377, exif = 34665, gps = 34853, interoperability = 40965;
constexpr std::uint64_t most_bytes = std::uint64_t{1} << 20;

constexpr std::pair<unsigned, std::string_view> names[] = {
    {269, "tiff.document-name"}, {270, "tiff.description"}, {271, "tiff.make"},      {272, "tiff.model"},
    {285, "tiff.page-name"},     {305, "tiff.software"},    {306, "tiff.date-time"}, {315, "tiff.artist"},
    {316, "tiff.host-computer"}, {sub_directories, "tiff.sub-pictures"},             {xmp, "tiff.xmp"},
    {33432, "tiff.copyright"},   {iptc, "tiff.iptc"},       {photoshop, "tiff.photoshop"},
    {exif, "tiff.exif"},         {34675, "tiff.icc"},       {gps, "tiff.gps"},       {37724, "tiff.photoshop-layers"},
    {interoperability, "tiff.exif"}, {52545, "tiff.c2pa"}};

bool points_at_directory(unsigned tag) {
  return tag == exif || tag == gps || tag == interoperability || tag == sub_directories;
}

/// The directory that an Exif or GPS entry points at.
std::optional<Directory> below(const File& file, const Entry& entry) {
  if (entry.count != 1) return std::nullopt;
  const auto at = file.numbers(entry);
  if (!at) return std::nullopt;
  auto directory = file.directory(at->front());
  return directory ? std::optional(std::move(*directory)) : std::nullopt;
}

void remove_directory(const File& file, std::uint64_t at, std::string_view kind, Coverage& coverage, bool deeper) {
  if (!coverage.may_look_at(1)) return;
  const auto directory = file.directory(at);
  if (!directory || !coverage.may_look_at(directory->entries.size())) return;
  coverage.remove(at, directory->size(), kind);
  for (const Entry& entry : directory->entries) {
    if (entry.outside()) coverage.remove(entry.value_at, entry.size, kind);
    if (!deeper || entry.tag != interoperability || entry.count != 1) continue;
    if (const auto place = file.numbers(entry)) remove_directory(file, place->front(), kind, coverage, false);
  }
}

/// A directory copied out of the file: entries in ascending order, their values behind them.
void write_directory(const File& file, std::vector<Entry> entries, std::optional<Directory> exif_directory,
                     std::optional<Directory> gps_directory, Writer& out) {
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.tag < b.tag; });
  const std::uint64_t values_at = out.size() + 6 + 12 * entries.size();
  std::uint64_t at = values_at;
  const auto rounded = [](std::uint64_t size) { return size + size % 2; };
  for (const Entry& entry : entries)
    if (entry.outside()) at += rounded(entry.size);
  const std::uint64_t exif_at = at;
  const auto size_of = [&](const Directory& directory) {
    std::uint64_t size = directory.size();
    for (const Entry& entry : directory.entries) size += entry.outside() ? rounded(entry.size) : 0;
    return size;
  };
  const std::uint64_t gps_at = exif_at + (exif_directory ? size_of(*exif_directory) : 0);
  out.number(entries.size(), 2);
  at = values_at;
  for (const Entry& entry : entries) {
    out.number(entry.tag, 2);
    out.number(entry.type, 2);
    out.number(entry.count, 4);
    if (exif_directory && entry.tag == exif) out.number(exif_at, 4);
    else if (gps_directory && entry.tag == gps) out.number(gps_at, 4);
    else if (!entry.outside()) out.bytes(file.part(entry.at + 8, 4));
    else out.number(at, 4), at += rounded(entry.size);
  }
  out.number(0, 4);
  for (const Entry& entry : entries)
    if (entry.outside()) {
      out.bytes(file.part(entry.value_at, entry.size));
      out.number(0, entry.size % 2);
    }
  if (exif_directory) write_directory(file, std::move(exif_directory->entries), {}, {}, out);
  if (gps_directory) write_directory(file, std::move(gps_directory->entries), {}, {}, out);
}

/// Leaves what is small enough to read; the rest says nothing about where and when.
void drop_large(std::vector<Entry>& entries) {
  std::uint64_t total = 0;
  std::erase_if(entries, [&](const Entry& entry) {
    if (entry.size == 0 || total + entry.size > most_bytes) return true;
    total += entry.size;
    return false;
  });
}

}  // namespace

std::string_view name_of_tag(unsigned tag) {
  for (const auto& [number, name] : names)
    if (number == tag) return name;
  return "tiff.tag";
}

void remove_value(const File& file, const Entry& entry, std::string_view kind, Coverage& coverage) {
  if (entry.outside()) coverage.remove(entry.value_at, entry.size, kind);
  constexpr std::uint64_t most_places = 64;
  if (!points_at_directory(entry.tag) || entry.count > most_places) return;
  const auto places = file.numbers(entry);
  if (!places) return;
  for (const std::uint32_t at : *places) remove_directory(file, at, kind, coverage, true);
}

void collect_blocks(const File& file, const Directory& directory, MetadataBlocks& blocks) {
  std::vector<Entry> entries;
  std::optional<Directory> exif_directory, gps_directory;
  for (const Entry& entry : directory.entries) {
    const bool small = entry.size > 0 && entry.size <= most_bytes;
    const auto value = [&] { return to_bytes(file.part(entry.value_at, entry.size)); };
    switch (entry.tag) {
      case xmp:
        if (small) blocks.xmp.push_back(value());
        break;
      case iptc:
        if (small && blocks.iptc.empty()) blocks.iptc = value();
        break;
      case photoshop:
        if (small && blocks.photoshop.empty()) blocks.photoshop = value();
        break;
      case exif: exif_directory = below(file, entry); break;
      case gps: gps_directory = below(file, entry); break;
      case strip_offsets:
      case strip_byte_counts:
      case tile_offsets:
      case tile_byte_counts:
      case sub_directories:
      case jpeg_tables: continue;
      default: break;
    }
    entries.push_back(entry);
  }
  drop_large(entries);
  if (exif_directory) drop_large(exif_directory->entries);
  if (gps_directory) drop_large(gps_directory->entries);
  Writer out(file.big_endian());
  out.bytes(file.part(0, 4));
  out.number(8, 4);
  write_directory(file, std::move(entries), std::move(exif_directory), std::move(gps_directory), out);
  blocks.exif.push_back(out.take());
}

}  // namespace dokaz::intake::tiff
