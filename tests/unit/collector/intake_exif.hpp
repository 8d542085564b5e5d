// SPDX-License-Identifier: GPL-3.0-or-later
// Exif blocks made field by field.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "crypto/bytes.hpp"

namespace dokaz::test {

/// A little-endian TIFF structure with texts in IFD0 and rationals in the GPS directory.
class ExifBlock {
 public:
  void text(std::uint16_t tag, std::string_view value) { entries_.push_back({tag, 2, text_bytes(value)}); }
  void rationals(std::uint16_t tag, std::initializer_list<std::uint32_t> numbers) {
    Bytes data;
    for (const std::uint32_t number : numbers) append(data, little(number, 4));
    entries_.push_back({tag, 5, data});
  }
  void byte(std::uint16_t tag, Byte value) { entries_.push_back({tag, 1, {value}}); }
  void number(std::uint16_t tag, std::uint16_t value) { entries_.push_back({tag, 3, little(value, 2)}); }
  void directory(std::uint16_t tag, const ExifBlock& inner) { inner_.push_back({tag, &inner}); }

  Bytes bytes() const {
    Bytes out = {'I', 'I', 42, 0, 8, 0, 0, 0};
    write(out);
    return out;
  }

 private:
  struct Entry {
    std::uint16_t tag, type;
    Bytes data;
  };
  static Bytes text_bytes(std::string_view value) {
    Bytes out = to_bytes(value);
    out.push_back(0);
    return out;
  }
  static Bytes little(std::uint64_t value, std::size_t size) {
    Bytes out;
    for (; size > 0; --size, value >>= 8) out.push_back(static_cast<Byte>(value));
    return out;
  }
  void write(Bytes& out) const {
    const std::size_t start = out.size(), count = entries_.size() + inner_.size();
    append(out, little(count, 2));
    out.resize(out.size() + 12 * count + 4);
    std::size_t at = start + 2;
    const auto put = [&](std::uint16_t tag, std::uint16_t type, std::size_t number, const Bytes& value) {
      Bytes entry = little(tag, 2);
      append(entry, little(type, 2));
      append(entry, little(number, 4));
      append(entry, value);
      entry.resize(12);
      std::copy(entry.begin(), entry.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
      at += 12;
    };
    for (const Entry& entry : entries_) {
      const std::size_t unit = entry.type == 5 ? 8 : entry.type == 3 ? 2 : 1;
      if (entry.data.size() <= 4) {
        put(entry.tag, entry.type, entry.data.size() / unit, entry.data);
      } else {
        put(entry.tag, entry.type, entry.data.size() / unit, little(out.size(), 4));
        append(out, entry.data);
      }
    }
    for (const auto& [tag, inner] : inner_) {
      put(tag, 4, 1, little(out.size(), 4));
      inner->write(out);
    }
  }
  std::vector<Entry> entries_;
  std::vector<std::pair<std::uint16_t, const ExifBlock*>> inner_;
};

}  // namespace dokaz::test
