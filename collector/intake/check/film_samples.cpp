// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/check/film_samples.hpp"

namespace dokaz::intake::check {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t block_size = std::size_t{256} << 10;
constexpr std::uint64_t largest_sample = std::uint64_t{64} << 20;

/// A few bytes at a time, each time further on in the file.
class Glance {
 public:
  explicit Glance(const Content& file) : file_(file) {}
  /// `size` is at most 8; nothing where the file ends before.
  std::optional<std::string_view> at(std::uint64_t offset, std::size_t size) {
    if (offset < begin_ || offset + size > begin_ + held_) {
      if (offset > file_.size() || size > file_.size() - offset) return std::nullopt;
      begin_ = offset;
      held_ = static_cast<std::size_t>(std::min<std::uint64_t>(room_.size(), file_.size() - offset));
      if (!file_.read(std::span(room_).first(held_), offset)) {
        held_ = 0;
        return std::nullopt;
      }
    }
    return text_of(std::span(room_).subspan(static_cast<std::size_t>(offset - begin_), size));
  }

 private:
  const Content& file_;
  std::array<Byte, 2048> room_{};
  std::uint64_t begin_ = 0;
  std::size_t held_ = 0;
};

/// Equal stretches of both files. Neighbours are read together.
class SideBySide {
 public:
  SideBySide(const Content& original, const Content& clean, Sha256Stream front)
      : original_(original), clean_(clean), hash_(std::move(front)) {}
  Status equal(std::uint64_t original, std::uint64_t clean, std::uint64_t length) {
    if (original != original_at_ + length_ || clean != clean_at_ + length_) {
      DOKAZ_TRY(flush());
      original_at_ = original;
      clean_at_ = clean;
    }
    length_ += length;
    return {};
  }
  /// Bytes that were compared already.
  Status known(ByteView bytes) {
    DOKAZ_TRY(flush());
    hash_.update(bytes);
    return {};
  }
  Status flush() {
    while (length_ > 0) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(length_, block_size));
      DOKAZ_LET(before, stretch(original_, original_at_, size, original_room_));
      DOKAZ_LET(after, stretch(clean_, clean_at_, size, clean_room_));
      if (text_of(before) != text_of(after)) return unclean("a sample differs");
      hash_.update(after);
      original_at_ += size;
      clean_at_ += size;
      length_ -= size;
    }
    return {};
  }
  Sha256 finish() { return hash_.finish(); }

 private:
  static Result<ByteView> stretch(const Content& file, std::uint64_t at, std::size_t size, Bytes& room) {
    if (const auto view = file.view(); view && at <= view->size() && size <= view->size() - at)
      return view->subspan(static_cast<std::size_t>(at), size);
    room.resize(size);
    DOKAZ_TRY(file.read(room, at));
    return ByteView(room);
  }

  const Content& original_;
  const Content& clean_;
  Sha256Stream hash_;
  std::uint64_t original_at_ = 0, clean_at_ = 0, length_ = 0;
  Bytes original_room_, clean_room_;
};

/// Whether a unit that begins so belongs to the picture; `head` are its first two bytes, `size` all of them.
bool is_picture_unit(SampleForm form, std::string_view head, std::uint64_t size) {
  const auto first = static_cast<unsigned char>(head[0]);
  if (form == SampleForm::avc) {
    constexpr auto wanted = "\1\5\7\x08"sv;
    return wanted.find(static_cast<char>(first % 32)) != wanted.npos;
  }
  const unsigned type = first / 2 % 64;
  if (first % 2 != 0 || static_cast<unsigned char>(head[1]) >= 8) return false;
  return type < 10 || (type > 15 && type < 22) || (type > 31 && type < 35) || (type == 36 && size == 2);
}

/// What is left of an AV1 sample; nothing where it is broken.
std::optional<std::string> av1_picture(std::string_view sample) {
  std::string out;
  while (!sample.empty()) {
    const auto head = static_cast<unsigned char>(sample[0]);
    const unsigned type = head >> 3 & 15;
    std::size_t at = head & 4 ? 2 : 1;
    std::uint64_t size = 0;
    if (head > 127 || at > sample.size()) return std::nullopt;
    if (head & 2) {
      unsigned shift = 0;
      for (bool more = true; more; shift += 7) {
        if (at == sample.size() || shift > 49) return std::nullopt;
        const auto digit = static_cast<unsigned char>(sample[at++]);
        size |= std::uint64_t{digit & 127u} << shift;
        more = digit > 127;
      }
    } else {
      size = sample.size() - at;
    }
    if (size > sample.size() - at) return std::nullopt;
    if (type == 1 || type == 3 || type == 4 || type == 6 || type == 7) {
      out += static_cast<char>((head & 0x7c) | 2);
      if (head & 4) out += static_cast<char>(sample[1] & 0xf8);
      for (std::uint64_t left = size, more = 1; more; left >>= 7) {
        more = left > 127;
        out += static_cast<char>((left & 127) | (more ? 128 : 0));
      }
      out += sample.substr(at, static_cast<std::size_t>(size));
    }
    sample.remove_prefix(at + static_cast<std::size_t>(size));
  }
  return out;
}

/// What is left of a sample of MPEG-4 part 2.
std::string mpeg4_picture(std::string_view sample) {
  std::size_t at = std::min(sample.find("\0\0\1"sv), sample.size());
  std::string out(sample.substr(0, at));
  while (at < sample.size()) {
    const std::size_t next = std::min(sample.find("\0\0\1"sv, at + 3), sample.size());
    if (at + 3 >= sample.size() || is_mpeg4_picture(sample[at + 3])) out += sample.substr(at, next - at);
    at = next;
  }
  return out;
}

struct Place {
  std::uint64_t offset = 0, size = 0;
  std::uint32_t track = 0, chunk = 0;
};

class Comparison {
 public:
  Comparison(const Content& original, const Content& clean, const std::vector<TrackPair>& tracks, Sha256Stream front)
      : original_(original), clean_(clean), tracks_(tracks), glance_(original), both_(original, clean, std::move(front)) {}

  Result<Sha256> run(std::uint64_t begin, std::uint64_t end) {
    DOKAZ_TRY(order());
    std::uint64_t at = begin, last = 0;
    for (const Place& place : places_) {
      if (place.offset != at) return unclean("a gap between chunks");
      const FilmTrack& original = *tracks_[place.track].original;
      const FilmTrack& clean = *tracks_[place.track].clean;
      const FilmChunk &from = original.chunks[place.chunk], &to = clean.chunks[place.chunk];
      if (place.size > 0 && from.offset < last) return unclean("chunks out of order");
      if (place.size > 0) last = from.offset;
      const FilmCoding& coding = tracks_[place.track].codings[to.description - 1];
      if (coding.form == SampleForm::whole) {
        DOKAZ_TRY(whole_samples(original, clean, from, to, at));
      } else {
        std::uint64_t original_at = from.offset, clean_at = at;
        for (std::uint32_t i = from.first_sample; i < from.first_sample + from.samples; ++i) {
          const std::uint32_t before = original.size_of(i), after = clean.size_of(i);
          DOKAZ_TRY(coding.form == SampleForm::avc || coding.form == SampleForm::hevc
                        ? units(coding, original_at, before, clean_at, after)
                        : rewritten(coding.form, original_at, before, clean_at, after));
          original_at += before;
          clean_at += after;
        }
      }
      at += place.size;
    }
    if (at != end) return unclean("bytes behind the last chunk");
    DOKAZ_TRY(both_.flush());
    return both_.finish();
  }

 private:
  /// The clean copy's chunks by offset; those without bytes come first.
  Status order() {
    for (std::uint32_t t = 0; t < tracks_.size(); ++t) {
      const FilmTrack &original = *tracks_[t].original, &clean = *tracks_[t].clean;
      if (original.chunks.size() != clean.chunks.size() || original.samples != clean.samples) return unclean("number of chunks");
      for (std::uint32_t i = 0; i < clean.chunks.size(); ++i) {
        const FilmChunk& chunk = clean.chunks[i];
        if (chunk.samples != original.chunks[i].samples) return unclean("samples of a chunk");
        Place place{chunk.offset, 0, t, i};
        if (clean.frame_size != 0 || clean.one_size != 0) place.size = std::uint64_t{chunk.samples} * clean.size_of(0);
        else for (std::uint32_t s = 0; s < chunk.samples; ++s) place.size += clean.size_of(chunk.first_sample + s);
        places_.push_back(place);
      }
    }
    std::sort(places_.begin(), places_.end(), [](const Place& a, const Place& b) {
      return a.offset != b.offset ? a.offset < b.offset : a.size == 0 && b.size != 0;
    });
    return {};
  }

  Status whole_samples(const FilmTrack& original, const FilmTrack& clean, const FilmChunk& from, const FilmChunk& to,
                       std::uint64_t at) {
    std::uint64_t size = 0;
    const bool uniform = original.frame_size != 0 || (original.one_size != 0 && clean.one_size != 0);
    if (uniform) {
      if (original.size_of(0) != clean.size_of(0)) return unclean("the size of samples");
      size = std::uint64_t{to.samples} * clean.size_of(0);
    } else {
      for (std::uint32_t i = 0; i < to.samples; ++i) {
        if (original.size_of(from.first_sample + i) != clean.size_of(to.first_sample + i)) return unclean("the size of a sample");
        size += clean.size_of(to.first_sample + i);
      }
    }
    return both_.equal(from.offset, at, size);
  }

  Status units(const FilmCoding& coding, std::uint64_t original, std::uint32_t before, std::uint64_t clean, std::uint32_t after) {
    const std::uint64_t end = original + before, clean_end = clean + after;
    while (end - original > coding.length_size) {
      const std::size_t seen = static_cast<std::size_t>(std::min<std::uint64_t>(coding.length_size + 2, end - original));
      const auto head = glance_.at(original, seen);
      if (!head) return unclean("a sample outside the file");
      const std::uint64_t size = number_at(*head, 0, coding.length_size);
      if (size > end - original - coding.length_size) return unclean("a unit beyond its sample");
      const bool kept = size > (coding.form == SampleForm::hevc ? 1 : 0) &&
                        is_picture_unit(coding.form, head->substr(coding.length_size), size);
      if (kept) {
        if (coding.length_size + size > clean_end - clean) return unclean("a sample lacks a part");
        DOKAZ_TRY(both_.equal(original, clean, coding.length_size + size));
        clean += coding.length_size + size;
      }
      original += coding.length_size + size;
    }
    if (clean != clean_end) return unclean("a sample holds more");
    return {};
  }

  Status rewritten(SampleForm form, std::uint64_t original, std::uint32_t before, std::uint64_t clean, std::uint32_t after) {
    if (before > largest_sample || after > largest_sample) return unclean("a sample of such a size");
    DOKAZ_LET(from, original_.bytes(original, before));
    DOKAZ_LET(to, clean_.bytes(clean, after));
    const auto picture = form == SampleForm::av1 ? av1_picture(text_of(from)) : std::optional(mpeg4_picture(text_of(from)));
    if (!picture || *picture != text_of(to)) return unclean("a sample differs");
    return both_.known(to);
  }

  const Content& original_;
  const Content& clean_;
  const std::vector<TrackPair>& tracks_;
  Glance glance_;
  SideBySide both_;
  std::vector<Place> places_;
};

}  // namespace

Result<Sha256> compare_samples(const Content& original, const Content& clean, const std::vector<TrackPair>& tracks,
                               std::uint64_t begin, std::uint64_t end, Sha256Stream front) {
  return Comparison(original, clean, tracks, std::move(front)).run(begin, end);
}

}  // namespace dokaz::intake::check
