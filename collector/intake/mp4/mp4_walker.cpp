// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/mp4/mp4_walker.hpp"

#include "collector/intake/mp4/hashed_parts.hpp"
#include "collector/intake/mp4/media_data.hpp"
#include "collector/intake/mp4/movie_metadata.hpp"

namespace dokaz::intake {
namespace {

using bmff::Box;
using bmff::BoxWriter;
using bmff::type;

constexpr std::uint64_t largest_movie_box = std::uint64_t{64} << 20;
constexpr std::size_t most_top_boxes = 16'384;
constexpr std::array<Byte, 16> xmp_uuid = {0xbe, 0x7a, 0xcf, 0xcb, 0x97, 0xa9, 0x42, 0xe8,
                                           0x9c, 0x71, 0x99, 0x94, 0x91, 0xe3, 0xaf, 0xac};
constexpr std::array<Byte, 16> c2pa_uuid = {0xd8, 0xfe, 0xc3, 0xd6, 0x1b, 0x0e, 0x48, 0x3c,
                                            0x92, 0x97, 0x58, 0x28, 0x87, 0x7e, 0xc4, 0x81};

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("MP4: ") + what); }
Error unsupported(const char* what) { return fail(Errc::unsupported_media, std::string("MP4: ") + what); }

class Mp4Walker {
 public:
  Mp4Walker(const Content& file, const WalkOptions& options) : file_(file), options_(options), left_out_(walked_) {}

  Result<Walked> run() {
    DOKAZ_TRY(find_boxes());
    if (!moov_) return fail(Errc::truncated_media, "MP4: no movie box: the recording was not finished");
    if (media_.empty()) return fail(Errc::truncated_media, "MP4: no media data");
    if (moov_->payload_size() > largest_movie_box) return fail(Errc::too_large, "MP4: a movie box over 64 MiB");
    DOKAZ_LET(moov, file_.bytes(moov_->payload(), moov_->payload_size()));
    DOKAZ_LET(movie, mp4::read_movie(moov, options_, left_out_));
    describe(movie);
    DOKAZ_LET(media_data, mp4::gather_media_data(file_, media_, movie, left_out_));
    if (media_data.size() == 0) return bad("no media data");
    DOKAZ_TRY(write(movie, media_data, moov));
    DOKAZ_TRY(left_out_.outcome());
    return std::move(walked_);
  }

 private:
  Status find_boxes() {
    std::size_t boxes = 0;
    for (std::uint64_t at = 0; at < file_.size();) {
      if (++boxes > most_top_boxes) return fail(Errc::too_large, "MP4: too many boxes");
      auto box = bmff::box_at(file_, at, file_.size(), bmff::OpenEnd::allowed);
      if (!box && moov_ && !media_.empty() && !names_film(at)) {
        left_out_.warn("bytes after the end of the film are kept in recovery only");
        return remove("trailer", at, file_.size() - at);
      }
      if (!box) return std::move(box).error();
      DOKAZ_TRY(take(*box));
      at = box->end();
    }
    return {};
  }

  /// Whether a box that goes beyond the end is one without which the film is cut.
  bool names_film(std::uint64_t at) const {
    const auto head = file_.bytes(at, std::min<std::uint64_t>(8, file_.size() - at));
    if (!head || head->size() < 8) return false;
    const std::string_view name = text_of(*head).substr(4);
    return name == "mdat" || name == "moov" || name == "moof";
  }

  Status take(const Box& box) {
    switch (box.type) {
      case type("ftyp"):
        if (brand_ || moov_ || !media_.empty()) return bad("a file type out of place");
        if (box.payload_size() < 8) return bad("a file type");
        {
          DOKAZ_LET(brand, file_.bytes(box.payload(), 4));
          brand_ = to_text(brand);
        }
        ftyp_ = box;
        return {};
      case type("moov"):
        if (moov_) return bad("two movie boxes");
        moov_ = box;
        return {};
      case type("mdat"): media_.push_back({box.payload(), box.end()}); return {};
      case type("moof"):
      case type("styp"): return unsupported("a fragmented film");
      case type("meta"): {
        if (box.payload_size() > mp4::largest_packet) break;
        DOKAZ_LET(meta, file_.bytes(box.payload(), box.payload_size()));
        mp4::read_meta(meta, walked_);
        break;
      }
      case type("udta"): {
        if (box.payload_size() > mp4::largest_packet) break;
        DOKAZ_LET(user_data, file_.bytes(box.payload(), box.payload_size()));
        mp4::read_user_data(user_data, walked_);
        break;
      }
      case type("uuid"):
        if (box.uuid == c2pa_uuid) walked_.c2pa = true;
        if (box.uuid == xmp_uuid && box.payload_size() <= mp4::largest_packet && walked_.blocks.xmp.size() < 16) {
          DOKAZ_LET(packet, file_.bytes(box.payload(), box.payload_size()));
          walked_.blocks.xmp.push_back(std::move(packet));
        }
        break;
      default: break;
    }
    return remove(bmff::plain_name(box.type), box.offset, box.size);
  }

  Status remove(const std::string& name, std::uint64_t offset, std::uint64_t length) {
    DOKAZ_LET(digest, mp4::HashedParts::digest(file_, offset, length));
    left_out_.element("mp4." + name, length, digest);
    return {};
  }

  /// The kind by the brand and by what is there.
  void describe(const mp4::Movie& movie) {
    const std::string_view brand = brand_ ? std::string_view(*brand_) : "qt  ";
    walked_.media = !movie.has_pictures() ? Media::m4a
                    : brand == "qt  "     ? Media::quicktime
                    : brand.starts_with("3g") ? Media::three_gp
                                              : Media::mp4;
    walked_.duration_ms = mp4::rescaled(std::min<std::uint64_t>(movie.duration(), std::uint64_t{1} << 48), movie.timescale, 1000);
    for (const mp4::Track& track : movie.tracks) {
      if (!track.picture) continue;
      walked_.width = track.entries.front().width;
      walked_.height = track.entries.front().height;
      walked_.orientation = track.orientation;
      break;
    }
  }

  static Bytes file_type(Media media) {
    BoxWriter out;
    const auto brands = [&](std::initializer_list<bmff::Type> list) {
      out.begin(type("ftyp")).u32(*list.begin()).u32(0);
      for (const bmff::Type brand : list) out.u32(brand);
      return out.end().take();
    };
    if (media == Media::quicktime) return brands({type("qt  ")});
    if (media == Media::three_gp) return brands({type("3gp6"), type("isom"), type("iso6")});
    if (media == Media::m4a) return brands({type("M4A "), type("mp42"), type("isom"), type("iso6")});
    return brands({type("mp42"), type("isom"), type("iso6")});
  }

  Status write(const mp4::Movie& movie, const CleanPlan& media_data, ByteView moov) {
    const Bytes ftyp = file_type(walked_.media);
    const bool quicktime = walked_.media == Media::quicktime, wide_media = media_data.size() + 8 > UINT32_MAX;
    const std::uint64_t head = wide_media ? 16 : 8;
    const std::size_t index = mp4::write_movie(movie, quicktime, false, 0, moov, nullptr).size();
    const bool wide = ftyp.size() + index + head + media_data.size() > UINT32_MAX;
    // A number is as long whatever it says, so the first writing told the size of the second.
    const std::size_t wide_index = wide ? mp4::write_movie(movie, quicktime, true, 0, moov, nullptr).size() : index;
    const Bytes written = mp4::write_movie(movie, quicktime, wide, ftyp.size() + wide_index + head, moov, &left_out_);
    CleanPlan& out = walked_.plan;
    out.put(ftyp);
    out.put(written);
    out.put(wide_media ? BoxWriter().u32(1).u32(type("mdat")).u64(media_data.size() + 16).take()
                       : BoxWriter().u32(media_data.size() + 8).u32(type("mdat")).take());
    for (const CleanPlan::Step& step : media_data.steps()) {
      if (step.copies) out.copy(step.at, step.length);
      else out.put(ByteView(media_data.literals()).subspan(static_cast<std::size_t>(step.at), static_cast<std::size_t>(step.length)));
    }
    if (ftyp_) {
      DOKAZ_LET(original, file_.bytes(ftyp_->offset, std::min<std::uint64_t>(ftyp_->size, 4096)));
      if (original != ftyp) DOKAZ_TRY(remove("ftyp", ftyp_->offset, ftyp_->size));
    }
    return {};
  }

  const Content& file_;
  const WalkOptions& options_;
  Walked walked_;
  mp4::LeftOut left_out_;
  std::optional<std::string> brand_;
  std::optional<Box> ftyp_, moov_;
  std::vector<mp4::Extent> media_;
};

}  // namespace

Result<Walked> walk_mp4(const Content& file, const WalkOptions& options) { return Mp4Walker(file, options).run(); }

}  // namespace dokaz::intake
