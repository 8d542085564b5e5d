// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/mp4/edit_list.hpp"

namespace dokaz::intake::mp4 {
namespace {

using bmff::Fields;
using bmff::type;

constexpr std::uint64_t latest = std::uint64_t{1} << 47;
constexpr std::uint32_t usual_speed = 0x00010000;

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("MP4: ") + what); }

struct Range {
  std::int64_t start = 0, end = 0;
};

/// What the edits show, in the media's timescale: ascending, apart from each other.
std::vector<Range> ranges_of(const std::vector<Edit>& edits, std::uint32_t media_timescale, std::uint32_t movie_timescale) {
  std::vector<Range> all;
  for (const Edit& edit : edits) {
    if (edit.media_time < 0) continue;
    // Some programs state no duration where all the rest is meant.
    const bool open = edit.duration == 0 || edit.duration / movie_timescale >= (std::uint64_t{1} << 31);
    constexpr std::uint64_t endless = latest << 15;
    const std::uint64_t length = open ? endless : std::min(endless, rescaled(edit.duration, movie_timescale, media_timescale));
    all.push_back({edit.media_time, edit.media_time + static_cast<std::int64_t>(length)});
  }
  std::sort(all.begin(), all.end(), [](const Range& a, const Range& b) { return a.start < b.start; });
  std::vector<Range> out;
  for (const Range& range : all) {
    if (!out.empty() && range.start <= out.back().end) out.back().end = std::max(out.back().end, range.end);
    else out.push_back(range);
  }
  return out;
}

/// How many of `count` samples, each `step` long and the first at `from`, are shown at least in part.
std::uint32_t shown_of(const std::vector<Range>& shown, std::int64_t from, std::uint32_t step, std::uint32_t count) {
  const std::int64_t length = std::max<std::int64_t>(1, step), to = from + (step == 0 ? 1 : length * count);
  std::uint32_t out = 0;
  std::int64_t counted = 0;  // samples before this one are done
  auto range = std::partition_point(shown.begin(), shown.end(), [&](const Range& r) { return r.end <= from; });
  for (; range != shown.end() && range->start < to; ++range) {
    if (step == 0) return count;
    const std::int64_t first = std::max(counted, (std::max(range->start, from) - from) / length);
    const std::int64_t last = (std::min(range->end, to) - from + length - 1) / length;
    if (last > first) out += static_cast<std::uint32_t>(last - first);
    counted = std::max(counted, last);
  }
  return out;
}

}  // namespace

Result<std::vector<Edit>> read_edits(ByteView payload) {
  Fields in(payload);
  const Byte version = in.u8();
  in.skip(3);
  const std::uint32_t count = in.u32();
  if (!in.ok() || version > 1) return bad("an edit list");
  if (count > most_edits) return fail(Errc::too_large, "MP4: too many edits");
  std::vector<Edit> out;
  for (std::uint32_t i = 0; i < count; ++i) {
    Edit edit;
    edit.duration = version == 1 ? in.u64() : in.u32();
    edit.media_time = version == 1 ? static_cast<std::int64_t>(in.u64()) : static_cast<std::int32_t>(in.u32());
    const std::uint32_t speed = in.u32();
    if (!in.ok()) return bad("an edit list is cut");
    if (speed != usual_speed) return fail(Errc::unsupported_media, "MP4: an edit list that changes the speed");
    if (edit.duration >= latest || edit.media_time < -1 || edit.media_time >= static_cast<std::int64_t>(latest))
      return bad("a time in an edit list");
    out.push_back(edit);
  }
  return out;
}

void write_edits(const std::vector<Edit>& edits, bmff::BoxWriter& out) {
  if (edits.empty()) return;
  const bool wide = std::any_of(edits.begin(), edits.end(),
                                [](const Edit& edit) { return edit.duration > UINT32_MAX || edit.media_time > INT32_MAX; });
  const std::size_t size = wide ? 8 : 4;
  out.begin(type("edts")).begin_full(type("elst"), wide ? 1 : 0).u32(edits.size());
  for (const Edit& edit : edits)
    out.number(edit.duration, size).number(static_cast<std::uint64_t>(edit.media_time), size).u32(usual_speed);
  out.end().end();
}

std::uint64_t duration_of(const std::vector<Edit>& edits) {
  std::uint64_t out = 0;
  for (const Edit& edit : edits) out += edit.duration;
  return out;
}

Hidden hidden_by(const std::vector<Edit>& edits, const SampleTable& table, std::uint32_t media_timescale,
                 std::uint32_t movie_timescale) {
  if (edits.empty()) return {};
  const std::vector<Range> shown = ranges_of(edits, media_timescale, movie_timescale);
  Hidden hidden;
  std::uint64_t ticks = 0;
  std::int64_t decode = 0;
  std::size_t offset_run = 0;
  std::uint32_t offset_left = table.offsets.empty() ? UINT32_MAX : table.offsets.front().count;
  for (const Run& run : table.durations) {
    for (std::uint32_t left = run.count; left > 0;) {
      const std::uint32_t same = std::min(left, offset_left);
      const std::int64_t offset = table.offsets.empty() ? 0 : static_cast<std::int32_t>(table.offsets[offset_run].value);
      const std::uint32_t unseen = same - shown_of(shown, decode + offset, run.value, same);
      hidden.samples += unseen;
      ticks += std::uint64_t{run.value} * unseen;
      decode += std::int64_t{run.value} * same;
      left -= same;
      if (table.offsets.empty()) continue;
      offset_left -= same;
      if (offset_left == 0 && ++offset_run < table.offsets.size()) offset_left = table.offsets[offset_run].count;
    }
  }
  hidden.milliseconds = rescaled(ticks, media_timescale, 1000);
  return hidden;
}

}  // namespace dokaz::intake::mp4
