// SPDX-License-Identifier: GPL-3.0-or-later
// First every chunk is found and checked, then the allowed ones are written in their fixed order.
#include "collector/intake/png/png_walker.hpp"

#include <zlib.h>

#include <array>
#include <cstdio>
#include <map>
#include <numeric>
#include <utility>

#include "collector/intake/colour/icc_profile.hpp"
#include "collector/intake/png/png_profile.hpp"
#include "collector/intake/png/png_raster.hpp"
#include "collector/intake/png/png_text.hpp"
#include "collector/intake/png/png_values.hpp"

namespace dokaz::intake {
namespace {

using namespace std::string_view_literals;

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("PNG: ") + what); }

std::uint32_t number32(ByteView at) {
  return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | at[3];
}

struct Chunk {
  std::string_view type;
  ByteView payload;
  std::size_t offset = 0;  ///< of the length field
  std::size_t size() const { return payload.size() + 12; }
};

/// Between IHDR and the raster, at most once each, in this order.
constexpr std::string_view before_raster[] = {"cICP", "mDCV", "cLLI", "iCCP", "gAMA", "cHRM", "sRGB",
                                              "sBIT", "PLTE", "tRNS", "bKGD", "pHYs", "acTL"};
/// Of those, the ones that are always written anew.
constexpr std::string_view own_form[] = {"iCCP", "pHYs"};

template <std::size_t N>
bool is_in(const std::string_view (&list)[N], std::string_view type) {
  return std::find(std::begin(list), std::end(list), type) != std::end(list);
}

constexpr std::uint32_t most_plays = 65535;
constexpr std::uint32_t most_aspect = 10'000;

class PngWalker {
 public:
  PngWalker(ByteView file, const WalkOptions& options) : file_(file), options_(options) { walked_.media = Media::png; }

  Result<Walked> run() {
    DOKAZ_TRY(find_chunks());
    DOKAZ_TRY(sort_out());
    if (pictures_.empty()) return fail(Errc::truncated_media);
    DOKAZ_TRY(check_pictures());
    if (own_.contains("iCCP") && kept_.contains("sRGB")) {  // the profile says more
      remove(*kept_["sRGB"]);
      kept_.erase("sRGB");
    }
    if (raster_.colour == 3) blacken_palette();
    write();
    if (at_ < file_.size()) {
      walked_.warnings.emplace_back("bytes after the end of the picture are kept in recovery only");
      walked_.removed.push_back({"png.trailer", file_.size() - at_, sha256(file_.subspan(at_))});
    }
    walked_.plan = std::move(out_);
    return std::move(walked_);
  }

 private:
  Status find_chunks() {
    at_ = signature.size();
    do {
      if (file_.size() - at_ < 12) return fail(Errc::truncated_media);
      const std::uint32_t length = number32(file_.subspan(at_));
      if (length > INT32_MAX) return bad("chunk length");
      if (length > file_.size() - at_ - 12) return fail(Errc::truncated_media);
      const ByteView checked = file_.subspan(at_ + 4, 4 + std::size_t{length});
      const std::string_view type = text_of(checked.first(4));
      for (const char c : type)
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))) return bad("chunk type");
      const auto crc = crc32(crc32(0, nullptr, 0), checked.data(), static_cast<uInt>(checked.size()));
      if (crc != number32(file_.subspan(at_ + 8 + length))) return bad("checksum");
      chunks_.push_back({type, checked.subspan(4), at_});
      at_ += 12 + std::size_t{length};
    } while (chunks_.back().type != "IEND");
    if (!chunks_.back().payload.empty()) return bad("end chunk");
    return {};
  }

  Status read_header(const Chunk& chunk) {
    if (chunk.type == "CgBI") return fail(Errc::unsupported_media, "PNG: CgBI, for iPhone programs");
    if (chunk.type != "IHDR" || chunk.payload.size() != 13) return bad("header");
    const ByteView p = chunk.payload;
    raster_ = {number32(p), number32(p.subspan(4)), p[8], p[9], p[12] == 1};
    if (raster_.width == 0 || raster_.height == 0 || raster_.width > INT32_MAX || raster_.height > INT32_MAX)
      return bad("dimensions");
    if (p[10] != 0 || p[11] != 0 || p[12] > 1) return bad("header");
    static constexpr unsigned depths[7] = {1 | 2 | 4 | 8 | 16, 0, 8 | 16, 1 | 2 | 4 | 8, 8 | 16, 0, 8 | 16};
    const unsigned depth = raster_.depth;
    if (raster_.colour > 6 || depth == 0 || depth > 16 || (depth & (depth - 1)) || !(depths[raster_.colour] & depth))
      return bad("colour type");
    walked_.width = raster_.width;
    walked_.height = raster_.height;
    return {};
  }

  /// Puts each chunk where it will be written, or among the removed.
  Status sort_out() {
    DOKAZ_TRY(read_header(chunks_.front()));
    bool raster_ended = false;
    for (std::size_t i = 1; i + 1 < chunks_.size(); ++i) {
      const Chunk& chunk = chunks_[i];
      const bool in_raster = chunk.type == "IDAT";
      if (in_raster && raster_ended) return bad("raster in two parts");
      if (!in_raster && raster_begun_) raster_ended = true;
      if (in_raster) {
        raster_begun_ = true;
        if (chunk.payload.empty()) {
          remove(chunk);
          continue;
        }
        if (idat_.empty()) {
          const bool first_frame = !pictures_.empty();  // a frame control just before
          if (!first_frame) pictures_.push_back({nullptr, {}});
        }
        idat_.push_back(&chunk);
        pictures_.front().data.push_back(&chunk);
      } else if (chunk.type == "iCCP" && !raster_begun_ && !profile_seen_) {
        DOKAZ_TRY(take_profile(chunk));
      } else if (chunk.type == "pHYs" && !raster_begun_ && !density_seen_) {
        take_density(chunk);
      } else if (is_in(before_raster, chunk.type) && !is_in(own_form, chunk.type)) {
        DOKAZ_TRY(allow(chunk));
      } else if (animated_ && (chunk.type == "fcTL" || chunk.type == "fdAT")) {
        DOKAZ_TRY(take_frame(chunk));
      } else {
        if (!(chunk.type[0] & 0x20)) {
          if (chunk.type == "IHDR") return bad("two headers");
          return fail(Errc::unsupported_media, "PNG: an unknown chunk that must be understood");
        }
        set_aside(chunk);
      }
    }
    return {};
  }

  Status take_profile(const Chunk& chunk) {
    profile_seen_ = true;
    const Bytes profile = png::profile_in(chunk.payload).value_or(Bytes());
    const auto samples = raster_.colour == 0 || raster_.colour == 4 ? colour::Samples::gray : colour::Samples::rgb;
    DOKAZ_LET(reduced, colour::settled(profile, samples, options_.colour_profile, walked_.warnings));
    if (reduced.empty()) return remove(chunk), Status{};
    write_anew(chunk, png::profile_payload(reduced));
    return {};
  }

  /// Pixels that are not square are drawn so; how large they are in metres is nobody's business.
  void take_density(const Chunk& chunk) {
    if (chunk.payload.size() != 9) return remove(chunk);
    std::uint32_t x = number32(chunk.payload), y = number32(chunk.payload.subspan(4));
    density_seen_ = x != y;
    if (x == y || x == 0 || y == 0) return remove(chunk);
    const std::uint32_t common = std::gcd(x, y);
    x /= common;
    y /= common;
    if (x > most_aspect || y > most_aspect) {
      walked_.warnings.emplace_back("the picture's pixels are not quite square; the clean copy does not say so");
      return remove(chunk);
    }
    Bytes payload;
    for (const std::uint32_t value : {x, y}) put32(payload, value);
    payload.push_back(0);
    write_anew(chunk, payload);
  }

  /// Written from `payload`; the original's chunk counts as removed where it is another one.
  void write_anew(const Chunk& chunk, const Bytes& payload) {
    own_[chunk.type] = whole_chunk(chunk.type, payload);
    if (text_of(payload) != text_of(chunk.payload)) remove(chunk);
  }

  Status allow(const Chunk& chunk) {
    if (raster_begun_ || kept_.contains(chunk.type)) return bad("chunk out of place");
    const std::size_t size = chunk.payload.size();
    if (chunk.type == "PLTE") {
      if (size == 0 || size % 3 != 0 || raster_.colour == 0 || raster_.colour == 4) return bad("palette");
      if (raster_.colour != 3) return remove(chunk), Status{};
      if (size / 3 > std::size_t{1} << raster_.depth) return bad("palette");
    } else if (chunk.type == "tRNS" && raster_.colour == 3) {
      if (!kept_.contains("PLTE") || size == 0 || size > kept_["PLTE"]->payload.size() / 3) return bad("transparency");
    } else if (size != size_of(chunk.type)) {
      return bad("chunk size");
    }
    if (chunk.type == "sRGB" && chunk.payload[0] > 3) return bad("rendering intent");
    if (chunk.type == "acTL") {
      if (!pictures_.empty()) return bad("chunk out of place");
      if (number32(chunk.payload.subspan(4)) > most_plays) return bad("number of plays");
      animated_ = true;
    }
    const std::size_t palette_entries = kept_.contains("PLTE") ? kept_["PLTE"]->payload.size() / 3 : 0;
    if (!png::is_plausible(chunk.type, chunk.payload, raster_, palette_entries)) {
      if (chunk.type == "tRNS") return bad("transparency");  // it decides how the picture looks
      walked_.warnings.emplace_back("a statement about colours that cannot be true is kept in recovery only");
      return remove(chunk), Status{};
    }
    kept_[chunk.type] = &chunk;
    return {};
  }

  /// 0 where the colour type does not allow the chunk.
  std::size_t size_of(std::string_view type) const {
    static constexpr std::size_t significant[7] = {1, 0, 3, 3, 2, 0, 4}, transparent[7] = {2, 0, 6, 0, 0, 0, 0},
                                 background[7] = {2, 0, 6, 1, 2, 0, 6};
    if (type == "sBIT") return significant[raster_.colour];
    if (type == "tRNS") return transparent[raster_.colour];
    if (type == "bKGD") return background[raster_.colour];
    if (type == "cICP" || type == "gAMA") return 4;
    if (type == "mDCV") return 24;
    if (type == "cLLI" || type == "acTL") return 8;
    if (type == "cHRM") return 32;
    if (type == "sRGB") return 1;
    return 0;
  }

  Status take_frame(const Chunk& chunk) {
    if (chunk.payload.size() < 4 || number32(chunk.payload) != sequence_++) return bad("frame number");
    if (chunk.type == "fdAT") {
      if (idat_.empty() || pictures_.empty() || !pictures_.back().control || pictures_.back().data_is_idat())
        return bad("frame data without control");
      pictures_.back().data.push_back(&chunk);
      return {};
    }
    if (chunk.payload.size() != 26 || chunk.payload[24] > 2 || chunk.payload[25] > 1) return bad("frame control");
    if (!pictures_.empty() && pictures_.back().data.empty()) return bad("frame without data");
    const png::Raster frame = raster_of(chunk);
    const std::uint64_t x = number32(chunk.payload.subspan(12)), y = number32(chunk.payload.subspan(16));
    if (frame.width == 0 || frame.height == 0 || x + frame.width > raster_.width || y + frame.height > raster_.height)
      return bad("frame outside the picture");
    if (idat_.empty() && (frame.width != raster_.width || frame.height != raster_.height)) return bad("first frame");
    pictures_.push_back({&chunk, {}});
    return {};
  }

  png::Raster raster_of(const Chunk& control) const {
    png::Raster out = raster_;
    out.width = number32(control.payload.subspan(4));
    out.height = number32(control.payload.subspan(8));
    return out;
  }

  Status check_pictures() {
    if (idat_.empty()) return fail(Errc::truncated_media);
    if (raster_.colour == 3 && !kept_.contains("PLTE")) return bad("palette");
    std::uint32_t frames = 0;
    for (const Picture& picture : pictures_) {
      if (picture.control) ++frames;
      if (picture.data.empty()) return fail(Errc::truncated_media);
      std::vector<ByteView> parts;
      for (const Chunk* chunk : picture.data)
        parts.push_back(chunk->type == "fdAT" ? chunk->payload.subspan(4) : chunk->payload);
      DOKAZ_TRY(png::check_raster(picture.control ? raster_of(*picture.control) : raster_, parts, seen_));
    }
    if (seen_.zeros && seen_.ones) return bad("something behind the rows");
    if (raster_.colour == 3)
      for (std::size_t index = kept_["PLTE"]->payload.size() / 3; index < 256; ++index)
        if (seen_.indices[index]) return bad("a pixel without colour");
    if (animated_ && !pictures_.front().control)
      walked_.warnings.emplace_back("a picture that only programs without animation show stays in the clean copy");
    if (animated_ && (frames == 0 || frames != number32(kept_["acTL"]->payload))) return bad("number of frames");
    return {};
  }

  /// Colours that no pixel has become black, and opaque.
  void blacken_palette() {
    if (kept_.contains("bKGD")) seen_.indices.set(kept_["bKGD"]->payload[0]);
    blacken("PLTE", 3, 0);
    blacken("tRNS", 1, 0xff);
  }
  void blacken(std::string_view type, std::size_t width, Byte filler) {
    if (!kept_.contains(type)) return;
    Bytes payload = to_bytes(kept_[type]->payload), unused;
    for (std::size_t at = 0; at < payload.size(); ++at) {
      if (seen_.indices[at / width] || payload[at] == filler) continue;
      unused.push_back(payload[at]);
      payload[at] = filler;
    }
    if (unused.empty()) return;
    own_[kept_[type]->type] = whole_chunk(type, payload);
    walked_.removed.push_back({"png." + std::string(type) + ".unused", unused.size(), sha256(unused)});
  }

  /// A chunk that a decoder need not know: read where it is metadata, then left out.
  void set_aside(const Chunk& chunk) {
    if (chunk.type == "eXIf") {
      const unsigned orientation = orientation_of(chunk.payload);
      const bool first = !std::exchange(exif_seen_, true);  // a text may have brought another block before
      walked_.blocks.exif.push_back(to_bytes(chunk.payload));
      if (first) walked_.orientation = orientation;
      if (first && idat_.empty() && orientation > 1 && text_of(chunk.payload) == text_of(canonical_exif(orientation)))
        return;
    } else if (chunk.type == "caBX") {
      walked_.c2pa = true;
    } else if (chunk.type == "tIME") {
      read_time(chunk.payload);
    }
    text_.read(chunk.type, chunk.payload);
    remove(chunk);
  }

  void read_time(ByteView p) {
    if (p.size() != 7 || p[2] < 1 || p[2] > 12 || p[3] < 1 || p[3] > 31 || p[4] > 23 || p[5] > 59 || p[6] > 60) return;
    char text[32];
    std::snprintf(text, sizeof text, "%04u-%02u-%02uT%02u:%02u:%02uZ", p[0] << 8 | p[1], p[2] + 0u, p[3] + 0u, p[4] + 0u,
                  p[5] + 0u, p[6] + 0u);
    walked_.values.push_back({"png.tIME", text});
  }

  static void put32(Bytes& to, std::uint32_t value) {
    for (const unsigned shift : {24u, 16u, 8u, 0u}) to.push_back(static_cast<Byte>(value >> shift));
  }
  static Bytes whole_chunk(std::string_view type, const Bytes& payload) {
    Bytes out;
    put32(out, static_cast<std::uint32_t>(payload.size()));
    append(out, bytes_of(type));
    append(out, payload);
    put32(out, static_cast<std::uint32_t>(crc32(crc32(0, nullptr, 0), &out[4], static_cast<uInt>(out.size() - 4))));
    return out;
  }

  void write() {
    out_.put(bytes_of(signature));
    keep(chunks_.front());
    if (walked_.orientation > 1) out_.put(whole_chunk("eXIf", canonical_exif(walked_.orientation)));
    for (const std::string_view type : before_raster) {
      if (const auto own = own_.find(type); own != own_.end()) out_.put(own->second);
      else if (const auto kept = kept_.find(type); kept != kept_.end()) keep(*kept->second);
    }
    for (const Picture& picture : pictures_) {
      if (picture.control) keep(*picture.control);
      for (const Chunk* chunk : picture.data) keep(*chunk);
    }
    keep(chunks_.back());
  }

  void keep(const Chunk& chunk) { out_.copy(chunk.offset, chunk.size()); }
  void remove(const Chunk& chunk) {
    walked_.removed.push_back({"png." + std::string(chunk.type), chunk.size(),
                               sha256(file_.subspan(chunk.offset, chunk.size()))});
  }

  static constexpr std::string_view signature = "\x89PNG\r\n\x1a\n";
  /// The default image or one frame of an animation.
  struct Picture {
    const Chunk* control;
    std::vector<const Chunk*> data;
    bool data_is_idat() const { return !data.empty() && data.front()->type == "IDAT"; }
  };

  ByteView file_;
  WalkOptions options_;
  CleanPlan out_;
  Walked walked_;
  png::TextReader text_{walked_};
  png::RowsSeen seen_;
  std::size_t at_ = 0;
  std::vector<Chunk> chunks_;
  png::Raster raster_;
  std::map<std::string_view, const Chunk*> kept_;
  std::map<std::string_view, Bytes> own_;  ///< chunks that are written anew
  std::vector<const Chunk*> idat_;
  std::vector<Picture> pictures_;
  bool animated_ = false, raster_begun_ = false, profile_seen_ = false, density_seen_ = false, exif_seen_ = false;
  std::uint32_t sequence_ = 0;
};

}  // namespace

Result<Walked> walk_png(ByteView file, const WalkOptions& options) { return PngWalker(file, options).run(); }

}  // namespace dokaz::intake
