// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/check/clean_check_rows.hpp"

#include <algorithm>

namespace dokaz::intake::check {

void RowReader::begin(std::vector<Part> parts) {
  std::erase_if(parts, [](const Part& part) { return part.width == 0 || part.height == 0; });
  parts_ = std::move(parts);
  part_ = 0;
  start_part();
}

void RowReader::start_part() {
  row_.clear();
  before_.clear();
  if (part_ == parts_.size()) return;
  rows_left_ = parts_[part_].height;
  row_size_ = static_cast<std::size_t>(1 + (parts_[part_].width * depth_ + 7) / 8);
}

void RowReader::feed(ByteView bytes) {
  while (!bytes.empty() && part_ < parts_.size()) {
    const std::size_t part = std::min(bytes.size(), row_size_ - row_.size());
    append(row_, bytes.first(part));
    bytes = bytes.subspan(part);
    if (row_.size() < row_size_) return;
    finish_row();
    if (--rows_left_ == 0) ++part_, start_part();
  }
}

void RowReader::finish_row() {
  for (std::size_t i = 1; i < row_.size(); ++i) {
    const bool first_row = before_.empty();
    const int a = i > 1 ? row_[i - 1] : 0, b = first_row ? 0 : before_[i], c = first_row || i == 1 ? 0 : before_[i - 1];
    int predicted = 0;
    if (row_[0] == 1) predicted = a;
    if (row_[0] == 2) predicted = b;
    if (row_[0] == 3) predicted = (a + b) >> 1;
    if (row_[0] == 4) {
      const int p = a + b - c, pa = p < a ? a - p : p - a, pb = p < b ? b - p : p - b, pc = p < c ? c - p : p - c;
      predicted = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
    }
    row_[i] = static_cast<Byte>(row_[i] + predicted);
  }
  const std::uint64_t bits = parts_[part_].width * depth_;
  for (std::uint64_t bit = bits; bit < 8 * (row_.size() - 1); ++bit)
    (row_[static_cast<std::size_t>(1 + bit / 8)] >> (7 - bit % 8) & 1 ? one_ : zero_) = true;
  if (indexed_)
    for (std::uint64_t bit = 0; bit < bits; bit += depth_)
      indices_.set(static_cast<std::size_t>((row_[static_cast<std::size_t>(1 + bit / 8)] << bit % 8 & 0xff) >> (8 - depth_)));
  row_.swap(before_);
  row_.clear();
}

}  // namespace dokaz::intake::check
