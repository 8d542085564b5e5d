// SPDX-License-Identifier: GPL-3.0-or-later
// The check's own reading of boxes: leniently in an original, and strictly, field by field, in a clean copy.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "collector/intake/plan/content.hpp"

namespace dokaz::intake::check {

/// "moov" as it stands in a file.
using BoxName = std::string_view;

inline std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t out = 0;
  for (std::size_t i = at; i < at + size; ++i) out = out << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0u);
  return out;
}

/// A box in memory.
struct Atom {
  BoxName name;
  std::string_view body;
  std::string_view whole;
};

/// The boxes one after another, as far as they are well-formed.
std::vector<Atom> atoms_in(std::string_view bytes);
/// The body of the first of that name; nothing where there is none.
std::optional<std::string_view> body_of(const std::vector<Atom>& atoms, BoxName name);
/// Goes down by names, each time into the first: {"mdia", "minf", "stbl"}.
std::vector<Atom> atoms_below(std::string_view bytes, std::initializer_list<BoxName> path);

/// A box of a file: its content is [begin, end).
struct FileBox {
  std::string name;
  std::uint64_t begin = 0, end = 0;
};
/// Nothing at the end of the file, or where no box can be.
std::optional<FileBox> file_box(const Content& file, std::uint64_t at);

/// Reads exactly what is expected. After the first difference all answers are zero and `holds()` is false.
class Strict {
 public:
  explicit Strict(std::string_view bytes) : rest_(bytes) {}
  /// A cursor that does not hold.
  Strict() : holds_(false) {}

  std::string_view take(std::size_t size) {
    if (size > rest_.size()) return fail(), std::string_view();
    const std::string_view out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return out;
  }
  std::uint64_t number(std::size_t size) { return number_at(take(size), 0, size); }
  Strict& expect(std::uint64_t value, std::size_t size) {
    if (number(size) != value) fail();
    return *this;
  }
  Strict& text(std::string_view value) {
    if (take(value.size()) != value) fail();
    return *this;
  }
  Strict& zeros(std::size_t count) {
    if (take(count).find_first_not_of('\0') != std::string_view::npos) fail();
    return *this;
  }
  Strict& demand(bool condition) {
    if (!condition) fail();
    return *this;
  }
  bool next_is(BoxName name) const { return rest_.size() >= 8 && rest_.substr(4, 4) == name; }
  /// The content of the box that must come next.
  Strict box(BoxName name) {
    const std::uint64_t size = number(4);
    text(name);
    if (!holds_ || size < 8) return fail(), Strict();
    const std::string_view body = take(static_cast<std::size_t>(size - 8));
    return holds_ ? Strict(body) : Strict();
  }
  /// The same with a version and flags that must be so.
  Strict full_box(BoxName name, std::uint64_t version_and_flags = 0) {
    Strict out = box(name);
    out.expect(version_and_flags, 4);
    return out;
  }
  std::string_view rest() const { return rest_; }
  bool holds() const { return holds_; }
  bool done() const { return holds_ && rest_.empty(); }

 private:
  void fail() {
    holds_ = false;
    rest_ = {};
  }
  std::string_view rest_;
  bool holds_ = true;
};

}  // namespace dokaz::intake::check
