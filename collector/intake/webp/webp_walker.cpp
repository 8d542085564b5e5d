// SPDX-License-Identifier: GPL-3.0-or-later
// First the chunks are found and sorted into pictures and what is none, then the pictures are written.
#include "collector/intake/webp/webp_walker.hpp"

#include "collector/intake/colour/icc_profile.hpp"
#include "collector/intake/webp/webp_bitstream.hpp"

namespace dokaz::intake {
namespace {

using namespace std::string_view_literals;

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("WebP: ") + what); }
Error cut(const char* what) { return fail(Errc::truncated_media, std::string("WebP: ") + what); }

std::uint32_t number(ByteView bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = size; i > 0; --i) value = value << 8 | bytes[at + i - 1];
  return value;
}
void put_number(Bytes& to, std::uint64_t value, std::size_t size) {
  for (; size > 0; --size, value >>= 8) to.push_back(static_cast<Byte>(value));
}

struct Chunk {
  std::string_view name;
  std::size_t offset = 0;  ///< of the name
  ByteView payload;
  bool padded = false;     ///< a zero byte follows an odd payload, as it should
};

constexpr std::size_t chunk_head = 8, frame_head = 16;
enum Flag : Byte { animation_flag = 0x02, exif_flag = 0x08, alpha_flag = 0x10, profile_flag = 0x20 };
enum FrameFlag : Byte { disposes = 0x01, does_not_blend = 0x02 };

/// Of all frames together, so that small files that claim many frames end in time.
constexpr std::uint64_t most_pixels = std::uint64_t{1} << 34;

struct Picture {
  const Chunk* alpha = nullptr;
  const Chunk* coded = nullptr;
  std::size_t alpha_used = 0, coded_used = 0;
  Byte alpha_last = 0, coded_last = 0;
  std::uint32_t width = 0, height = 0;
  bool has_alpha = false;
};

struct Frame {
  const Chunk* chunk = nullptr;  ///< ANMF; none for a still picture
  std::vector<Chunk> inner;      ///< which `picture` points into
  Picture picture;
};

std::uint64_t padded_size(std::uint64_t payload) { return chunk_head + payload + payload % 2; }

class WebpWalker {
 public:
  WebpWalker(ByteView file, const WalkOptions& options) : file_(file), options_(options) { walked_.media = Media::webp; }

  Result<Walked> run() {
    if (file_.size() < 12 + chunk_head) return cut("no picture");
    const std::uint64_t riff = number(file_, 4, 4);
    if (riff > file_.size() - 8) return cut("shorter than it says");
    if (riff < 4 + chunk_head) return bad("size");
    const std::size_t end = 8 + static_cast<std::size_t>(riff);
    DOKAZ_LET(chunks, chunks_in(12, end));
    chunks_ = std::move(chunks);
    if (chunks_.empty()) return cut("no picture");
    DOKAZ_TRY(chunks_.front().name == "VP8X" ? sort_extended() : sort_simple());
    if (end < file_.size()) {
      walked_.warnings.emplace_back("bytes after the end of the picture are kept in recovery only");
      remove("webp.trailer", file_.subspan(end));
    }
    CleanPlan body;  // written once for its size
    write(body);
    if (body.size() + 4 > UINT32_MAX) return fail(Errc::too_large, "WebP");
    Bytes head = to_bytes("RIFF");
    put_number(head, body.size() + 4, 4);
    append(head, bytes_of("WEBP"));
    walked_.plan.put(head);
    write(walked_.plan);
    return std::move(walked_);
  }

 private:
  /// All chunks of [begin, end). What is too short for a chunk there is set aside.
  Result<std::vector<Chunk>> chunks_in(std::size_t begin, std::size_t end) {
    std::vector<Chunk> out;
    while (end - begin >= chunk_head) {
      const std::uint64_t length = number(file_, begin + 4, 4);
      if (length > end - begin - chunk_head) return cut("a chunk is cut");
      const ByteView payload = file_.subspan(begin + chunk_head, static_cast<std::size_t>(length));
      const std::size_t behind = begin + chunk_head + payload.size();
      const bool has_padding = payload.size() % 2 == 1 && behind < end;
      out.push_back({text_of(file_.subspan(begin, 4)), begin, payload, has_padding && file_[behind] == 0});
      begin = behind + has_padding;
      if (has_padding && !out.back().padded) remove("webp.padding", file_.subspan(behind, 1));
    }
    if (begin < end) remove("webp.padding", file_.subspan(begin, end - begin));
    return out;
  }

  Status sort_simple() {
    frames_.emplace_back();
    for (std::size_t i = 0; i < chunks_.size(); ++i) {
      const Chunk& chunk = chunks_[i];
      const bool picture = chunk.name == "VP8 " || chunk.name == "VP8L";
      if (i == 0 && !picture) return bad("first chunk");
      if (i == 0) continue;
      if (picture) return bad("a second picture");
      if (chunk.name == "ALPH" || chunk.name == "VP8X") return bad("chunk out of place");
      set_aside(chunk, "webp.");
    }
    frames_.front().picture.coded = &chunks_.front();
    DOKAZ_TRY(measure(frames_.front().picture));
    return still_picture();
  }

  Status sort_extended() {
    const ByteView extended = chunks_.front().payload;
    if (extended.size() != 10) return bad("VP8X");
    announced_ = extended[0];
    animated_ = announced_ & animation_flag;
    walked_.width = number(extended, 4, 3) + 1;
    walked_.height = number(extended, 7, 3) + 1;
    if (std::uint64_t{walked_.width} * walked_.height > UINT32_MAX) return bad("canvas");
    if (!animated_) frames_.emplace_back();
    for (std::size_t i = 1; i < chunks_.size(); ++i) {
      const Chunk& chunk = chunks_[i];
      if (chunk.name == "VP8X") return bad("a second header");
      if (chunk.name == "ALPH" || chunk.name == "VP8 " || chunk.name == "VP8L") {
        if (animated_) return bad("a picture outside of the frames");
        DOKAZ_TRY(take_part(frames_.front().picture, chunk));
      } else if (animated_ && chunk.name == "ANIM") {
        if (control_ || !frames_.empty() || chunk.payload.size() != 6) return bad("ANIM");
        control_ = &chunk;
      } else if (animated_ && chunk.name == "ANMF") {
        DOKAZ_TRY(take_frame(chunk));
      } else if (chunk.name == "ICCP" && extended[0] & profile_flag && !profile_seen_) {
        DOKAZ_TRY(take_profile(chunk));
      } else {
        set_aside(chunk, "webp.");
      }
    }
    if (frames_.empty()) return cut("no picture");
    if (animated_) return {};
    DOKAZ_TRY(measure(frames_.front().picture));
    if (frames_.front().picture.width != walked_.width || frames_.front().picture.height != walked_.height)
      return bad("the picture is not as large as the canvas");
    return still_picture();
  }

  Status still_picture() {
    walked_.width = frames_.front().picture.width;
    walked_.height = frames_.front().picture.height;
    return {};
  }

  Status take_profile(const Chunk& chunk) {
    profile_seen_ = true;
    DOKAZ_LET(profile, colour::settled(chunk.payload, colour::Samples::rgb, options_.colour_profile, walked_.warnings));
    profile_ = std::move(profile);
    if (text_of(profile_) != text_of(chunk.payload)) remove(chunk, "webp.ICCP");
    return {};
  }

  static Status take_part(Picture& picture, const Chunk& chunk) {
    if (picture.coded) return bad("a second picture");
    if (chunk.name == "ALPH") {
      if (picture.alpha) return bad("a second alpha plane");
      picture.alpha = &chunk;
    } else {
      if (chunk.name == "VP8L" && picture.alpha) return bad("ALPH beside VP8L");
      picture.coded = &chunk;
    }
    return {};
  }

  Status take_frame(const Chunk& chunk) {
    if (!control_) return bad("frame without ANIM");
    if (chunk.payload.size() < frame_head) return bad("ANMF");
    const std::size_t begin = chunk.offset + chunk_head;
    Frame frame{&chunk, {}, {}};
    DOKAZ_LET(inner, chunks_in(begin + frame_head, begin + chunk.payload.size()));
    frame.inner = std::move(inner);
    for (const Chunk& part : frame.inner) {
      if (part.name == "ALPH" || part.name == "VP8 " || part.name == "VP8L") {
        DOKAZ_TRY(take_part(frame.picture, part));
      } else {
        set_aside(part, "webp.ANMF.");
      }
    }
    DOKAZ_TRY(measure(frame.picture));
    const ByteView p = chunk.payload;
    if (number(p, 6, 3) + 1 != frame.picture.width || number(p, 9, 3) + 1 != frame.picture.height)
      return bad("a frame's size");
    if (2 * std::uint64_t{number(p, 0, 3)} + frame.picture.width > walked_.width ||
        2 * std::uint64_t{number(p, 3, 3)} + frame.picture.height > walked_.height)
      return bad("a frame outside of the canvas");
    frames_.push_back(std::move(frame));
    return {};
  }

  /// Reads the bitstreams, and sets what stands behind them aside.
  Status measure(Picture& picture) {
    if (!picture.coded) return cut("no picture");
    const bool lossless = picture.coded->name == "VP8L";
    DOKAZ_LET(coded, lossless ? webp::read_vp8l(picture.coded->payload) : webp::read_vp8(picture.coded->payload));
    pixels_ += std::uint64_t{coded.width} * coded.height;
    if (pixels_ > most_pixels) return fail(Errc::too_large, "WebP: more pixels than can be looked at");
    picture.width = coded.width;
    picture.height = coded.height;
    picture.coded_used = coded.used;
    picture.coded_last = coded.last;
    picture.has_alpha = coded.alpha || picture.alpha;
    if (picture.alpha) {
      DOKAZ_LET(alpha, webp::read_alpha(picture.alpha->payload, coded.width, coded.height));
      picture.alpha_used = alpha.used;
      picture.alpha_last = alpha.last;
      remove_slack("webp.ALPH.slack", picture.alpha->payload.subspan(alpha.used));
    }
    remove_slack(lossless ? "webp.VP8L.slack" : "webp.VP8.slack", picture.coded->payload.subspan(coded.used));
    return {};
  }
  void remove_slack(const char* kind, ByteView slack) {
    if (slack.empty()) return;
    walked_.warnings.emplace_back("bytes behind the coded picture are kept in recovery only");
    remove(kind, slack);
  }

  /// A chunk that is no picture: read where it is metadata, then left out.
  void set_aside(const Chunk& chunk, const char* where) {
    std::string kind = where;
    for (const char c : chunk.name) {
      const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (c != ' ') kind += plain ? c : '_';
    }
    if (chunk.name == "EXIF" && kind == "webp.EXIF") {
      std::string_view tiff = text_of(chunk.payload);
      if (tiff.starts_with("Exif\0\0"sv)) tiff.remove_prefix(6);
      const bool first = walked_.blocks.exif.empty();
      if (first) walked_.orientation = orientation_of(bytes_of(tiff));
      if (first && walked_.orientation > 1 && !(announced_ & exif_flag))
        walked_.warnings.emplace_back("how the picture is turned is stated where not all programs look");
      walked_.blocks.exif.push_back(to_bytes(tiff));
      if (first && walked_.orientation > 1 &&
          text_of(chunk.payload) == text_of(canonical_exif(walked_.orientation)))
        return;
    } else if (chunk.name == "XMP ") {
      walked_.blocks.xmp.push_back(to_bytes(chunk.payload));
    } else if (chunk.name == "C2PA") {
      walked_.c2pa = true;
    } else if (chunk.name == "ANMF") {
      walked_.warnings.emplace_back("frames that no program shows are kept in recovery only");
    }
    remove(chunk, std::move(kind));
  }

  void remove(const Chunk& chunk, std::string kind) {
    remove(std::move(kind), file_.subspan(chunk.offset, chunk_head + chunk.payload.size()));
  }

  void remove(std::string kind, ByteView bytes) {
    walked_.removed.push_back({std::move(kind), bytes.size(), sha256(bytes)});
  }

  void write(CleanPlan& out) const {
    const bool oriented = walked_.orientation > 1;
    if (animated_ || oriented || !profile_.empty() || frames_.front().picture.alpha) write_extended(out, oriented);
    if (!profile_.empty()) out.put(own_chunk("ICCP", profile_));
    if (animated_) write_control(out);
    for (const Frame& frame : frames_) {
      if (frame.chunk) write_frame_head(out, frame);
      if (frame.picture.alpha) write_chunk(out, *frame.picture.alpha, frame.picture.alpha_used, frame.picture.alpha_last);
      write_chunk(out, *frame.picture.coded, frame.picture.coded_used, frame.picture.coded_last);
    }
    if (oriented) out.put(own_chunk("EXIF", canonical_exif(walked_.orientation)));
  }

  static Bytes own_chunk(std::string_view name, const Bytes& payload) {
    Bytes chunk = to_bytes(name);
    put_number(chunk, payload.size(), 4);
    append(chunk, payload);
    if (payload.size() % 2 == 1) chunk.push_back(0);
    return chunk;
  }

  void write_extended(CleanPlan& out, bool oriented) const {
    unsigned flags = 0;
    if (animated_) flags |= animation_flag;
    if (oriented) flags |= exif_flag;
    if (std::any_of(frames_.begin(), frames_.end(), [](const Frame& frame) { return frame.picture.has_alpha; }))
      flags |= alpha_flag;
    if (!profile_.empty()) flags |= profile_flag;
    Bytes payload;
    put_number(payload, flags, 4);
    put_number(payload, walked_.width - 1, 3);
    put_number(payload, walked_.height - 1, 3);
    out.put(own_chunk("VP8X", payload));
  }

  void write_control(CleanPlan& out) const {
    Bytes payload;
    put_number(payload, background_shows() ? number(control_->payload, 0, 4) : 0, 4);
    append(payload, control_->payload.subspan(4));
    out.put(own_chunk("ANIM", payload));
  }

  bool background_shows() const {
    const Frame& first = frames_.front();
    if (first.picture.width != walked_.width || first.picture.height != walked_.height) return true;
    if (first.picture.has_alpha && !(first.chunk->payload[15] & does_not_blend)) return true;
    return std::any_of(frames_.begin(), frames_.end(),
                       [](const Frame& frame) { return frame.chunk->payload[15] & disposes; });
  }

  void write_frame_head(CleanPlan& out, const Frame& frame) const {
    std::uint64_t size = frame_head + padded_size(frame.picture.coded_used);
    if (frame.picture.alpha) size += padded_size(frame.picture.alpha_used);
    const std::size_t begin = frame.chunk->offset;
    const Byte flags = frame.chunk->payload[15];
    if (size == frame.chunk->payload.size() && flags <= (disposes | does_not_blend)) {
      out.copy(begin, chunk_head + frame_head);
      return;
    }
    Bytes head = to_bytes("ANMF");
    put_number(head, size, 4);
    append(head, frame.chunk->payload.first(15));
    head.push_back(flags & (disposes | does_not_blend));
    out.put(head);
  }

  void write_chunk(CleanPlan& out, const Chunk& chunk, std::size_t used, Byte last) const {
    const bool whole = used == chunk.payload.size() && last == chunk.payload.back();
    if (whole) {
      out.copy(chunk.offset, chunk_head + used + (chunk.padded ? 1 : 0));
    } else {
      Bytes head = to_bytes(chunk.name);
      put_number(head, used, 4);
      out.put(head);
      out.copy(chunk.offset + chunk_head, used - 1);
      out.put(Bytes{last});
    }
    if (used % 2 == 1 && !(whole && chunk.padded)) out.put(Bytes{0});
  }

  ByteView file_;
  WalkOptions options_;
  Walked walked_;
  Bytes profile_;
  std::uint64_t pixels_ = 0;
  std::vector<Chunk> chunks_;
  std::vector<Frame> frames_;
  const Chunk* control_ = nullptr;
  Byte announced_ = 0;  ///< the flags of VP8X
  bool animated_ = false, profile_seen_ = false;
};

}  // namespace

Result<Walked> walk_webp(ByteView file, const WalkOptions& options) { return WebpWalker(file, options).run(); }

}  // namespace dokaz::intake
