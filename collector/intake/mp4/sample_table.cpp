// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/mp4/sample_table.hpp"

namespace dokaz::intake::mp4 {
namespace {

using bmff::Box;
using bmff::Fields;
using bmff::type;

constexpr std::uint64_t longest_seconds = std::uint64_t{1} << 31;

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("MP4: ") + what); }

/// The table in a full box: `count` entries of `size` bytes each, nothing behind them.
struct Entries {
  Byte version = 0;
  std::uint32_t count = 0;
  ByteView bytes;
};

Result<Entries> entries_of(ByteView movie, const Box& box, std::size_t size) {
  Fields in(movie.subspan(static_cast<std::size_t>(box.payload()), static_cast<std::size_t>(box.payload_size())));
  Entries out;
  out.version = in.u8();
  in.skip(3);
  out.count = in.u32();
  if (!in.ok() || out.count > in.rest().size() / size) return bad("a table is cut");
  out.bytes = in.bytes(std::uint64_t{out.count} * size);
  return out;
}

/// Merged, and exactly `samples` of them; more are left out.
Result<std::vector<Run>> runs_of(const Entries& entries, std::uint32_t samples) {
  std::vector<Run> out;
  out.reserve(std::min(entries.count, samples));
  Fields in(entries.bytes);
  std::uint32_t left = samples;
  for (std::uint32_t i = 0; i < entries.count && left > 0; ++i) {
    const std::uint32_t count = std::min(in.u32(), left), value = in.u32();
    left -= count;
    if (count == 0) continue;
    if (!out.empty() && out.back().value == value) out.back().count += count;
    else out.push_back({count, value});
  }
  if (left > 0) return bad("a table of times has too few samples");
  return out;
}

Result<std::vector<ChunkRun>> chunk_runs_of(const Entries& entries, const SampleTable& table) {
  std::vector<ChunkRun> out;
  Fields in(entries.bytes);
  const std::uint32_t chunks = table.chunks();
  std::uint64_t held = 0;
  std::uint32_t next = 0;
  for (std::uint32_t i = 0; i < entries.count; ++i) {
    const ChunkRun run{in.u32() - 1, in.u32(), in.u32()};
    if (i == 0 ? run.first != 0 : run.first <= next) return bad("chunk runs out of order");
    if (run.first >= chunks) return bad("a chunk run without chunks");
    if (run.samples == 0 || run.description == 0) return bad("a chunk run without samples");
    if (i > 0) held += std::uint64_t{run.first - next} * out.back().samples;
    next = run.first;
    if (out.empty() || out.back().samples != run.samples || out.back().description != run.description) out.push_back(run);
    if (held > table.samples) break;
  }
  if (!out.empty()) held += std::uint64_t{chunks - next} * out.back().samples;
  if ((chunks > 0 && out.empty()) || held != table.samples) return bad("chunks and samples disagree");
  return out;
}

Status check_sync(const Entries& entries, std::uint32_t samples) {
  Fields in(entries.bytes);
  std::uint32_t last = 0;
  for (std::uint32_t i = 0; i < entries.count; ++i) {
    const std::uint32_t number = in.u32();
    if (number <= last || number > samples) return bad("sync samples out of order");
    last = number;
  }
  return {};
}

void write_runs(const std::vector<Run>& runs, bmff::BoxWriter& out) {
  out.u32(runs.size());
  for (const Run& run : runs) out.u32(run.count).u32(run.value);
}

}  // namespace

std::uint64_t SampleTable::chunk_offset(std::uint32_t index) const {
  return Fields(chunk_offsets.subspan(index * offset_size, offset_size)).number(offset_size);
}

std::uint64_t SampleTable::duration() const {
  std::uint64_t out = 0;
  for (const Run& run : durations) out += std::uint64_t{run.count} * run.value;
  return out;
}

Result<SampleTable> read_sample_table(ByteView movie, const std::vector<Box>& stbl, std::uint32_t frame_bytes,
                                      std::uint32_t timescale) {
  const Box *stts = nullptr, *ctts = nullptr, *stss = nullptr, *stsc = nullptr, *stsz = nullptr, *chunks = nullptr;
  for (const Box& box : stbl) {
    const Box** place = nullptr;
    switch (box.type) {
      case type("stts"): place = &stts; break;
      case type("ctts"): place = &ctts; break;
      case type("stss"): place = &stss; break;
      case type("stsc"): place = &stsc; break;
      case type("stsz"): place = &stsz; break;
      case type("stco"):
      case type("co64"): place = &chunks; break;
      case type("stz2"): return fail(Errc::unsupported_media, "MP4: compact sample sizes (stz2)");
      default: continue;
    }
    if (*place) return bad("a sample table box twice");
    *place = &box;
  }
  if (!stts || !stsc || !stsz || !chunks) return bad("a sample table box is missing");

  SampleTable out;
  Fields sizes(movie.subspan(static_cast<std::size_t>(stsz->payload()), static_cast<std::size_t>(stsz->payload_size())));
  sizes.skip(4);
  out.stated_size = sizes.u32();
  out.samples = sizes.u32();
  if (out.stated_size == 0) out.sizes = sizes.bytes(std::uint64_t{4} * out.samples);
  if (!sizes.ok()) return bad("the table of sizes is cut");
  if (frame_bytes != 0 && out.stated_size == 0) {
    for (std::uint32_t i = 0; i < out.samples; ++i)
      if (out.size_of(i) != frame_bytes) return bad("uncompressed sound with other sizes than its frames");
    out.stated_size = frame_bytes;
  }
  out.uniform_size = out.stated_size;
  if (frame_bytes != 0) {
    if (out.stated_size != 1 && out.stated_size != frame_bytes && out.samples > 0)
      return bad("uncompressed sound with other sizes than its frames");
    out.uniform_size = frame_bytes;
  }

  out.offset_size = chunks->type == type("co64") ? 8 : 4;
  DOKAZ_LET(offsets, entries_of(movie, *chunks, out.offset_size));
  out.chunk_offsets = offsets.bytes;
  DOKAZ_LET(chunk_runs, entries_of(movie, *stsc, 12));
  DOKAZ_LET(runs, chunk_runs_of(chunk_runs, out));
  out.runs = std::move(runs);

  DOKAZ_LET(durations, entries_of(movie, *stts, 8));
  DOKAZ_LET(duration_runs, runs_of(durations, out.samples));
  out.durations = std::move(duration_runs);
  std::uint64_t total = 0;
  for (const Run& run : out.durations) {
    if (run.value > INT32_MAX) return bad("a sample of negative duration");
    total += std::uint64_t{run.count} * run.value;  // together less than 2^32 * 2^31
  }
  if (total / timescale >= longest_seconds || total >> 62) return fail(Errc::too_large, "MP4: a track longer than 68 years");

  if (ctts) {
    DOKAZ_LET(composition, entries_of(movie, *ctts, 8));
    DOKAZ_LET(offset_runs, runs_of(composition, out.samples));
    if (offset_runs.size() > 1 || (!offset_runs.empty() && offset_runs.front().value != 0))
      out.offsets = std::move(offset_runs);
  }
  if (stss) {
    DOKAZ_LET(sync, entries_of(movie, *stss, 4));
    DOKAZ_TRY(check_sync(sync, out.samples));
    out.all_sync = sync.count == out.samples;
    if (!out.all_sync) out.sync = sync.bytes;
  }
  return out;
}

void write_times(const SampleTable& table, bool quicktime, bmff::BoxWriter& out) {
  out.begin_full(type("stts"));
  write_runs(table.durations, out);
  out.end();
  if (!table.offsets.empty()) {
    const bool negative = std::any_of(table.offsets.begin(), table.offsets.end(),
                                      [](const Run& run) { return run.value > INT32_MAX; });
    out.begin_full(type("ctts"), negative && !quicktime ? 1 : 0);
    write_runs(table.offsets, out);
    out.end();
  }
  if (!table.all_sync) out.begin_full(type("stss")).u32(table.sync.size() / 4).raw(table.sync).end();
}

void write_chunk_runs(const SampleTable& table, bmff::BoxWriter& out) {
  out.begin_full(type("stsc")).u32(table.runs.size());
  for (const ChunkRun& run : table.runs) out.u32(run.first + 1).u32(run.samples).u32(run.description);
  out.end();
}

}  // namespace dokaz::intake::mp4
