// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/colour/icc_profile.hpp"

#include <array>

namespace dokaz::intake::colour {
namespace {

using namespace std::string_view_literals;
using namespace std::string_literals;

constexpr std::size_t header_size = 128, most_tags = 100, entry_size = 12;
constexpr std::int32_t one = 65536;  // s15Fixed16

Error broken(const char* what) { return fail(Errc::malformed_media, std::string("colour profile: ") + what); }
Error beyond(const char* what) { return fail(Errc::unsupported_media, std::string("colour profile: ") + what); }

std::uint32_t number16(ByteView at) { return static_cast<std::uint32_t>(at[0] << 8 | at[1]); }
std::uint32_t number32(ByteView at) { return number16(at) << 16 | number16(at.subspan(2)); }
void put32(Bytes& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<Byte>(value >> shift));
}

/// The directory of a profile; views into it.
class Tags {
 public:
  static Result<Tags> read(ByteView profile) {
    Tags tags;
    if (profile.size() < header_size + 4) return broken("shorter than its header");
    const std::size_t size = number32(profile);
    if (size < header_size + 4 || size > profile.size()) return broken("its size");
    const std::size_t count = number32(profile.subspan(header_size));
    if (count > most_tags || (size - header_size - 4) / entry_size < count) return broken("number of tags");
    for (std::size_t i = 0; i < count; ++i) {
      const ByteView entry = profile.subspan(header_size + 4 + entry_size * i, entry_size);
      const std::size_t offset = number32(entry.subspan(4)), length = number32(entry.subspan(8));
      if (offset > size || length > size - offset) return broken("a tag outside of it");
      if (tags.find(text_of(entry.first(4)))) return broken("a tag given twice");
      tags.all_.push_back({text_of(entry.first(4)), profile.subspan(offset, length)});
    }
    return tags;
  }

  std::optional<ByteView> find(std::string_view name) const {
    for (const auto& [signature, data] : all_)
      if (signature == name) return data;
    return std::nullopt;
  }
  bool any_of(std::initializer_list<std::string_view> prefixes) const {
    for (const auto& [signature, data] : all_)
      for (const std::string_view prefix : prefixes)
        if (signature.starts_with(prefix)) return true;
    return false;
  }

 private:
  std::vector<std::pair<std::string_view, ByteView>> all_;
};

/// `type`, four zeros and `count` numbers, none farther from zero than `farthest`.
Result<Bytes> numbers(ByteView data, std::string_view type, std::size_t skipped, std::size_t count,
                      std::int32_t farthest) {
  if (!text_of(data).starts_with(type) || data.size() < 8 + skipped + 4 * count) return broken("a tag of numbers");
  for (std::size_t i = 0; i < count; ++i) {
    const auto value = static_cast<std::int32_t>(number32(data.subspan(8 + skipped + 4 * i)));
    if (value < -farthest || value > farthest) return beyond("a number that no picture needs");
  }
  Bytes out = to_bytes(type);
  put32(out, 0);
  append(out, data.subspan(8, skipped + 4 * count));
  return out;
}

Result<Bytes> table_curve(ByteView data) {
  if (data.size() < 12) return broken("curve");
  const std::size_t count = number32(data.subspan(8));
  if (count > most_entries) return beyond("more entries in a curve than pictures need");
  if ((data.size() - 12) / 2 < count) return broken("curve");
  const ByteView table = data.subspan(12, 2 * count);
  if (count == 1 && number16(table) == 0) return broken("curve");
  const std::uint32_t steepest = count < 64 ? 65535 : static_cast<std::uint32_t>(8 * 65535 / (count - 1) + 1);
  for (std::size_t i = 1; i < count; ++i) {
    const std::uint32_t before = number16(table.subspan(2 * i - 2)), here = number16(table.subspan(2 * i));
    if (here < before || here - before > steepest) return beyond("a curve that falls or leaps");
  }
  Bytes out = to_bytes("curv\0\0\0\0"sv);
  put32(out, static_cast<std::uint32_t>(count));
  append(out, table);
  return out;
}

Result<Bytes> curve(ByteView data) {
  if (text_of(data).starts_with("curv")) return table_curve(data);
  if (!text_of(data).starts_with("para") || data.size() < 12) return broken("curve");
  static constexpr std::array<std::size_t, 5> parameters = {1, 3, 4, 5, 7};
  const std::size_t function = number16(data.subspan(8));
  if (function >= parameters.size()) return broken("curve");
  DOKAZ_LET(out, numbers(data, "para", 4, parameters[function], 16 * one));
  out[10] = out[11] = 0;
  return out;
}

Result<Bytes> code_points(ByteView data) {
  static constexpr auto primaries = "\x01\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x16"sv;
  static constexpr auto transfers = "\x01\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12"sv;
  if (!text_of(data).starts_with("cicp") || data.size() < 12) return broken("code points");
  const std::string_view points = text_of(data.subspan(8, 4));
  if (primaries.find(points[0]) == primaries.npos || transfers.find(points[1]) == transfers.npos || points[2] != 0 ||
      data[11] > 1)
    return beyond("code points");
  return to_bytes("cicp\0\0\0\0"s + std::string(points));
}

/// A text of our own in the form that the version wants.
Bytes words(bool fourth, std::string_view type, std::string_view value) {
  Bytes out = to_bytes(fourth ? "mluc" : type);
  put32(out, 0);
  if (fourth) {
    put32(out, 1);   // record
    put32(out, 12);  // bytes in it
    append(out, bytes_of("enUS"));
    put32(out, static_cast<std::uint32_t>(2 * value.size()));
    put32(out, 28);  // where the text begins
    for (const char c : value) out.push_back(0), out.push_back(static_cast<Byte>(c));
    return out;
  }
  if (type == "desc") put32(out, static_cast<std::uint32_t>(value.size() + 1));
  append(out, bytes_of(value));
  out.resize(out.size() + (type == "desc" ? 1 + 78 : 1));  // NUL; neither Unicode nor Macintosh text
  return out;
}

using Part = std::pair<std::string_view, Bytes>;

Bytes profile_of(const Bytes& header, const std::vector<Part>& parts) {
  Bytes out = header;
  put32(out, static_cast<std::uint32_t>(parts.size()));
  Bytes data;
  std::vector<std::uint32_t> places;
  const std::size_t start = header_size + 4 + entry_size * parts.size();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::size_t same = i;
    for (std::size_t j = 0; j < i && parts[i].first.ends_with("TRC"); ++j)
      if (parts[j].second == parts[i].second) same = std::min(same, j);
    places.push_back(same < i ? places[same] : static_cast<std::uint32_t>(start + data.size()));
    if (same == i) {
      append(data, parts[i].second);
      data.resize((data.size() + 3) / 4 * 4);
    }
    append(out, bytes_of(parts[i].first));
    put32(out, places.back());
    put32(out, static_cast<std::uint32_t>(parts[i].second.size()));
  }
  append(out, data);
  Bytes size;
  put32(size, static_cast<std::uint32_t>(out.size()));
  std::copy(size.begin(), size.end(), out.begin());
  return out;
}

}  // namespace

Result<Bytes> reduced(ByteView profile, Samples samples) {
  if (profile.size() > largest_profile) return beyond("larger than pictures need");
  DOKAZ_LET(tags, Tags::read(profile));
  const std::string_view head = text_of(profile.first(header_size));
  if (head.substr(36, 4) != "acsp") return broken("no profile");
  const unsigned version = profile[8];
  if (version != 2 && version != 4) return beyond("version");
  const std::string_view kind = head.substr(12, 4), space = head.substr(16, 4), connection = head.substr(20, 4);
  if (kind != "mntr" && kind != "scnr" && kind != "prtr" && kind != "spac") return beyond("not of a device or colour space");
  const bool gray = space == "GRAY";
  if (!gray && space != "RGB ") return beyond("neither RGB nor gray");
  if (samples != (gray ? Samples::gray : Samples::rgb)) return beyond("not for such samples");
  if (connection != "XYZ " && !(gray && connection == "Lab ")) return beyond("connection space");
  if (tags.any_of({"A2B", "D2B"})) return beyond("rendering needs its tables");

  const bool fourth = version == 4;
  std::vector<Part> parts = {{"desc", words(fourth, "desc", gray ? "GRAY" : "RGB")}, {"cprt", words(fourth, "text", "none")}};
  const auto take = [&](std::string_view name, bool needed, const auto& read) -> Status {
    const auto data = tags.find(name);
    if (!data && needed) return beyond("a tag that rendering needs is missing");
    if (!data) return {};
    DOKAZ_LET(part, read(*data));
    parts.emplace_back(name, std::move(part));
    return {};
  };
  const auto xyz = [](ByteView data) { return numbers(data, "XYZ ", 0, 3, 4 * one); };
  DOKAZ_TRY(take("wtpt", false, xyz));
  DOKAZ_TRY(take("chad", false, [](ByteView data) { return numbers(data, "sf32", 0, 9, 4 * one); }));
  if (gray) {
    DOKAZ_TRY(take("kTRC", true, curve));
  } else {
    for (const std::string_view name : {"rXYZ"sv, "gXYZ"sv, "bXYZ"sv}) DOKAZ_TRY(take(name, true, xyz));
    for (const std::string_view name : {"rTRC"sv, "gTRC"sv, "bTRC"sv}) DOKAZ_TRY(take(name, true, curve));
  }
  if (fourth) DOKAZ_TRY(take("cicp", false, code_points));

  Bytes header(header_size);
  const auto put = [&](std::size_t at, std::string_view bytes) { std::copy(bytes.begin(), bytes.end(), header.begin() + static_cast<std::ptrdiff_t>(at)); };
  put(8, fourth ? "\x04\x40"sv : "\x02\x40"sv);
  put(12, "mntr");
  put(16, space);
  put(20, connection);
  put(36, "acsp");
  if (const std::uint32_t intent = number32(profile.subspan(64)); intent <= 3) header[67] = static_cast<Byte>(intent);
  put(68, "\0\0\xf6\xd6\0\1\0\0\0\0\xd3\x2d"sv);
  return profile_of(header, parts);
}

Result<Bytes> settled(ByteView profile, Samples samples, ColourProfile wanted, std::vector<std::string>& warnings) {
  if (wanted != ColourProfile::drop) {
    auto out = reduced(profile, samples);
    if (out || wanted == ColourProfile::refuse) return out;
  }
  warnings.emplace_back("the colour profile was removed: colours may look a little different");
  return Bytes();
}

}  // namespace dokaz::intake::colour
