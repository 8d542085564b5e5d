// SPDX-License-Identifier: GPL-3.0-or-later
// Segments in file order: tables wait until a scan needs them, everything unknown to a decoder falls out.
#include "collector/intake/jpeg/jpeg_walker.hpp"

#include "collector/intake/jpeg/jpeg_entropy.hpp"
#include "collector/intake/jpeg/jpeg_segments.hpp"

namespace dokaz::intake {
namespace {

using namespace std::string_view_literals;

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("JPEG: ") + what); }

class JpegWalker {
 public:
  explicit JpegWalker(ByteView file) : file_(file) { walked_.media = Media::jpeg; }

  Result<Walked> run() {
    at_ = 2;  // SOI, by recognise()
    for (bool ended = false; !ended;) {
      DOKAZ_LET(marker, next_marker());
      if (marker == jpeg::EOI) {
        DOKAZ_TRY(finish());
        ended = true;
      } else {
        DOKAZ_LET(payload, segment());
        DOKAZ_TRY(take(marker, payload));
      }
    }
    walked_.plan = std::move(out_);
    return std::move(walked_);
  }

 private:
  /// The code after FF and its fill bytes; `at_` stands behind it, `segment_start_` on its last FF.
  Result<Byte> next_marker() {
    if (at_ >= file_.size()) return fail(Errc::truncated_media);
    if (file_[at_] != 0xff) return bad("bytes between segments");
    const std::size_t start = at_;
    while (at_ < file_.size() && file_[at_] == 0xff) ++at_;
    if (at_ == file_.size()) return fail(Errc::truncated_media);
    segment_start_ = at_ - 1;
    if (segment_start_ > start) remove("jpeg.fill", start, segment_start_);
    return file_[at_++];
  }

  Result<ByteView> segment() {
    const Byte marker = file_[at_ - 1];
    if (jpeg::stands_alone(marker)) return bad("marker out of place");
    if (file_.size() - at_ < 2) return fail(Errc::truncated_media);
    const std::size_t length = jpeg::number16(file_.subspan(at_));
    if (length < 2) return bad("segment length");
    if (length > file_.size() - at_) return fail(Errc::truncated_media);
    const ByteView payload = file_.subspan(at_ + 2, length - 2);
    at_ += length;
    return payload;
  }

  Status take(Byte marker, ByteView payload) {
    if (jpeg::is_unsupported_frame(marker))
      return fail(Errc::unsupported_media, "JPEG: lossless, hierarchical or arithmetic coding");
    if (marker == jpeg::DNL) return fail(Errc::unsupported_media, "JPEG: number of lines stated late");
    if (marker == jpeg::COM || jpeg::is_app(marker)) return take_application(marker, payload);
    switch (marker) {
      case jpeg::SOF0:
      case jpeg::SOF1:
      case jpeg::SOF2: {
        if (frame_) return bad("two frames");
        DOKAZ_LET(frame, jpeg::read_frame(marker, payload));
        frame_ = frame;
        frame_at_ = segment_start_;
        walked_.width = frame.width;
        walked_.height = frame.height;
        return {};
      }
      case jpeg::DQT: return take_quantisation(payload);
      case jpeg::DHT: return take_huffman(payload);
      case jpeg::DRI:
        if (payload.size() != 2) return bad("restart interval");
        restart_ = jpeg::number16(payload);
        return {};
      case jpeg::SOS: return take_scan(payload);
    }
    return bad("unknown marker");
  }

  Status take_application(Byte marker, ByteView payload) {
    const jpeg::Application what = jpeg::name_application(marker, payload);
    const ByteView body = payload.subspan(what.label);
    switch (what.kind) {
      case jpeg::Application::jfif:
        if (!header_written_) {
          jfif_ = true;
          if (jpeg::number16(payload.subspan(8)) != jpeg::number16(payload.subspan(10)) && payload[7] == 0)
            warn("the picture's pixels are not square; the clean copy does not say so");
          if (std::equal(payload.begin(), payload.end(), jpeg::canonical_jfif.begin() + 4,
                         jpeg::canonical_jfif.end()))
            return {};
        }
        break;
      case jpeg::Application::adobe: {
        const Byte transform = payload[11];
        if (transform > 2 || (adobe_ && *adobe_ != transform)) return bad("colour transform");
        if (!header_written_) {
          adobe_ = transform;
          if (text_of(payload) == text_of(jpeg::canonical_adobe(transform)).substr(4)) return {};
        }
        break;
      }
      case jpeg::Application::exif:
        if (walked_.blocks.exif.empty() && !header_written_) {
          walked_.orientation = orientation_of(body);
          if (walked_.orientation > 1 && text_of(body) == text_of(canonical_exif(walked_.orientation))) {
            walked_.blocks.exif.push_back(to_bytes(body));
            return {};
          }
        }
        walked_.blocks.exif.push_back(to_bytes(body));
        break;
      case jpeg::Application::xmp: walked_.blocks.xmp.push_back(to_bytes(body)); break;
      case jpeg::Application::photoshop: append(walked_.blocks.photoshop, body); break;
      case jpeg::Application::icc:
        if (!icc_) warn("the colour profile was removed: colours may look a little different");
        icc_ = true;
        break;
      case jpeg::Application::other: break;
    }
    remove(what.name, segment_start_, at_);
    return {};
  }

  // A table as it stands in the file: its id byte and its content.
  struct Slice {
    std::size_t offset = 0, length = 0;
  };
  struct Slot {
    std::optional<Slice> in_force, waiting;
  };
  ByteView bytes(Slice slice) const { return file_.subspan(slice.offset, slice.length); }

  void define(Slot& slot, Slice slice, const char* unused) {
    if (slot.waiting) remove(unused, *slot.waiting);
    slot.waiting.reset();
    if (slot.in_force && text_of(bytes(*slot.in_force)) == text_of(bytes(slice))) remove(unused, slice);
    else slot.waiting = slice;
  }

  Status need(Slot& slot, Byte marker) {
    if (slot.waiting) {
      const std::size_t length = slot.waiting->length + 2;
      out_.put(Bytes{0xff, marker, static_cast<Byte>(length >> 8), static_cast<Byte>(length)});
      out_.copy(slot.waiting->offset, slot.waiting->length);
      slot.in_force = std::exchange(slot.waiting, std::nullopt);
    }
    if (!slot.in_force) return bad("a table is missing");
    return {};
  }

  Status take_quantisation(ByteView payload) {
    if (payload.empty()) return bad("quantisation table");
    for (ByteView rest = payload; !rest.empty();) {
      const std::size_t length = (rest[0] >> 4) == 0 ? 65 : 129;
      if (rest[0] >> 4 > 1 || (rest[0] & 15) > 3 || rest.size() < length) return bad("quantisation table");
      define(quantisation_[rest[0] & 15], {at_ - rest.size(), length}, "jpeg.dqt.unused");
      rest = rest.subspan(length);
    }
    return {};
  }

  Status take_huffman(ByteView payload) {
    if (payload.empty()) return bad("Huffman table");
    for (ByteView rest = payload; !rest.empty();) {
      DOKAZ_LET(length, jpeg::huffman_length(rest));
      define(huffman_[rest[0] >> 4][rest[0] & 15], {at_ - rest.size(), length}, "jpeg.dht.unused");
      rest = rest.subspan(length);
    }
    return {};
  }

  void write_header() {
    out_.put(Bytes{0xff, jpeg::SOI});
    if (jfif_) out_.put(jpeg::canonical_jfif);
    if (walked_.orientation > 1) {
      const Bytes exif = canonical_exif(walked_.orientation);
      out_.put(Bytes{0xff, jpeg::APP0 + 1, 0, static_cast<Byte>(2 + 6 + exif.size())});
      out_.put(bytes_of("Exif\0\0"sv));
      out_.put(exif);
    }
    if (adobe_) out_.put(jpeg::canonical_adobe(*adobe_));
    header_written_ = true;
  }

  Status take_scan(ByteView payload) {
    if (!frame_) return bad("scan before frame");
    if (++scans_ > jpeg::most_scans) return bad("more scans than a picture has");
    DOKAZ_LET(scan, jpeg::read_scan(*frame_, payload));
    const bool first = !header_written_;
    if (first) write_header();
    for (unsigned id = 0; id < 4; ++id) {
      if (!scan.uses_quantisation(id)) continue;
      if (quantisation_[id].waiting && scan.repeats_component_of(id)) return bad("table changed between scans");
      DOKAZ_TRY(need(quantisation_[id], jpeg::DQT));
    }
    if (first) out_.copy(frame_at_, 2 + 2 + 6 + 3 * frame_->components.size());
    for (unsigned kind = 0; kind < 2; ++kind)
      for (unsigned id = 0; id < 4; ++id)
        if (scan.uses_huffman(kind, id)) DOKAZ_TRY(need(huffman_[kind][id], jpeg::DHT));
    if (restart_ != restart_written_) {
      out_.put(Bytes{0xff, jpeg::DRI, 0, 4, static_cast<Byte>(restart_ >> 8), static_cast<Byte>(restart_)});
      restart_written_ = restart_;
    }
    const Bytes canonical = jpeg::scan_segment(scan);
    if (text_of(canonical) == text_of(file_.subspan(segment_start_, at_ - segment_start_)))
      out_.copy(segment_start_, canonical.size());
    else
      out_.put(canonical);
    frame_->note_scan(scan);
    return take_coded_data(scan);
  }

  /// Where the code of the next marker stands, restarts included.
  Result<std::size_t> coded_end() const {
    for (std::size_t at = at_; at < file_.size();) {
      const void* found = std::memchr(&file_[at], 0xff, file_.size() - at);
      if (!found) break;
      const std::size_t mark = static_cast<std::size_t>(static_cast<const Byte*>(found) - file_.data());
      std::size_t code = mark + 1;
      while (code < file_.size() && file_[code] == 0xff) ++code;
      if (code == file_.size()) break;
      if (file_[code] != 0) return code;
      if (code > mark + 1) return bad("fill before a coded byte");
      at = code + 1;
    }
    return fail(Errc::truncated_media);
  }

  /// Entropy-coded data up to the next marker that is not a restart: of each interval, what its units need.
  Status take_coded_data(const jpeg::Scan& scan) {
    std::uint64_t units = frame_->units_in(scan);
    if (8 * std::uint64_t{file_.size() - at_} < frame_->fewest_bits(scan)) return fail(Errc::truncated_media);
    std::array<std::array<jpeg::CodeTable, 4>, 2> tables;
    for (unsigned kind = 0; kind < 2; ++kind)
      for (unsigned id = 0; id < 4; ++id)
        if (scan.uses_huffman(kind, id)) tables[kind][id] = jpeg::CodeTable(bytes(*huffman_[kind][id].in_force));
    if (!scan.progressive)
      for (jpeg::CodeTable& table : tables[1]) table.make_strides();
    jpeg::ScanReader reader(*frame_, scan, tables, non_zero_);
    for (unsigned number = 0;; ++number) {
      DOKAZ_LET(code, coded_end());
      std::size_t mark = code - 1;
      while (mark > at_ && file_[mark - 1] == 0xff) --mark;  // fill
      const bool restart = jpeg::is_restart(file_[code]);
      const std::uint64_t now = restart_ == 0 ? units : std::min<std::uint64_t>(units, restart_);
      if (restart && (now == units || file_[code] != jpeg::RST0 + (number & 7))) return bad("restart marker");
      if (!restart && now < units) return fail(Errc::truncated_media);
      DOKAZ_LET(used, reader.interval(file_.subspan(at_, mark - at_), now));
      out_.copy(at_, used);
      if (at_ + used < mark) {
        warn("bytes behind the picture's coded data are kept in recovery only");
        remove("jpeg.scan.slack", at_ + used, mark);
      }
      units -= now;
      at_ = mark;
      if (!restart) return {};
      if (mark < code - 1) remove("jpeg.fill", mark, code - 1);
      out_.copy(code - 1, 2);
      at_ = code + 1;
    }
  }

  Status finish() {
    if (!frame_ || !frame_->complete()) return fail(Errc::truncated_media);
    for (Slot& slot : quantisation_)
      if (slot.waiting) remove("jpeg.dqt.unused", *slot.waiting);
    for (auto& kind : huffman_)
      for (Slot& slot : kind)
        if (slot.waiting) remove("jpeg.dht.unused", *slot.waiting);
    out_.put(Bytes{0xff, jpeg::EOI});
    if (at_ == file_.size()) return {};
    const bool picture = text_of(file_.subspan(at_)).find("\xff\xd8\xff"sv) != std::string_view::npos;
    const bool movie = text_of(file_.subspan(at_)).find("ftyp"sv) != std::string_view::npos;
    if (picture) warn("further pictures after the end of the first are kept in recovery only");
    if (movie) warn("a film after the end of the picture is kept in recovery only");
    if (!picture && !movie) warn("bytes after the end of the picture are kept in recovery only");
    remove("jpeg.trailer", at_, file_.size());
    return {};
  }

  void warn(const char* words) { walked_.warnings.emplace_back(words); }
  void remove(std::string_view kind, Slice slice) { remove(kind, slice.offset, slice.offset + slice.length); }
  void remove(std::string_view kind, std::size_t from, std::size_t to) {
    walked_.removed.push_back({std::string(kind), to - from, sha256(file_.subspan(from, to - from))});
  }

  ByteView file_;
  CleanPlan out_;
  Walked walked_;
  std::size_t at_ = 0, segment_start_ = 0, frame_at_ = 0;
  std::optional<jpeg::Frame> frame_;
  std::array<Slot, 4> quantisation_;
  std::array<std::array<Slot, 4>, 2> huffman_;
  std::array<jpeg::NonZero, 4> non_zero_;
  unsigned scans_ = 0;
  std::uint32_t restart_ = 0, restart_written_ = 0;
  bool header_written_ = false, jfif_ = false, icc_ = false;
  std::optional<Byte> adobe_;
};

}  // namespace

Result<Walked> walk_jpeg(ByteView file, const WalkOptions&) { return JpegWalker(file).run(); }

}  // namespace dokaz::intake
