// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/fact_forms.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

#include "collector/intake/plain_text.hpp"

namespace dokaz::intake {
namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view source_kinds[] = {"exif", "xmp", "iptc", "quicktime", "udta", "mvhd", "png", "container"};
constexpr std::string_view name_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:._";

bool all_of(std::string_view text, std::string_view allowed) {
  return text.find_first_not_of(allowed) == std::string_view::npos;
}

/// Cuts a strict form off the front of a text.
class Form {
 public:
  explicit Form(std::string_view text) : rest_(text) {}
  bool done() const { return rest_.empty(); }
  bool skip(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// The longest run of digits, where it has `least` to `most`.
  std::string_view run(std::size_t least, std::size_t most) {
    const std::size_t end = std::min(rest_.find_first_not_of(digits), rest_.size());
    if (end < least || end > most) return {};
    const std::string_view out = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return out;
  }
  /// A number of exactly `size` digits from `low` to `high`; -1 otherwise.
  int number(std::size_t size, int low, int high) {
    if (rest_.size() < size || !all_of(rest_.substr(0, size), digits)) return -1;
    int value = -1;
    std::from_chars(rest_.data(), rest_.data() + size, value);
    rest_.remove_prefix(size);
    return value >= low && value <= high ? value : -1;
  }

 private:
  std::string_view rest_;
};

bool is_offset(Form& in) {
  if (in.skip('Z')) return true;
  if (!in.skip('+') && !in.skip('-')) return false;
  const int hours = in.number(2, 0, 14);
  if (hours < 0 || !in.skip(':')) return false;
  const int minutes = in.number(2, 0, 59);
  return minutes >= 0 && hours * 60 + minutes <= 14 * 60;
}

/// "-12.25": no zeros that say nothing, no sign before zero.
bool is_decimal(Form& in, double most) {
  const bool minus = in.skip('-');
  const std::string_view whole = in.run(1, 6);
  if (whole.empty() || (whole.size() > 1 && whole[0] == '0')) return false;
  std::string_view fraction;
  if (in.skip('.')) {
    fraction = in.run(1, 7);
    if (fraction.empty() || fraction.back() == '0') return false;
  }
  if (minus && whole == "0" && fraction.empty()) return false;
  double value = 0;
  const std::string both = std::string(whole) + "." + (fraction.empty() ? "0" : std::string(fraction));
  std::from_chars(both.data(), both.data() + both.size(), value);
  return value <= most;
}

bool is_text_fact(std::string_view name, std::string_view value) {
  if (name == "capture.time") return is_time(value);
  if (name == "capture.time.gps") return is_satellite_time(value);
  if (name == "capture.place") return is_place(value);
  if (name == "capture.time.source" || name == "capture.place.source") return is_source(value);
  if (name == "provenance.c2pa") return value == "recovery";
  constexpr std::string_view free[] = {"device.make", "device.model", "device.serial", "device.lens", "software"};
  return std::find(std::begin(free), std::end(free), name) != std::end(free) && is_plain_text(value);
}

bool is_number_fact(std::string_view name, std::uint64_t value) {
  if (value == 0) return false;
  if (name == "image.orientation") return value <= 8;
  if (name == "image.width" || name == "image.height") return value <= UINT32_MAX;
  return name == "media.duration" && value <= largest_fact_number;
}

}  // namespace

bool is_time(std::string_view text) {
  Form in(text);
  const int year = in.number(4, 1000, 9999);
  if (year < 0 || !in.skip('-')) return false;
  const int month = in.number(2, 1, 12);
  if (month < 0 || !in.skip('-')) return false;
  const int day = in.number(2, 1, 31);
  using namespace std::chrono;
  const auto date = year_month_day(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(std::max(month, 0))),
                                   std::chrono::day(static_cast<unsigned>(std::max(day, 0))));
  if (!date.ok()) return false;
  if (in.done()) return true;
  if (!in.skip('T') || in.number(2, 0, 23) < 0 || !in.skip(':') || in.number(2, 0, 59) < 0) return false;
  if (in.skip(':')) {
    if (in.number(2, 0, 59) < 0) return false;
    if (in.skip('.') && in.run(1, 9).empty()) return false;
  }
  return in.done() || (is_offset(in) && in.done());
}

bool is_satellite_time(std::string_view text) {
  constexpr std::size_t seconds = 19;  // "2026-05-01T10:12:00"
  return text.size() > seconds && text[seconds - 3] == ':' && text.ends_with('Z') && is_time(text);
}

bool is_place(std::string_view text) {
  Form in(text);
  if (!is_decimal(in, 90) || !in.skip(',') || !is_decimal(in, 180)) return false;
  return in.done() || (in.skip(',') && is_decimal(in, 100'000) && in.done());
}

bool is_source(std::string_view text) {
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos) return false;
  const std::string_view kind = text.substr(0, blank);
  std::string_view field = text.substr(blank + 1);
  if (const std::size_t further = field.find(' '); further != std::string_view::npos) {
    const std::string_view number = field.substr(further + 1);
    if (number.empty() || number.size() > 2 || !all_of(number, digits) || number[0] == '0' || number == "1") return false;
    field = field.substr(0, further);
  }
  return std::find(std::begin(source_kinds), std::end(source_kinds), kind) != std::end(source_kinds) &&
         !field.empty() && field.size() <= 40 && all_of(field, name_letters);
}

bool is_metadata_fact(const MetadataFact& fact) {
  if (const auto* number = std::get_if<std::uint64_t>(&fact.value)) return is_number_fact(fact.name, *number);
  return is_text_fact(fact.name, std::get<std::string>(fact.value));
}

bool is_contradiction(const Contradiction& contradiction) {
  constexpr std::string_view names[] = {"capture.time",  "capture.time.gps", "capture.place", "device.make",
                                        "device.model",  "device.serial",    "device.lens",   "software",
                                        "image.orientation", "image.width",  "image.height"};
  const auto& values = contradiction.values;
  if (std::find(std::begin(names), std::end(names), contradiction.fact) == std::end(names)) return false;
  if (values.size() < 2 || values.size() > contradiction_values_cap) return false;
  bool differ = false;
  for (const Contradiction::Value& one : values) {
    if (!is_source(one.source) || one.value.size() > contradiction_value_cap || !is_plain_text(one.value)) return false;
    differ |= one.value != values.front().value;
  }
  return differ;
}

}  // namespace dokaz::intake
