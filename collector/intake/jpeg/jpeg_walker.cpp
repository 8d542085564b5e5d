// SPDX-License-Identifier: GPL-3.0-or-later
// Segments in file order: tables wait until a scan needs them, everything unknown to a decoder falls out.
#include "collector/intake/jpeg/jpeg_walker.hpp"

#include <algorithm>
#include <cstring>

#include "collector/intake/colour/icc_profile.hpp"
#include "collector/intake/jpeg/jpeg_beside.hpp"
#include "collector/intake/jpeg/jpeg_entropy.hpp"
#include "collector/intake/jpeg/jpeg_segments.hpp"
#include "collector/intake/jpeg/jpeg_spread.hpp"

namespace dokaz::intake {
namespace {

using namespace std::string_view_literals;

/// Memory for hostile files; the answer over the pipe allows fewer.
constexpr std::size_t most_removed = 100'000;

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("JPEG: ") + what); }

class JpegWalker {
 public:
  JpegWalker(ByteView file, const WalkOptions& options) : file_(file), options_(options) { walked_.media = Media::jpeg; }

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
      if (walked_.removed.size() > most_removed) return bad("more parts than a picture has");
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
        if (restart_waiting_) remove("jpeg.dri.unused", *restart_waiting_);
        restart_ = jpeg::number16(payload);
        restart_waiting_ = Slice{segment_start_, at_ - segment_start_};
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
          beside_.note({payload[12], payload[13]});
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
      case jpeg::Application::extended_xmp: long_xmp_.add(body); break;
      case jpeg::Application::icc:
        if (header_written_) break;  // decoders want it before the first scan
        profile_.add(body);
        profile_segments_.push_back(walked_.removed.size());
        break;
      case jpeg::Application::jumbf:
        if (!c2pa_.holds(body)) break;
        if (!walked_.c2pa) warn("the picture's signed history (C2PA) is kept in recovery only");
        walked_.c2pa = true;
        remove("jpeg.app11.c2pa", segment_start_, at_);
        return {};
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

  Status write_header() {
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
    return write_profile();
  }

  Status write_profile() {
    if (!profile_.any()) return {};
    const std::size_t components = frame_->components.size();
    const auto samples = components == 1   ? colour::Samples::gray
                         : components == 3 ? colour::Samples::rgb
                                           : colour::Samples::other;
    DOKAZ_LET(profile, colour::settled(profile_.whole(), samples, options_.colour_profile, walked_.warnings));
    if (profile.empty()) return {};
    const Bytes segment = jpeg::profile_segment(profile);
    out_.put(segment);
    // One that stood there as it must be was not removed.
    if (profile_segments_.size() == 1)
      if (const auto at = walked_.removed.begin() + static_cast<std::ptrdiff_t>(profile_segments_[0]);
          at->length == segment.size() && at->digest == sha256(segment))
        walked_.removed.erase(at);
    return {};
  }

  Status take_scan(ByteView payload) {
    if (!frame_) return bad("scan before frame");
    if (++scans_ > jpeg::most_scans) return bad("more scans than a picture has");
    DOKAZ_LET(scan, jpeg::read_scan(*frame_, payload));
    const bool first = !header_written_;
    if (first) DOKAZ_TRY(write_header());
    for (unsigned id = 0; id < 4; ++id) {
      if (!scan.uses_quantisation(id)) continue;
      if (quantisation_[id].waiting && scan.repeats_component_of(id)) return bad("table changed between scans");
      DOKAZ_TRY(need(quantisation_[id], jpeg::DQT));
    }
    if (first) out_.copy(frame_at_, 2 + 2 + 6 + 3 * frame_->components.size());
    for (unsigned kind = 0; kind < 2; ++kind)
      for (unsigned id = 0; id < 4; ++id)
        if (scan.uses_huffman(kind, id)) DOKAZ_TRY(need(huffman_[kind][id], jpeg::DHT));
    // An interval that the scan does not fill says nothing.
    const std::uint32_t restart = restart_ < frame_->units_in(scan) ? restart_ : 0;
    if (restart != restart_written_)
      out_.put(Bytes{0xff, jpeg::DRI, 0, 4, static_cast<Byte>(restart >> 8), static_cast<Byte>(restart)});
    else if (restart_waiting_)
      remove("jpeg.dri.unused", *restart_waiting_);
    restart_written_ = restart;
    restart_waiting_.reset();
    const Bytes canonical = jpeg::scan_segment(scan);
    if (text_of(canonical) == text_of(file_.subspan(segment_start_, at_ - segment_start_)))
      out_.copy(segment_start_, canonical.size());
    else
      out_.put(canonical);
    frame_->note_scan(scan);
    return take_coded_data(scan);
  }

  /// The next marker from `from` on, restarts included: its first FF, fill before it, and its code.
  struct Mark {
    std::size_t first = 0, code = 0;
  };
  Result<Mark> next_mark(std::size_t from) const {
    while (from < file_.size()) {
      const void* found = std::memchr(&file_[from], 0xff, file_.size() - from);
      if (!found) break;
      const std::size_t first = static_cast<std::size_t>(static_cast<const Byte*>(found) - file_.data());
      std::size_t code = first + 1;
      while (code < file_.size() && file_[code] == 0xff) ++code;
      if (code == file_.size()) break;
      if (file_[code] != 0) return Mark{first, code};
      if (code > first + 1) return bad("fill before a coded byte");
      from = code + 1;
    }
    return fail(Errc::truncated_media);
  }

  /// The interval at `at_`, the bits that fill its last byte set, as T.81 F.1.2.3 wants them.
  void write_interval(const jpeg::ScanReader::Interval& interval) {
    const std::size_t end = at_ + interval.size;
    const auto filling = static_cast<Byte>((1u << interval.padding) - 1);
    const bool stuffed = interval.size >= 2 && file_[end - 1] == 0 && file_[end - 2] == 0xff;
    if (stuffed || (file_[end - 1] & filling) == filling) return out_.copy(at_, interval.size);
    const auto last = static_cast<Byte>(file_[end - 1] | filling);
    out_.copy(at_, interval.size - 1);
    out_.put(last == 0xff ? Bytes{0xff, 0} : Bytes{last});
    padding_.update(file_.subspan(end - 1, 1));
    ++padded_;
  }

  /// Entropy-coded data up to the next marker that is not a restart: of each interval, what its units need.
  Status take_coded_data(const jpeg::Scan& scan) {
    std::uint64_t units = frame_->units_in(scan);
    const unsigned restart = restart_written_;
    if (8 * std::uint64_t{file_.size() - at_} < frame_->fewest_bits(scan)) return fail(Errc::truncated_media);
    blocks_ += frame_->blocks_in(scan);
    if (blocks_ > jpeg::most_blocks_in_all) return fail(Errc::too_large, "JPEG: more blocks in its scans than a picture has");
    jpeg::CodeTables tables;
    for (unsigned kind = 0; kind < (options_.every_code ? 2u : 0u); ++kind)
      for (unsigned id = 0; id < 4; ++id)
        if (scan.uses_huffman(kind, id)) {
          tables[kind][id] = jpeg::CodeTable(bytes(*huffman_[kind][id].in_force));
          if (kind == 1 && !scan.progressive) tables[kind][id].make_strides();
        }
    jpeg::ScanReader reader(*frame_, scan, tables, non_zero_);
    for (unsigned number = 0;; ++number) {
      const std::uint64_t now = restart == 0 ? units : std::min<std::uint64_t>(units, restart);
      std::size_t end = 0;
      if (options_.every_code) {
        DOKAZ_LET(interval, reader.interval(file_.subspan(at_), now));
        write_interval(interval);
        end = at_ + interval.size;
      }
      DOKAZ_LET(mark, next_mark(std::max(end, at_)));
      if (!options_.every_code) out_.copy(at_, (end = mark.first) - at_);
      if (end < mark.first) {
        warn("bytes behind the picture's coded data are kept in recovery only");
        remove("jpeg.scan.slack", end, mark.first);
      }
      units -= now;
      at_ = mark.first;
      if (!jpeg::is_restart(file_[mark.code])) return units == 0 ? Status() : fail(Errc::truncated_media);
      if (units == 0 || file_[mark.code] != jpeg::RST0 + (number & 7)) return bad("restart marker");
      if (mark.first < mark.code - 1) remove("jpeg.fill", mark.first, mark.code - 1);
      if (walked_.removed.size() > most_removed) return bad("more parts than a picture has");
      out_.copy(mark.code - 1, 2);
      at_ = mark.code + 1;
    }
  }

  Status finish() {
    if (!frame_ || !frame_->complete()) return fail(Errc::truncated_media);
    for (Slot& slot : quantisation_)
      if (slot.waiting) remove("jpeg.dqt.unused", *slot.waiting);
    for (auto& kind : huffman_)
      for (Slot& slot : kind)
        if (slot.waiting) remove("jpeg.dht.unused", *slot.waiting);
    if (restart_waiting_) remove("jpeg.dri.unused", *restart_waiting_);
    if (padded_ > 0) walked_.removed.push_back({"jpeg.scan.padding", padded_, padding_.finish()});
    out_.put(Bytes{0xff, jpeg::EOI});
    for (Bytes& packet : long_xmp_.packets()) walked_.blocks.xmp.push_back(std::move(packet));
    const ByteView trailer = file_.subspan(at_);
    const std::vector<jpeg::TrailerPart> parts = jpeg::parts_of_trailer(trailer);
    for (const jpeg::TrailerPart& part : parts)
      remove(jpeg::name_of(part.kind), at_ + part.offset, at_ + part.offset + part.size);
    beside_.finish(trailer, parts);
    return {};
  }

  void warn(const char* words) { jpeg::warn(walked_, words); }
  void remove(std::string_view kind, Slice slice) { remove(kind, slice.offset, slice.offset + slice.length); }
  void remove(std::string_view kind, std::size_t from, std::size_t to) {
    walked_.removed.push_back({std::string(kind), to - from, sha256(file_.subspan(from, to - from))});
  }

  ByteView file_;
  WalkOptions options_;
  CleanPlan out_;
  Walked walked_;
  jpeg::Beside beside_{walked_};
  std::size_t at_ = 0, segment_start_ = 0, frame_at_ = 0;
  std::optional<jpeg::Frame> frame_;
  std::array<Slot, 4> quantisation_;
  std::array<std::array<Slot, 4>, 2> huffman_;
  std::array<jpeg::NonZero, 4> non_zero_;
  unsigned scans_ = 0;
  std::uint32_t restart_ = 0, restart_written_ = 0;
  std::optional<Slice> restart_waiting_;
  std::uint64_t blocks_ = 0, padded_ = 0;
  Sha256Stream padding_;
  bool header_written_ = false, jfif_ = false;
  jpeg::ProfileParts profile_;
  std::vector<std::size_t> profile_segments_;  ///< where they are in the list of removed elements
  jpeg::LongXmp long_xmp_;
  jpeg::C2paBoxes c2pa_;
  std::optional<Byte> adobe_;
};

}  // namespace

Result<Walked> walk_jpeg(ByteView file, const WalkOptions& options) { return JpegWalker(file, options).run(); }

}  // namespace dokaz::intake
