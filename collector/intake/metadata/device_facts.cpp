// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/metadata/device_facts.hpp"

#include <algorithm>

#include "collector/intake/metadata/contradictions.hpp"
#include "collector/intake/plain_text.hpp"

namespace dokaz::intake {
namespace {

struct Field {
  const char *source, *key;
};
using Fields = std::initializer_list<Field>;

/// One device's property: where it may stand, and which of these places mean the very same.
struct Property {
  const char* name;
  Fields exif, xmp, values;
  bool xmp_is_compared;
};
const Property properties[] = {
    {"device.make",
     {{"Make", "Exif.Image.Make"}},
     {{"tiff:Make", "Xmp.tiff.Make"}},
     {{"quicktime make", "keys.com.apple.quicktime.make"}, {"quicktime manufacturer", "keys.com.android.manufacturer"},
      {"udta mak", "udta.mak"}, {"udta mak", "ilst.mak"}},
     true},
    {"device.model",
     {{"Model", "Exif.Image.Model"}},
     {{"tiff:Model", "Xmp.tiff.Model"}},
     {{"quicktime model", "keys.com.apple.quicktime.model"}, {"quicktime model", "keys.com.android.model"},
      {"udta mod", "udta.mod"}, {"udta mod", "ilst.mod"}},
     true},
    {"device.serial",
     {{"BodySerialNumber", "Exif.Photo.BodySerialNumber"}},
     {{"exifEX:BodySerialNumber", "Xmp.exifEX.BodySerialNumber"}, {"aux:SerialNumber", "Xmp.aux.SerialNumber"}},
     {},
     true},
    {"device.lens",
     {{"LensModel", "Exif.Photo.LensModel"}},
     {{"exifEX:LensModel", "Xmp.exifEX.LensModel"}, {"aux:Lens", "Xmp.aux.Lens"}},
     {},
     false},
    {"software",
     {{"Software", "Exif.Image.Software"}},
     {{"xmp:CreatorTool", "Xmp.xmp.CreatorTool"}},
     {{"quicktime software", "keys.com.apple.quicktime.software"}, {"udta swr", "udta.swr"}, {"udta too", "udta.too"}, {"udta too", "ilst.too"},
      {"png Software", "png.tEXt.Software"}, {"png Software", "png.zTXt.Software"}, {"png Software", "png.iTXt.Software"}},
     false},
};

struct Statements {
  std::vector<Stated> exif, xmp, values;
};

Statements statements_of(const Property& property, const DecodedBlocks& blocks) {
  Statements out;
  const auto state = [](std::vector<Stated>& to, std::string source, std::string value) {
    if (!value.empty()) to.push_back({std::move(source), std::move(value)});
  };
  for (const Field& field : property.exif)
    for (std::size_t i = 0; i < blocks.exif.size(); ++i)
      state(out.exif, source_name("exif", field.source, i), value_of(blocks.exif[i], field.key));
  for (const Field& field : property.xmp)
    for (std::size_t i = 0; i < blocks.xmp.size(); ++i)
      state(out.xmp, source_name("xmp", field.source, i), value_of(blocks.xmp[i], field.key));
  for (const Field& field : property.values) state(out.values, field.source, value_of(blocks.values, field.key));
  return out;
}

/// From the maker's own notes, as exiv2 finds and prints them.
std::string maker_note(const DecodedBlocks& blocks, Exiv2::ExifData::const_iterator (*find)(const Exiv2::ExifData&)) {
  for (const Exiv2::ExifData& data : blocks.exif) try {
      const auto found = find(data);
      if (found == data.end()) continue;
      std::string text = plain_text(found->print(&data));
      const bool unknown = text.starts_with('(') && text.ends_with(')');  // a number it has no name for
      if (!text.empty() && !unknown) return text;
    } catch (const std::exception&) {
      continue;
    }
  return {};
}

/// Without blanks, capitals, and zeros in front: spellings of one name.
std::string bare(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != ' ' && !(c == '0' && out.empty())) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

void add(std::vector<Stated>& to, const Stated& one) { to.push_back(one); }

void compare(std::vector<Contradiction>& out, const char* fact, const std::vector<Stated>& values) {
  const auto same = [](const Stated& a, const Stated& b) { return bare(a.value) == bare(b.value); };
  add_contradiction(out, fact, disagreement(values, same, add));
}

std::string digits_alone(std::string text) {
  return !text.empty() && text.size() <= 10 && text.find_first_not_of("0123456789") == std::string::npos ? text : "";
}

/// What Exif and XMP say of a number that the picture itself has.
std::vector<Stated> numbers(const DecodedBlocks& blocks, const char* field, const char* exif, const char* xmp) {
  std::vector<Stated> out;
  for (std::size_t i = 0; i < blocks.exif.size(); ++i)
    if (const std::string value = digits_alone(value_of(blocks.exif[i], exif)); !value.empty())
      out.push_back({source_name("exif", field, i), value});
  for (std::size_t i = 0; i < blocks.xmp.size(); ++i)
    if (const std::string value = digits_alone(value_of(blocks.xmp[i], xmp)); !value.empty())
      out.push_back({source_name("xmp", field, i), value});
  return out;
}

void compare_orientation(std::vector<Contradiction>& out, const DecodedBlocks& blocks, const Walked& walked) {
  std::vector<Stated> stated = numbers(blocks, "Orientation", "Exif.Image.Orientation", "Xmp.tiff.Orientation");
  // For other kinds of files the picture's orientation is the Exif block's.
  const bool of_container = walked.media == Media::heic || walked.media == Media::avif || is_streamed(walked.media);
  if (of_container && !stated.empty())
    stated.push_back({"container orientation", std::to_string(std::max(1u, walked.orientation))});
  compare(out, "image.orientation", stated);
}

void compare_dimensions(std::vector<Contradiction>& out, const DecodedBlocks& blocks, const Walked& walked) {
  std::vector<Stated> across = numbers(blocks, "PixelXDimension", "Exif.Photo.PixelXDimension", "Xmp.exif.PixelXDimension");
  std::vector<Stated> down = numbers(blocks, "PixelYDimension", "Exif.Photo.PixelYDimension", "Xmp.exif.PixelYDimension");
  const std::string width = std::to_string(walked.width), height = std::to_string(walked.height);
  // Turned by a quarter it is the same picture; 0 says nothing.
  for (std::size_t i = 0; i < std::min(across.size(), down.size()); ++i)
    if (bare(across[i].value) == height && bare(down[i].value) == width) std::swap(across[i].value, down[i].value);
  for (auto* list : {&across, &down}) std::erase_if(*list, [](const Stated& one) { return bare(one.value).empty(); });
  if (!across.empty()) across.push_back({"container width", width});
  if (!down.empty()) down.push_back({"container height", height});
  compare(out, "image.width", across);
  compare(out, "image.height", down);
}

}  // namespace

std::vector<MetadataFact> device_facts(const DecodedBlocks& blocks) {
  std::vector<MetadataFact> out;
  for (const Property& property : properties) {
    const Statements all = statements_of(property, blocks);
    const std::string_view name = property.name;
    std::string value = all.exif.empty() ? std::string() : all.exif.front().value;
    if (value.empty() && name == "device.serial") value = maker_note(blocks, Exiv2::serialNumber);
    if (value.empty() && name == "device.lens") value = maker_note(blocks, Exiv2::lensName);
    for (const auto* others : {&all.values, &all.xmp})
      if (value.empty() && !others->empty()) value = others->front().value;
    if (!value.empty()) out.push_back({std::string(name), std::move(value)});
  }
  return out;
}

std::vector<Contradiction> device_contradictions(const DecodedBlocks& blocks, const Walked& walked) {
  std::vector<Contradiction> out;
  for (const Property& property : properties) {
    Statements all = statements_of(property, blocks);
    std::vector<Stated> compared = std::move(all.exif);
    if (property.xmp_is_compared)
      for (auto* others : {&all.values, &all.xmp}) compared.insert(compared.end(), others->begin(), others->end());
    compare(out, property.name, compared);
  }
  compare_orientation(out, blocks, walked);
  if (has_picture(walked.media) && !is_streamed(walked.media)) compare_dimensions(out, blocks, walked);
  return out;
}

}  // namespace dokaz::intake
