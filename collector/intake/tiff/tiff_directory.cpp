// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/tiff/tiff_directory.hpp"

namespace dokaz::intake::tiff {
namespace {

std::uint64_t size_of(unsigned type) {
  constexpr Byte sizes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};
  return type < std::size(sizes) ? sizes[type] : 0;
}

}  // namespace

unsigned File::number16(std::uint64_t at) const {
  const ByteView two = part(at, 2);
  return big_ ? static_cast<unsigned>(two[0] << 8 | two[1]) : static_cast<unsigned>(two[1] << 8 | two[0]);
}

std::uint32_t File::number32(std::uint64_t at) const {
  const std::uint32_t first = number16(at), second = number16(at + 2);
  return big_ ? first << 16 | second : second << 16 | first;
}

Result<Directory> File::directory(std::uint64_t at) const {
  const std::uint64_t size = bytes_.size();
  if (at > size || size - at < 6) return fail(Errc::truncated_media, "TIFF: a directory beyond the end");
  const unsigned count = number16(at);
  Directory out{at, {}, 0};
  if (count == 0) return fail(Errc::malformed_media, "TIFF: an empty directory");
  if ((size - at - 6) / 12 < count) return fail(Errc::truncated_media, "TIFF: a directory beyond the end");
  out.entries.reserve(count);
  for (unsigned i = 0; i < count; ++i) {
    Entry entry;
    entry.at = at + 2 + std::uint64_t{12} * i;
    entry.tag = number16(entry.at);
    entry.type = number16(entry.at + 2);
    entry.count = number32(entry.at + 4);
    entry.size = entry.count * size_of(entry.type);
    entry.value_at = entry.outside() ? number32(entry.at + 8) : entry.at + 8;
    if (entry.value_at > size || entry.size > size - entry.value_at) entry.size = 0;
    out.entries.push_back(entry);
  }
  out.next = number32(at + 2 + std::uint64_t{12} * count);
  return out;
}

Result<std::vector<std::uint32_t>> File::numbers(const Entry& entry) const {
  std::vector<std::uint32_t> out;
  if (entry.size == 0) return fail(Errc::malformed_media, "TIFF: a value that is not in the file");
  if (entry.type != byte && entry.type != short_ && entry.type != long_)
    return fail(Errc::malformed_media, "TIFF: a value of the wrong type");
  out.reserve(static_cast<std::size_t>(entry.count));
  for (std::uint64_t i = 0; i < entry.count; ++i)
    out.push_back(entry.type == byte     ? bytes_[static_cast<std::size_t>(entry.value_at + i)]
                  : entry.type == short_ ? number16(entry.value_at + 2 * i)
                                         : number32(entry.value_at + 4 * i));
  return out;
}

void Writer::number(std::uint64_t value, unsigned size) {
  for (unsigned i = 0; i < size; ++i)
    out_.push_back(static_cast<Byte>(value >> (8 * (big_ ? size - 1 - i : i))));
}

}  // namespace dokaz::intake::tiff
