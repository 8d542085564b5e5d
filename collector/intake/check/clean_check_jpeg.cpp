// SPDX-License-Identifier: GPL-3.0-or-later
// JPEG seen a second time: one reader for what decides the picture, one for the exact grammar.
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "collector/intake/check/clean_check.hpp"
#include "collector/intake/check/clean_check_scan.hpp"
#include "collector/intake/check/icc.hpp"

namespace dokaz::intake::check {
namespace {

using namespace std::string_view_literals;

unsigned u8(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }
unsigned u16(std::string_view text, std::size_t at) { return u8(text, at) << 8 | u8(text, at + 1); }

/// (class, id) of a table: class 0 DC, 1 AC, 2 quantisation.
using TableName = std::pair<unsigned, unsigned>;
using Tables = std::map<TableName, std::string>;

/// Length of the table at the front of a DQT (class 2) or DHT segment, its id byte included; 0: none.
std::size_t table_length(bool quantisation, std::string_view rest) {
  if (quantisation) {
    const std::size_t length = u8(rest, 0) < 16 ? 65 : 129;
    return u8(rest, 0) < 32 && rest.size() >= length ? length : 0;
  }
  if (rest.size() < 17 || u8(rest, 0) > 31) return 0;
  std::size_t length = 17;
  for (std::size_t i = 1; i <= 16; ++i) length += u8(rest, i);
  return rest.size() >= length ? length : 0;
}
TableName table_name(bool quantisation, std::string_view table) {
  return {quantisation ? 2 : u8(table, 0) >> 4, u8(table, 0) & 15};
}

struct FrameComponent {
  unsigned id, across, down, quantisation;
};
struct FrameHeader {
  unsigned marker = 0, width = 0, height = 0;
  std::vector<FrameComponent> components;
};

Result<FrameHeader> frame_header(unsigned marker, std::string_view body) {
  if (body.size() < 6 || body.size() != 6 + 3 * u8(body, 5) || u8(body, 0) != 8) return unclean("frame header");
  FrameHeader frame{marker, u16(body, 3), u16(body, 1), {}};
  for (std::size_t at = 6; at < body.size(); at += 3)
    frame.components.push_back({u8(body, at), u8(body, at + 1) >> 4, u8(body, at + 1) & 15, u8(body, at + 2)});
  for (const FrameComponent& c : frame.components)
    if (c.across < 1 || c.across > 4 || c.down < 1 || c.down > 4) return unclean("frame header");
  if (frame.components.empty() || !frame.width || !frame.height) return unclean("frame header");
  return frame;
}

/// The tables that a scan needs, and the number of restart markers in it.
struct ScanNeeds {
  std::set<TableName> tables;
  std::vector<unsigned> components;
  bool selectors_exact = true;  ///< those of tables that are not used are zero
  std::uint64_t units = 0;
};

Result<ScanNeeds> scan_needs(const FrameHeader& frame, std::string_view body) {
  if (body.size() < 6 || body.size() != 4 + 2 * u8(body, 0)) return unclean("scan header");
  const bool progressive = frame.marker == 0xc2;
  const unsigned start = u8(body, body.size() - 3), high = u8(body, body.size() - 1) >> 4;
  const bool dc = start == 0 && high == 0, ac = !progressive || start != 0;
  ScanNeeds needs;
  unsigned most_across = 1, most_down = 1;
  for (const FrameComponent& c : frame.components)
    most_across = std::max(most_across, c.across), most_down = std::max(most_down, c.down);
  const auto up = [](std::uint64_t a, std::uint64_t b) { return a / b + (a % b != 0); };
  needs.units = up(frame.width, 8 * most_across) * up(frame.height, 8 * most_down);
  for (std::size_t at = 1; at + 3 < body.size(); at += 2) {
    const FrameComponent* found = nullptr;
    for (const FrameComponent& c : frame.components)
      if (c.id == u8(body, at)) found = &c;
    if (!found) return unclean("scan header");
    const unsigned selectors = u8(body, at + 1);
    needs.components.push_back(found->id);
    needs.tables.insert({2, found->quantisation});
    if (dc) needs.tables.insert({0, selectors >> 4});
    if (ac) needs.tables.insert({1, selectors & 15});
    if ((!dc && selectors >> 4) || (!ac && (selectors & 15))) needs.selectors_exact = false;
    if (body.size() == 6)
      needs.units = up(up(std::uint64_t{frame.width} * found->across, most_across), 8) *
                    up(up(std::uint64_t{frame.height} * found->down, most_down), 8);
  }
  return needs;
}

struct Interval {
  std::string_view coded;
  bool fill = false;            ///< in it or behind it
  std::optional<char> restart;  ///< the marker that ends it
};

/// Cuts coded data off `rest` up to the next marker, and that marker too where it is a restart.
std::optional<Interval> next_interval(std::string_view& rest) {
  Interval out;
  for (std::size_t at = 0;;) {
    const std::size_t mark = rest.find('\xff', at);
    const std::size_t code = mark == std::string_view::npos ? mark : rest.find_first_not_of('\xff', mark);
    if (code == std::string_view::npos) return std::nullopt;
    out.fill |= code > mark + 1;
    at = code + 1;
    if (rest[code] == 0) continue;
    out.coded = rest.substr(0, mark);
    const bool restart = (u8(rest, code) & 0xf8) == 0xd0;
    if (restart) out.restart = rest[code];
    rest.remove_prefix(restart ? at : mark);
    return out;
  }
}

/// How much of an interval's bytes is the picture's: all before the last, and the upper bits of that one.
struct Extent {
  std::uint32_t before : 29, filling : 3;  // a file is at most 2^29 bytes
};

Extent extent_of(std::string_view coded, unsigned filling) {
  const bool stuffed = coded.size() >= 2 && coded.ends_with("\xff\0"sv);
  return {static_cast<std::uint32_t>(coded.size() - (stuffed ? 2 : 1)) & 0x1fffffff, filling & 7};
}

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

struct Coded {
  Sha256 digest;
  std::string profile;  ///< colour profile, its parts joined; empty where they do not fit together
  unsigned orientation = 1;  ///< of the first Exif block before the first scan
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

/// Of each interval only what the copy's takes: where the copy's decode to their end, the original's
/// decode alike, and what stands behind them there is not the picture.
Result<Coded> coded_jpeg(ByteView bytes, const std::vector<Extent>& intervals) {
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
  return Coded{hash.finish(), profile.joined(), orientation.value_or(1)};
}

class ExactJpeg {
 public:
  explicit ExactJpeg(std::string_view file) : rest_(file) {}
  /// Of the coded data of each interval, in file order.
  const std::vector<Extent>& intervals() const { return intervals_; }
  /// The colour profile, or nothing.
  std::string_view profile() const { return profile_; }

  Result<Checked> run() {
    if (!skip("\xff\xd8"sv)) return unclean("start");
    skip("\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"sv);
    if (skip("\xff\xe1\0\x22"
             "Exif\0\0"sv)) {
      checked_.exif = to_bytes(rest_.substr(0, 26));
      if (!is_orientation_alone(checked_.exif)) return unclean("Exif");
      rest_.remove_prefix(26);
    }
    if (skip("\xff\xee\0\x0e"
             "Adobe\0\x64\0\0\0\0"sv)) {
      if (rest_.empty() || u8(rest_, 0) > 2) return unclean("Adobe");
      rest_.remove_prefix(1);
    }
    if (skip("\xff\xe2"sv)) DOKAZ_TRY(colour_profile());
    do DOKAZ_TRY(scan());
    while (rest_ != "\xff\xd9"sv);
    checked_.width = frame_.width;
    checked_.height = frame_.height;
    if (!profile_.empty() && channels_of_reduced_profile(bytes_of(profile_)) != frame_.components.size())
      return unclean("colour profile");
    return checked_;
  }

 private:
  bool skip(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  /// One segment, whose length was not read yet.
  Status colour_profile() {
    constexpr auto label = "ICC_PROFILE\0\1\1"sv;
    if (rest_.size() < 2 || rest_.size() < u16(rest_, 0) || u16(rest_, 0) < 2 + label.size()) return unclean("colour profile");
    const std::string_view body = rest_.substr(2, u16(rest_, 0) - 2u);
    rest_.remove_prefix(u16(rest_, 0));
    if (!body.starts_with(label)) return unclean("colour profile");
    profile_ = body.substr(label.size());
    if (channels_of_reduced_profile(bytes_of(profile_)) == 0) return unclean("colour profile");
    return {};
  }
  unsigned next_marker() const { return rest_.size() >= 4 && u8(rest_, 0) == 0xff ? u8(rest_, 1) : 0; }

  /// The body of the segment at the front; nothing where it is cut.
  std::optional<std::string_view> body() {
    const std::size_t length = u16(rest_, 2);
    if (length < 2 || rest_.size() < 2 + length) return std::nullopt;
    const std::string_view out = rest_.substr(4, length - 2);
    rest_.remove_prefix(2 + length);
    return out;
  }

  /// Tables of one kind in ascending order, one to a segment, none that was in force already.
  Status new_tables(unsigned marker) {
    std::optional<TableName> last;
    while (next_marker() == marker) {
      const auto table = body();
      if (!table || table->empty() || table_length(marker == 0xdb, *table) != table->size())
        return unclean("table segment");
      const TableName name = table_name(marker == 0xdb, *table);
      if (last && name <= *last) return unclean("order of tables");
      if (tables_.contains(name) && tables_[name] == *table) return unclean("table repeated");
      tables_[name] = *table;
      fresh_.insert(name);
      last = name;
    }
    return {};
  }

  Status scan() {
    fresh_.clear();
    DOKAZ_TRY(new_tables(0xdb));
    if (!frame_.marker) {
      const unsigned marker = next_marker();
      if (marker < 0xc0 || marker > 0xc2) return unclean("frame");
      const auto header = body();
      if (!header) return unclean("frame");
      DOKAZ_LET(frame, frame_header(marker, *header));
      frame_ = frame;
    }
    DOKAZ_TRY(new_tables(0xc4));
    if (next_marker() == 0xdd) {
      const auto interval = body();
      if (!interval || interval->size() != 2 || u16(*interval, 0) == interval_) return unclean("restart interval");
      interval_ = u16(*interval, 0);
    }
    if (next_marker() != 0xda) return unclean("a segment that a clean copy does not hold");
    const auto header = body();
    if (!header) return unclean("scan header");
    DOKAZ_LET(needs, scan_needs(frame_, *header));
    if (!needs.selectors_exact) return unclean("scan header");
    if (interval_ != 0 && interval_ >= needs.units) return unclean("restart interval");
    unsigned in_unit = 0;
    for (const FrameComponent& c : frame_.components)
      for (const unsigned id : needs.components) in_unit += id == c.id ? c.across * c.down : 0;
    blocks_ += needs.units * (needs.components.size() == 1 ? 1 : in_unit);
    if (blocks_ > std::uint64_t{1} << 28) return unclean("number of blocks");
    for (const TableName& name : fresh_)
      if (!needs.tables.contains(name)) return unclean("a table that is not used");
    for (const TableName& name : needs.tables)
      if (!tables_.contains(name)) return unclean("a table is missing");
    DOKAZ_LET(plan, plan_of(needs, *header));
    return coded(plan);
  }

  /// What T.81 allows, and each bit of each coefficient once.
  Result<ScanPlan> plan_of(const ScanNeeds& needs, std::string_view header) {
    const std::string_view tail = header.substr(header.size() - 3);
    const unsigned high = u8(tail, 2) >> 4, low = u8(tail, 2) & 15;
    ScanPlan plan{{}, frame_.marker == 0xc2, u8(tail, 0), u8(tail, 1), high, low, needs.units};
    if (plan.start > plan.end || plan.end > 63) return unclean("spectrum");
    if (plan.progressive) {
      if (plan.start == 0 ? plan.end != 0 : needs.components.size() != 1) return unclean("spectrum");
      if (low > 13 || (high != 0 && high != low + 1)) return unclean("approximation");
      if (plan.start > 0 && needs.units > std::uint64_t{1} << 23) return unclean("dimensions");
    } else if (plan.end - plan.start != 63 || high + low != 0) {
      return unclean("spectrum");
    }
    if (needs.components.size() > 4 || ++scans_ > 1024) return unclean("number of scans");
    for (std::size_t i = 0; i < needs.components.size(); ++i) {
      const unsigned id = needs.components[i], selectors = u8(header, 2 + 2 * i);
      if (plan.start > 0 && !brought_.contains({id, 0})) return unclean("order of scans");
      for (unsigned k = plan.start; k <= plan.end; ++k) {
        const auto before = brought_.find({id, k});
        if (high == 0 ? before != brought_.end() : before == brought_.end() || before->second != high)
          return unclean("a scan comes again");
        brought_[{id, k}] = low;
      }
      ScanPlan::Part part{id, 1, {}, {}};
      for (const FrameComponent& c : frame_.components)
        if (c.id == id && needs.components.size() > 1) part.blocks = c.across * c.down;
      if (const auto dc = tables_.find({0, selectors >> 4}); dc != tables_.end()) part.dc = dc->second;
      if (const auto ac = tables_.find({1, selectors & 15}); ac != tables_.end()) part.ac = ac->second;
      plan.parts.push_back(part);
    }
    return plan;
  }

  Status coded(const ScanPlan& plan) {
    ScanDecoder decoder(plan, coefficients_);
    std::uint64_t left = plan.units;
    for (unsigned number = 0;; ++number) {
      const auto found = next_interval(rest_);
      if (!found) return unclean("no end");
      if (found->fill) return unclean("fill bytes");
      const std::uint64_t here = interval_ == 0 ? left : std::min<std::uint64_t>(left, interval_);
      left -= here;
      const bool expected = found->restart ? left > 0 && (static_cast<unsigned>(*found->restart) & 7) == number % 8 : left == 0;
      if (!expected) return unclean("restart markers");
      const auto filling = decoder.interval(found->coded, here);
      if (!filling) return unclean("coded data do not end with the picture");
      intervals_.push_back(extent_of(found->coded, *filling));
      if (!found->restart) return {};
    }
  }

  std::string_view rest_;
  Checked checked_;
  std::vector<Extent> intervals_;
  std::string_view profile_;
  std::uint64_t blocks_ = 0;  ///< in all scans
  FrameHeader frame_;
  Tables tables_;
  std::set<TableName> fresh_;
  unsigned interval_ = 0, scans_ = 0;
  std::map<std::pair<unsigned, unsigned>, unsigned> brought_;  ///< (component, coefficient): lowest bit so far
  SetCoefficients coefficients_;
};

}  // namespace

Result<Checked> jpeg(ByteView original, ByteView clean) {
  ExactJpeg exact(text_of(clean));
  DOKAZ_LET(checked, exact.run());
  DOKAZ_LET(before, coded_jpeg(original, exact.intervals()));
  DOKAZ_LET(after, coded_jpeg(clean, exact.intervals()));
  if (before.digest != after.digest) return unclean("the coded picture differs");
  if (before.orientation != after.orientation) return unclean("the orientation differs");
  if (!exact.profile().empty() && !renders_like(bytes_of(exact.profile()), bytes_of(before.profile)))
    return unclean("the colour profile differs");
  checked.coded = after.digest;
  return checked;
}

}  // namespace dokaz::intake::check
