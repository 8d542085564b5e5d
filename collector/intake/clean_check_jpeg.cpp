// SPDX-License-Identifier: GPL-3.0-or-later
// JPEG seen a second time: one reader for what decides the picture, one for the exact grammar.
#include <array>
#include <map>
#include <set>
#include <string>

#include "collector/intake/clean_check.hpp"

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

/// The end of coded data that begin at `at`: the FF of the next marker that is no restart.
/// Calls `run(from, to)` for each stretch between fill bytes and `restart(n)` for each restart marker.
template <class Run, class Restart>
std::size_t coded_end(std::string_view file, std::size_t at, Run run, Restart restart) {
  std::size_t from = at;
  for (;;) {
    const std::size_t mark = file.find('\xff', at);
    if (mark == std::string_view::npos || mark + 1 >= file.size()) return std::string_view::npos;
    std::size_t code = file.find_first_not_of('\xff', mark);
    if (code == std::string_view::npos) return code;
    const unsigned value = u8(file, code);
    if (value != 0 && (value & 0xf8) != 0xd0) {
      run(from, mark);
      return mark;
    }
    if (code > mark + 1) {
      run(from, mark);
      from = code - 1;
    }
    if (value != 0) restart(value & 7);
    at = code + 1;
  }
}

}  // namespace

Result<Sha256> coded_jpeg(ByteView bytes) {
  const std::string_view file = text_of(bytes);
  if (!file.starts_with("\xff\xd8\xff")) return unclean("not a JPEG");
  FieldHash hash;
  Tables tables;
  std::map<unsigned, std::string> latched;  // a component keeps the quantisation of its first scan
  std::optional<FrameHeader> frame;
  std::string frame_body;
  bool jfif = false, scanned = false;
  unsigned interval = 0, transform = 255;
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
      hash.field("interval", interval);
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
      Sha256Stream coded;
      at = coded_end(file, at, [&](std::size_t from, std::size_t to) { coded.update(file.substr(from, to - from)); },
                     [](unsigned) {});
      if (at == std::string_view::npos) return unclean("no end");
      hash.field("coded", coded.finish().view());
    }
  }
  if (!scanned) return unclean("no scan");
  return hash.finish();
}

namespace {

class ExactJpeg {
 public:
  explicit ExactJpeg(std::string_view file) : rest_(file) {}

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
    do DOKAZ_TRY(scan());
    while (rest_ != "\xff\xd9"sv);
    checked_.width = frame_.width;
    checked_.height = frame_.height;
    return checked_;
  }

 private:
  bool skip(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
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
    for (const TableName& name : fresh_)
      if (!needs.tables.contains(name)) return unclean("a table that is not used");
    for (const TableName& name : needs.tables)
      if (!tables_.contains(name)) return unclean("a table is missing");
    return coded(needs.units);
  }

  Status coded(std::uint64_t units) {
    unsigned stretches = 0;
    std::uint64_t restarts = 0;
    bool in_order = true;
    const std::size_t end = coded_end(rest_, 0, [&](std::size_t, std::size_t) { ++stretches; },
                                      [&](unsigned n) { in_order &= n == (restarts++ & 7); });
    if (end == std::string_view::npos) return unclean("no end");
    if (stretches != 1 || rest_.substr(end).starts_with("\xff\xff")) return unclean("fill bytes");
    if (!in_order || restarts != (interval_ ? (units - 1) / interval_ : 0)) return unclean("restart markers");
    rest_.remove_prefix(end);
    return {};
  }

  std::string_view rest_;
  Checked checked_;
  FrameHeader frame_;
  Tables tables_;
  std::set<TableName> fresh_;
  unsigned interval_ = 0;
};

}  // namespace

Result<Checked> grammar_jpeg(ByteView clean) { return ExactJpeg(text_of(clean)).run(); }

}  // namespace dokaz::intake::check
