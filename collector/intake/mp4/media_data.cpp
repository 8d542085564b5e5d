// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/mp4/media_data.hpp"

#include "collector/intake/bmff/obus.hpp"
#include "collector/intake/mp4/descriptors.hpp"
#include "collector/intake/mp4/hashed_parts.hpp"

namespace dokaz::intake::mp4 {
namespace {

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("MP4: ") + what); }

/// Small reads near each other come out of one block.
class NearbyReads : public Content {
 public:
  explicit NearbyReads(const Content& file) : file_(file) {}
  std::uint64_t size() const override { return file_.size(); }
  Status read(std::span<Byte> into, std::uint64_t offset) const override {
    if (into.size() > block_.size()) return file_.read(into, offset);
    if (offset < at_ || offset - at_ > held_ || into.size() > held_ - (offset - at_)) {
      const std::uint64_t left = offset < file_.size() ? file_.size() - offset : 0;
      held_ = static_cast<std::size_t>(std::min<std::uint64_t>(left, block_.size()));
      at_ = offset;
      if (held_ < into.size()) return fail(Errc::truncated_media);
      DOKAZ_TRY(file_.read(std::span(block_).first(held_), at_));
    }
    std::copy_n(block_.begin() + static_cast<std::ptrdiff_t>(offset - at_), into.size(), into.begin());
    return {};
  }

 private:
  const Content& file_;
  mutable std::array<Byte, 4096> block_;
  mutable std::uint64_t at_ = 0;
  mutable std::size_t held_ = 0;
};

struct Chunk {
  std::uint64_t offset = 0, size = 0;
  std::uint32_t track = 0, index = 0, first_sample = 0, samples = 0, description = 0;
};

class Gatherer {
 public:
  Gatherer(const Content& file, std::vector<Extent> media, Movie& movie, LeftOut& left_out)
      : file_(file), nearby_(file), media_(std::move(media)), movie_(movie), left_out_(left_out), parts_(nearby_) {}

  Result<CleanPlan> run() {
    DOKAZ_TRY(list_chunks());
    for (const Chunk& chunk : chunks_) {
      Track& track = movie_.tracks[chunk.track];
      track.new_offsets[chunk.index] = out_.size();
      const Coding& coding = track.entries[chunk.description - 1].coding;
      if (coding.filter == Filter::none) {
        out_.copy(chunk.offset, chunk.size);
        for (std::uint32_t i = 0; i < chunk.samples && !track.new_sizes.empty(); ++i)
          track.new_sizes[chunk.first_sample + i] = track.table.size_of(chunk.first_sample + i);
      } else {
        std::uint64_t at = chunk.offset;
        for (std::uint32_t i = chunk.first_sample; i < chunk.first_sample + chunk.samples; ++i) {
          const std::uint32_t size = track.table.size_of(i);
          const std::uint64_t before = out_.size();
          DOKAZ_TRY(filter(coding, at, size));
          track.new_sizes[i] = static_cast<std::uint32_t>(out_.size() - before);
          at += size;
        }
      }
      if (out_.steps().size() > most_steps) return fail(Errc::too_large, "MP4: too many parts");
    }
    DOKAZ_TRY(list_unused());
    DOKAZ_TRY(parts_.list(left_out_));
    return std::move(out_);
  }

 private:
  Status list_chunks() {
    std::sort(media_.begin(), media_.end(), [](const Extent& a, const Extent& b) { return a.begin < b.begin; });
    std::uint64_t room = 0, used = 0;
    for (const Extent& extent : media_) room += extent.end - extent.begin;
    for (std::uint32_t t = 0; t < movie_.tracks.size(); ++t) {
      Track& track = movie_.tracks[t];
      const SampleTable& table = track.table;
      if (track.is_filtered()) {
        if (table.samples > most_filtered_samples) return fail(Errc::too_large, "MP4: too many samples");
        track.new_sizes.resize(table.samples);
      }
      const std::uint32_t count = table.chunks();
      if (chunks_.size() + count > most_chunks) return fail(Errc::too_large, "MP4: too many chunks");
      track.new_offsets.resize(count);
      std::uint32_t sample = 0;
      std::size_t run = 0;
      for (std::uint32_t i = 0; i < count; ++i) {
        if (run + 1 < table.runs.size() && table.runs[run + 1].first == i) ++run;
        const std::uint32_t held = table.runs[run].samples;
        Chunk chunk{table.chunk_offset(i), 0, t, i, sample, held, table.runs[run].description};
        if (table.uniform_size != 0) chunk.size = std::uint64_t{held} * table.uniform_size;
        else for (std::uint32_t s = 0; s < held; ++s) chunk.size += table.size_of(sample + s);
        if (!is_in_media(chunk)) return bad("a sample outside the media data");
        if (chunk.size > room - used) return bad("samples longer than the media data");
        used += chunk.size;
        sample += held;
        chunks_.push_back(chunk);
      }
    }
    // Empty chunks first, so that the order is the same when the clean copy is read again.
    std::sort(chunks_.begin(), chunks_.end(), [](const Chunk& a, const Chunk& b) {
      return std::tuple(a.offset, a.size != 0, a.track, a.index) < std::tuple(b.offset, b.size != 0, b.track, b.index);
    });
    return {};
  }

  bool is_in_media(const Chunk& chunk) const {
    const auto next = std::partition_point(media_.begin(), media_.end(), [&](const Extent& e) { return e.begin <= chunk.offset; });
    if (next == media_.begin()) return false;
    const Extent& extent = *std::prev(next);
    return chunk.offset <= extent.end && chunk.size <= extent.end - chunk.offset;
  }

  Status filter(const Coding& coding, std::uint64_t at, std::uint32_t size) {
    if (coding.filter == Filter::nal) return filter_nal_units(coding, at, size);
    if (size > largest_filtered_sample) return fail(Errc::too_large, "MP4: a sample over 64 MiB");
    sample_.resize(size);
    DOKAZ_TRY(file_.read(sample_, at));
    return coding.filter == Filter::obu ? filter_obus(at) : filter_start_codes(at);
  }

  Status filter_nal_units(const Coding& coding, std::uint64_t at, std::uint32_t size) {
    bmff::NalReader units(nearby_, at, size, coding.length_size, coding.nal);
    for (;;) {
      DOKAZ_LET(unit, units.next());
      if (!unit) return {};
      if (++units_ > most_units) return fail(Errc::too_large, "MP4: too many NAL units");
      if (unit->kept) {
        out_.copy(unit->offset, unit->size);
        continue;
      }
      if (unit->layer != 0) left_out_.warn("a second layer of the film (depth or transparency) is kept in recovery only");
      DOKAZ_TRY(parts_.add(coding.nal == bmff::NalCodec::avc ? HashedParts::avc : HashedParts::hevc, unit->type,
                           unit->offset, unit->size));
    }
  }

  Status filter_obus(std::uint64_t at) {
    DOKAZ_LET(units, bmff::filter_obus(sample_));
    for (const ByteView header : units.sequence_headers) DOKAZ_TRY(bmff::read_sequence_header(header));
    for (const bmff::ObuPart& part : units.kept) {
      out_.put(part.head);
      out_.copy(at + part.offset, part.length);
    }
    for (const bmff::DroppedObu& unit : units.dropped)
      DOKAZ_TRY(parts_.add(HashedParts::av1, unit.type, at + unit.offset, unit.length));
    return {};
  }

  Status filter_start_codes(std::uint64_t at) {
    std::size_t next = start_code(sample_, 0);
    out_.copy(at, next);
    while (next < sample_.size()) {
      const std::size_t from = next;
      next = start_code(sample_, from + 3);
      if (from + 3 < sample_.size() && !is_mpeg4_unit(sample_[from + 3]))
        DOKAZ_TRY(parts_.add(HashedParts::mpeg4, sample_[from + 3], at + from, next - from));
      else
        out_.copy(at + from, next - from);
    }
    return {};
  }

  Status list_unused() {
    std::size_t chunk = 0;
    for (const Extent& extent : media_) {
      std::uint64_t at = extent.begin;
      for (; chunk < chunks_.size() && chunks_[chunk].offset < extent.end; ++chunk) {
        if (chunks_[chunk].offset > at) DOKAZ_TRY(parts_.add(HashedParts::unused, 0, at, chunks_[chunk].offset - at));
        at = std::max(at, chunks_[chunk].offset + chunks_[chunk].size);
      }
      if (extent.end > at) DOKAZ_TRY(parts_.add(HashedParts::unused, 0, at, extent.end - at));
    }
    return {};
  }

  const Content& file_;
  NearbyReads nearby_;
  std::vector<Extent> media_;
  Movie& movie_;
  LeftOut& left_out_;
  HashedParts parts_;
  std::vector<Chunk> chunks_;
  CleanPlan out_;
  Bytes sample_;
  std::uint64_t units_ = 0;
};

}  // namespace

Result<CleanPlan> gather_media_data(const Content& file, std::vector<Extent> media, Movie& movie, LeftOut& left_out) {
  return Gatherer(file, std::move(media), movie, left_out).run();
}

}  // namespace dokaz::intake::mp4
