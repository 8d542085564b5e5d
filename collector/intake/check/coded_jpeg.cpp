// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/check/coded_jpeg.hpp"

#include <map>
#include <optional>

#include "collector/intake/check/clean_check.hpp"
#include "collector/intake/check/jpeg_parts.hpp"

namespace dokaz::intake::check {
namespace {

using namespace std::string_view_literals;

/// A hash of many short pieces.
class PieceHash {
 public:
  void add(std::string_view piece) {
    if (piece.size() >= held_.capacity() / 2) {
      flush();
      hash_.update(piece);
    } else {
      if (held_.size() + piece.size() > held_.capacity()) flush();
      held_ += piece;
    }
  }
  Sha256 finish() {
    flush();
    return hash_.finish();
  }

 private:
  void flush() {
    hash_.update(held_);
    held_.clear();
  }
  Sha256Stream hash_;
  std::string held_ = [] { std::string room; room.reserve(8192); return room; }();
};

/// Parts of a colour profile by their number, as long as they agree on how many there are.
class Profile {
 public:
  void add(std::string_view body) {
    if (body.size() < 2 || (count_ && count_ != u8(body, 1)) || parts_.contains(u8(body, 0))) broken_ = true;
    if (broken_) return;
    count_ = u8(body, 1);
    parts_[u8(body, 0)] = body.substr(2);
  }
  std::string joined() const {
    std::string out;
    if (broken_ || parts_.size() != count_ || (count_ && (parts_.begin()->first != 1 || parts_.rbegin()->first != count_))) return out;
    for (const auto& [number, part] : parts_) out += part;
    return out;
  }

 private:
  std::map<unsigned, std::string_view> parts_;
  unsigned count_ = 0;
  bool broken_ = false;
};

}  // namespace

Extent extent_of(std::string_view coded, unsigned filling) {
  const bool stuffed = coded.size() >= 2 && coded.ends_with("\xff\0"sv);
  return {static_cast<std::uint32_t>(coded.size() - (stuffed ? 2 : 1)) & 0x1fffffff, filling & 7};
}

Result<CodedJpeg> coded_jpeg(ByteView bytes, const std::vector<Extent>& intervals) {
  const std::string_view file = text_of(bytes);
  if (!file.starts_with("\xff\xd8\xff")) return unclean("not a JPEG");
  Profile profile;
  FieldHash hash;
  Tables tables;
  std::map<unsigned, std::string> latched;  // a component keeps the quantisation of its first scan
  std::optional<FrameHeader> frame;
  std::string frame_body;
  bool jfif = false, scanned = false;
  std::optional<unsigned> orientation;
  unsigned interval = 0, transform = 255;
  std::size_t next_length = 0;
  for (std::size_t at = 2;;) {
    at = file.find_first_not_of('\xff', at);
    if (at == std::string_view::npos) return unclean("no end");
    const unsigned marker = u8(file, at++);
    if (marker == 0xd9) break;
    if (file.size() - at < 2 || u16(file, at) < 2 || file.size() - at < u16(file, at)) return unclean("segment length");
    const std::string_view body = file.substr(at + 2, u16(file, at) - 2u);
    at += u16(file, at);
    if (marker == 0xdb || marker == 0xc4) {
      for (std::string_view rest = body; !rest.empty();) {
        const std::size_t length = table_length(marker == 0xdb, rest);
        if (length == 0) return unclean("table");
        tables[table_name(marker == 0xdb, rest)] = rest.substr(0, length);
        rest.remove_prefix(length);
      }
    } else if (marker == 0xdd) {
      if (body.size() != 2) return unclean("restart interval");
      interval = u16(body, 0);
    } else if (marker == 0xe0 && !scanned) {
      jfif |= body.size() >= 14 && body.starts_with("JFIF\0"sv);
    } else if (marker == 0xe1 && !scanned && !orientation && body.starts_with("Exif\0\0"sv)) {
      orientation = stated_orientation(bytes_of(body.substr(6)));
    } else if (marker == 0xe2 && !scanned && body.starts_with("ICC_PROFILE\0"sv)) {
      profile.add(body.substr(12));
    } else if (marker == 0xee && !scanned) {
      if (body.size() >= 12 && body.starts_with("Adobe")) transform = u8(body, 11);
    } else if (marker >= 0xc0 && marker <= 0xcf) {
      if (frame || marker > 0xc2) return unclean("frame");
      DOKAZ_LET(header, frame_header(marker, body));
      frame = header;
      frame_body = body;
    } else if (marker == 0xda) {
      if (!frame) return unclean("scan before frame");
      DOKAZ_LET(needs, scan_needs(*frame, body));
      if (!scanned) {
        hash.field("frame", frame->marker);
        hash.field("header", bytes_of(frame_body));
        hash.field("jfif", std::uint64_t{jfif});
        hash.field("adobe", transform);
      }
      scanned = true;
      hash.field("spectrum", bytes_of(body.substr(body.size() - 3)));
      hash.field("interval", interval < needs.units ? interval : 0);
      for (std::size_t i = 0; i < needs.components.size(); ++i) {
        const unsigned id = needs.components[i];
        for (const FrameComponent& c : frame->components)
          if (c.id == id && !latched.contains(id)) latched[id] = tables[{2, c.quantisation}];
        hash.field("component", id);
        hash.field("quantisation", bytes_of(latched[id]));
        const unsigned selectors = u8(body, 2 + 2 * i);
        if (needs.tables.contains({0, selectors >> 4})) hash.field("dc", bytes_of(tables[{0, selectors >> 4}]));
        if (needs.tables.contains({1, selectors & 15})) hash.field("ac", bytes_of(tables[{1, selectors & 15}]));
      }
      PieceHash coded;
      std::string_view rest = file.substr(at);
      for (bool more = true; more;) {
        const auto found = next_interval(rest);
        if (!found) return unclean("no end");
        if (next_length == intervals.size() || found->coded.size() <= intervals[next_length].before)
          return unclean("coded data");
        const Extent extent = intervals[next_length++];
        coded.add(found->coded.substr(0, extent.before));
        std::string end(1, static_cast<char>(u8(found->coded, extent.before) | ((1u << extent.filling) - 1)));
        more = found->restart.has_value();
        if (more) end += {'\xff', *found->restart};
        coded.add(end);
      }
      at = file.size() - rest.size();
      hash.field("coded", coded.finish().view());
    }
  }
  if (!scanned || next_length != intervals.size()) return unclean("no scan");
  return CodedJpeg{hash.finish(), profile.joined(), orientation.value_or(1)};
}

}  // namespace dokaz::intake::check
