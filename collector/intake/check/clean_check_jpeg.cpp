// SPDX-License-Identifier: GPL-3.0-or-later
// JPEG seen a second time: what decides the picture is the same (coded_jpeg.hpp), and the copy keeps to the exact grammar.
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "collector/intake/check/clean_check.hpp"
#include "collector/intake/check/clean_check_scan.hpp"
#include "collector/intake/check/coded_jpeg.hpp"
#include "collector/intake/check/icc.hpp"
#include "collector/intake/check/jpeg_parts.hpp"

namespace dokaz::intake::check {
namespace {

using namespace std::string_view_literals;

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
