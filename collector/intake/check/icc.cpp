// SPDX-License-Identifier: GPL-3.0-or-later
// A cursor that only ever expects: what is not the next thing of the reduced form ends the reading.
#include "collector/intake/check/icc.hpp"

#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace dokaz::intake::check {
namespace {

using namespace std::string_view_literals;

std::uint32_t u16(std::string_view text, std::size_t at) {
  return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at]) << 8 | static_cast<unsigned char>(text[at + 1]));
}
std::uint32_t u32(std::string_view text, std::size_t at) { return u16(text, at) << 16 | u16(text, at + 2); }

bool all_near(std::string_view numbers, int farthest) {
  for (std::size_t at = 0; at < numbers.size(); at += 4) {
    const auto value = std::int64_t{static_cast<std::int32_t>(u32(numbers, at))};
    if (std::llabs(value) > std::int64_t{farthest} * 65536) return false;
  }
  return true;
}

bool is_array(std::string_view data, std::string_view type, std::size_t count) {
  return data.size() == 8 + 4 * count && data.substr(0, 4) == type && u32(data, 4) == 0 && all_near(data.substr(8), 4);
}

bool is_curve(std::string_view data) {
  if (data.size() < 12 || u32(data, 4) != 0) return false;
  if (data.starts_with("para")) {
    const std::uint32_t function = u32(data, 8) >> 16;
    return function <= 4 && u16(data, 10) == 0 && data.size() == 12 + 4u * static_cast<unsigned>("13457"[function] - '0') &&
           all_near(data.substr(12), 16);
  }
  const std::size_t entries = u32(data, 8);
  if (!data.starts_with("curv") || entries > 4096 || data.size() != 12 + 2 * entries) return false;
  if (entries == 1) return u16(data, 12) > 0;
  for (std::size_t i = 1; i < entries; ++i) {
    const std::int64_t rise = std::int64_t{u16(data, 12 + 2 * i)} - u16(data, 10 + 2 * i);
    if (rise < 0 || (entries >= 64 && (rise - 1) * static_cast<std::int64_t>(entries - 1) > 8 * 65535)) return false;
  }
  return true;
}

bool is_cicp(std::string_view data) {
  if (data.size() != 12 || !data.starts_with("cicp\0\0\0\0"sv)) return false;
  const unsigned primaries = u16(data, 8) >> 8, transfer = u16(data, 8) & 255;
  const bool known = primaries == 1 || (primaries >= 4 && primaries <= 12) || primaries == 22;
  return known && (transfer == 1 || (transfer >= 4 && transfer <= 18)) && u16(data, 10) <= 1;
}

/// The constant texts, in the form of each version.
std::string description(bool fourth, bool gray) {
  if (fourth)
    return gray ? std::string("mluc\0\0\0\0\0\0\0\1\0\0\0\14enUS\0\0\0\10\0\0\0\34\0G\0R\0A\0Y"sv)
                : std::string("mluc\0\0\0\0\0\0\0\1\0\0\0\14enUS\0\0\0\6\0\0\0\34\0R\0G\0B"sv);
  return std::string(gray ? "desc\0\0\0\0\0\0\0\5GRAY\0"sv : "desc\0\0\0\0\0\0\0\4RGB\0"sv) + std::string(78, '\0');
}
std::string copyright(bool fourth) {
  return std::string(fourth ? "mluc\0\0\0\0\0\0\0\1\0\0\0\14enUS\0\0\0\10\0\0\0\34\0n\0o\0n\0e"sv : "text\0\0\0\0none\0"sv);
}

struct Tag {
  std::string_view name, data;
};

/// The tags of a profile as its table gives them; nothing where one lies outside.
std::optional<std::vector<Tag>> tags_of(std::string_view profile) {
  if (profile.size() < 132 || u32(profile, 128) > 100) return std::nullopt;
  const std::size_t count = u32(profile, 128);
  if (profile.size() < 132 + 12 * count) return std::nullopt;
  std::vector<Tag> tags;
  for (std::size_t at = 132; at < 132 + 12 * count; at += 12) {
    const std::size_t from = u32(profile, at + 4), size = u32(profile, at + 8);
    if (from > profile.size() || size > profile.size() - from) return std::nullopt;
    tags.push_back({profile.substr(at, 4), profile.substr(from, size)});
  }
  return tags;
}

bool is_header(std::string_view head, bool fourth, bool gray) {
  std::string expected(128, '\0');
  const auto put = [&](std::size_t at, std::string_view part) { expected.replace(at, part.size(), part); };
  put(0, head.substr(0, 4));
  put(8, fourth ? "\4\x40"sv : "\2\x40"sv);
  put(12, "mntr");
  put(16, gray ? "GRAY" : "RGB ");
  put(20, gray && head.substr(20, 4) == "Lab " ? "Lab " : "XYZ ");
  put(36, "acsp");
  if (head[67] >= 0 && head[67] <= 3) expected[67] = head[67];
  put(68, "\0\0\xf6\xd6\0\1\0\0\0\0\xd3\x2d"sv);
  return head == expected;
}

/// The curves last of all, in the place that the first of equal ones has; the rest one behind the other.
bool lies_densely(std::string_view profile, const std::vector<Tag>& tags) {
  std::size_t next = 132 + 12 * tags.size();
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const std::size_t from = static_cast<std::size_t>(tags[i].data.data() - profile.data());
    bool shared = false;
    for (std::size_t j = 0; j < i && !shared && tags[i].name.ends_with("TRC"); ++j)
      if (tags[j].data == tags[i].data) {
        shared = true;
        if (tags[j].data.data() != tags[i].data.data()) return false;
      }
    if (shared) continue;
    if (from != next) return false;
    next += tags[i].data.size();
    while (next % 4 != 0)
      if (next >= profile.size() || profile[next++] != 0) return false;
  }
  return next == profile.size();
}

}  // namespace

unsigned channels_of_reduced_profile(ByteView bytes) {
  const std::string_view profile = text_of(bytes);
  const auto tags = tags_of(profile);
  if (!tags || u32(profile, 0) != profile.size()) return 0;
  const bool fourth = profile[8] == 4, gray = profile[16] == 'G';
  if (!is_header(profile.substr(0, 128), fourth, gray) || !lies_densely(profile, *tags)) return 0;
  auto tag = tags->begin();
  const auto next = [&](std::string_view name) { return tag != tags->end() && tag->name == name; };
  const auto is = [&](std::string_view name, bool well) { return next(name) && well && (++tag, true); };
  if (!next("desc") || !is("desc", tag->data == description(fourth, gray))) return 0;
  if (!next("cprt") || !is("cprt", tag->data == copyright(fourth))) return 0;
  if (next("wtpt") && !is("wtpt", is_array(tag->data, "XYZ ", 3))) return 0;
  if (next("chad") && !is("chad", is_array(tag->data, "sf32", 9))) return 0;
  if (gray) {
    if (!next("kTRC") || !is("kTRC", is_curve(tag->data))) return 0;
  } else {
    for (const std::string_view name : {"rXYZ"sv, "gXYZ"sv, "bXYZ"sv})
      if (!next(name) || !is(name, is_array(tag->data, "XYZ ", 3))) return 0;
    for (const std::string_view name : {"rTRC"sv, "gTRC"sv, "bTRC"sv})
      if (!next(name) || !is(name, is_curve(tag->data))) return 0;
  }
  if (fourth && next("cicp") && !is("cicp", is_cicp(tag->data))) return 0;
  if (tag != tags->end()) return 0;
  return gray ? 1 : 3;
}

bool renders_like(ByteView reduced_bytes, ByteView original_bytes) {
  const std::string_view reduced = text_of(reduced_bytes), original = text_of(original_bytes);
  const auto kept = tags_of(reduced), given = tags_of(original);
  if (!kept || !given || reduced[8] != original[8] || reduced.substr(16, 8) != original.substr(16, 8)) return false;
  if (u32(original, 64) <= 3 && u32(reduced, 64) != u32(original, 64)) return false;
  std::set<std::string_view> seen;
  const auto find = [](const std::vector<Tag>& tags, std::string_view name) {
    for (const Tag& tag : tags)
      if (tag.name == name) return tag.data;
    return std::string_view();
  };
  for (const Tag& tag : *given) {
    if (tag.name.starts_with("A2B") || tag.name.starts_with("D2B") || !seen.insert(tag.name).second) return false;
    const bool decides = tag.name == "wtpt" || tag.name == "chad" || tag.name == "cicp";
    if (decides && find(*kept, tag.name).empty() && (tag.name != "cicp" || reduced[8] == 4)) return false;
  }
  for (const Tag& tag : *kept) {
    if (tag.name == "desc" || tag.name == "cprt") continue;
    const std::string_view before = find(*given, tag.name);
    const std::size_t said = tag.data.starts_with("para") ? 12 : 8;  // two reserved fields aside
    if (tag.data.size() < said || before.size() < tag.data.size() || before.substr(0, 4) != tag.data.substr(0, 4) ||
        before.substr(said, tag.data.size() - said) != tag.data.substr(said))
      return false;
    if (said == 12 && u16(before, 8) != u16(tag.data, 8)) return false;
  }
  return true;
}

}  // namespace dokaz::intake::check
