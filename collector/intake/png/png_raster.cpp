// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/png/png_raster.hpp"

#include <zlib.h>

#include <cstdlib>

namespace dokaz::intake::png {
namespace {

constexpr std::uint64_t largest_raster = std::uint64_t{4} << 30;
constexpr std::uint64_t longest_row = std::uint64_t{1} << 27;
constexpr std::uint64_t deflate_ratio = 1032;  // no deflate stream expands more

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("PNG: ") + what); }

/// zlib fed from several chunks.
class Inflater {
 public:
  explicit Inflater(std::span<const ByteView> data) : data_(data) { DOKAZ_CHECK(inflateInit(&zlib_) == Z_OK); }
  ~Inflater() { inflateEnd(&zlib_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// Fills `out` wholly.
  Status read(std::span<Byte> out) {
    zlib_.next_out = out.data();
    zlib_.avail_out = static_cast<uInt>(out.size());
    while (zlib_.avail_out > 0) {
      if (ended_) return fail(Errc::truncated_media, "PNG: raster shorter than stated");
      DOKAZ_TRY(step());
    }
    return {};
  }
  /// The stream ends here, checksum right, and so do the chunks.
  Status finish() {
    Byte none = 0;
    while (!ended_) {
      zlib_.next_out = &none;
      zlib_.avail_out = 1;
      DOKAZ_TRY(step());
      if (zlib_.avail_out == 0) return bad("raster longer than stated");
    }
    skip_empty();
    if (zlib_.avail_in > 0) return bad("bytes behind the raster");
    return {};
  }

 private:
  void skip_empty() {
    while (zlib_.avail_in == 0 && next_ < data_.size()) {
      zlib_.next_in = const_cast<Byte*>(data_[next_].data());
      zlib_.avail_in = static_cast<uInt>(data_[next_].size());
      ++next_;
    }
  }
  Status step() {
    skip_empty();
    if (zlib_.avail_in == 0) return fail(Errc::truncated_media, "PNG: raster shorter than stated");
    const int outcome = inflate(&zlib_, Z_NO_FLUSH);
    if (outcome == Z_STREAM_END) ended_ = true;
    else if (outcome != Z_OK && outcome != Z_BUF_ERROR) return bad("compressed data");
    return {};
  }

  std::span<const ByteView> data_;
  std::size_t next_ = 0;
  z_stream zlib_{};
  bool ended_ = false;
};

struct Pass {
  std::uint32_t x, y, step_x, step_y;
};
constexpr Pass whole[] = {{0, 0, 1, 1}};
constexpr Pass adam7[] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};

struct Rows {
  std::uint64_t count, bytes, width;  // bytes: the filter's included; width: in pixels
};
Rows rows_of(const Raster& raster, const Pass& pass) {
  const auto part = [](std::uint64_t size, std::uint64_t start, std::uint64_t step) {
    return size <= start ? 0 : (size - start + step - 1) / step;
  };
  const std::uint64_t width = part(raster.width, pass.x, pass.step_x);
  const std::uint64_t height = part(raster.height, pass.y, pass.step_y);
  if (width == 0 || height == 0) return {0, 0, 0};
  return {height, 1 + (width * raster.channels() * raster.depth + 7) / 8, width};
}

Byte nearest(int left, int up, int corner) {  // Paeth
  const int a = std::abs(up - corner), b = std::abs(left - corner), c = std::abs(left + up - 2 * corner);
  return static_cast<Byte>(a <= b && a <= c ? left : b <= c ? up : corner);
}

/// Takes the filter off a row whose pixels are at most a byte wide; both begin with the filter's number.
void unfilter(std::span<Byte> row, ByteView above) {
  Byte left = 0, corner = 0;
  for (std::size_t i = 1; i < row.size(); ++i) {
    const Byte up = above[i];
    Byte guess = 0;
    switch (row[0]) {
      case 1: guess = left; break;
      case 2: guess = up; break;
      case 3: guess = static_cast<Byte>((left + up) / 2); break;
      case 4: guess = nearest(left, up, corner); break;
      default: break;
    }
    row[i] = left = static_cast<Byte>(row[i] + guess);
    corner = up;
  }
}

void look(ByteView row, std::uint64_t width, const Raster& raster, RowsSeen& seen) {
  if (const unsigned rest = static_cast<unsigned>(width * raster.depth % 8); rest > 0) {
    const unsigned mask = 0xffu >> rest, behind = row.back() & mask;
    seen.zeros = seen.zeros || behind != mask;
    seen.ones = seen.ones || behind != 0;
  }
  if (raster.colour != 3) return;
  const std::uint64_t in_byte = 8 / raster.depth;
  for (std::uint64_t x = 0; x < width; ++x) {
    const unsigned shift = static_cast<unsigned>(8 - raster.depth * (x % in_byte + 1));
    seen.indices.set(row[static_cast<std::size_t>(1 + x / in_byte)] >> shift & ((1u << raster.depth) - 1));
  }
}

}  // namespace

unsigned Raster::channels() const {
  switch (colour) {
    case 0: return 1;
    case 2: return 3;
    case 3: return 1;
    case 4: return 2;
    case 6: return 4;
  }
  return 0;
}

Status check_raster(const Raster& raster, std::span<const ByteView> data, RowsSeen& seen) {
  const std::span<const Pass> passes = raster.interlaced ? std::span<const Pass>(adam7) : whole;
  std::uint64_t expected = 0, compressed = 0;
  for (const ByteView part : data) compressed += part.size();
  for (const Pass& pass : passes) {
    const Rows rows = rows_of(raster, pass);
    if (rows.bytes > longest_row || (rows.bytes != 0 && rows.count > largest_raster / rows.bytes))
      return fail(Errc::too_large, "PNG raster");
    expected += rows.count * rows.bytes;
  }
  if (expected > largest_raster) return fail(Errc::too_large, "PNG raster");
  if (expected > compressed * deflate_ratio) return fail(Errc::truncated_media, "PNG: raster shorter than stated");
  const bool looks = raster.colour == 3 || raster.depth < 8;
  Inflater inflater(data);
  Bytes row, above;
  for (const Pass& pass : passes) {
    const Rows rows = rows_of(raster, pass);
    row.resize(static_cast<std::size_t>(rows.bytes));
    if (looks) above.assign(row.size(), 0);
    for (std::uint64_t i = 0; i < rows.count; ++i) {
      DOKAZ_TRY(inflater.read(row));
      if (row[0] > 4) return bad("filter type");
      if (!looks) continue;
      unfilter(row, above);
      look(row, rows.width, raster, seen);
      std::swap(row, above);
    }
  }
  return inflater.finish();
}

std::optional<Bytes> inflate_all(ByteView data, std::size_t cap) {
  z_stream zlib{};
  DOKAZ_CHECK(inflateInit(&zlib) == Z_OK);
  zlib.next_in = const_cast<Byte*>(data.data());
  zlib.avail_in = static_cast<uInt>(std::min<std::size_t>(data.size(), UINT32_MAX));
  Bytes out;
  int outcome = Z_OK;
  while (outcome == Z_OK && out.size() < cap) {
    const std::size_t had = out.size();
    out.resize(std::min(cap, had + 65536));
    zlib.next_out = out.data() + had;
    zlib.avail_out = static_cast<uInt>(out.size() - had);
    outcome = inflate(&zlib, Z_NO_FLUSH);
    out.resize(out.size() - zlib.avail_out);
  }
  inflateEnd(&zlib);
  if (outcome != Z_STREAM_END) return std::nullopt;
  return out;
}

}  // namespace dokaz::intake::png
