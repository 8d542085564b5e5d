// SPDX-License-Identifier: GPL-3.0-or-later
// libpng, row by row, pass by pass. It knows no animation: each frame is shown to it as a picture of its own.
#include <png.h>

#include <csetjmp>
#include <cstring>

#include "collector/intake/pixels/pixels.hpp"

namespace dokaz::intake::pixels {
namespace {

using namespace std::string_view_literals;

[[noreturn]] void leave(png_structp png, png_const_charp) {
  std::longjmp(*static_cast<std::jmp_buf*>(png_get_error_ptr(png)), 1);
}
void stay_silent(png_structp, png_const_charp) {}
void read_from(png_structp png, png_bytep into, std::size_t size) {
  auto& rest = *static_cast<ByteView*>(png_get_io_ptr(png));
  if (size > rest.size()) png_error(png, "end");
  std::memcpy(into, rest.data(), size);
  rest = rest.subspan(size);
}

/// Objects whose destructors must run live outside: libpng leaves by longjmp.
struct Decoder {
  std::jmp_buf back{};
  png_structp png = nullptr;
  png_infop info = nullptr;
  Bytes row;
  ~Decoder() { png_destroy_read_struct(&png, &info, nullptr); }

  /// Adds size and samples, colours looked up in the palette and 8 or 16 bits each.
  bool run(ByteView file, Sha256Stream& hash, std::uint64_t& samples) {
    png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &back, leave, stay_silent);
    info = png ? png_create_info_struct(png) : nullptr;
    if (!info || setjmp(back)) return false;
    png_set_user_limits(png, INT32_MAX, INT32_MAX);
    png_set_chunk_malloc_max(png, 0);  // no text is read, so that its size does not matter
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
    png_set_crc_action(png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);  // the check has looked at them
    png_set_read_fn(png, &file, read_from);
    png_read_info(png, info);
    png_set_expand(png);
    png_read_update_info(png, info);
    const png_uint_32 width = png_get_image_width(png, info), height = png_get_image_height(png, info);
    const std::uint64_t pixel = std::uint64_t{png_get_channels(png, info)} * png_get_bit_depth(png, info) / 8;
    samples += std::uint64_t{width} * height * pixel;
    if (samples > most_samples) return false;
    for (const png_uint_32 value : {width, height, static_cast<png_uint_32>(pixel)}) hash.update(number(value));
    row.resize(png_get_rowbytes(png, info));
    const bool passes = png_get_interlace_type(png, info) != PNG_INTERLACE_NONE;
    for (int pass = 0; pass < (passes ? PNG_INTERLACE_ADAM7_PASSES : 1); ++pass) {
      const auto columns = static_cast<std::size_t>(passes ? PNG_PASS_COLS(width, pass) : width);
      const png_uint_32 rows = columns == 0 ? 0 : passes ? PNG_PASS_ROWS(height, pass) : height;
      for (png_uint_32 y = 0; y < rows; ++y) {
        png_read_row(png, row.data(), nullptr);
        hash.update(ByteView(row).first(columns * static_cast<std::size_t>(pixel)));
      }
    }
    return true;
  }
  static Bytes number(std::uint32_t value) {
    return {static_cast<Byte>(value >> 24), static_cast<Byte>(value >> 16), static_cast<Byte>(value >> 8), static_cast<Byte>(value)};
  }
};

struct Chunk {
  std::string_view type;
  ByteView whole, payload;
};

std::optional<Chunk> next(ByteView& rest) {
  if (rest.size() < 12) return std::nullopt;
  const std::size_t length = std::size_t{rest[0]} << 24 | std::size_t{rest[1]} << 16 | std::size_t{rest[2]} << 8 | rest[3];
  if (length > rest.size() - 12) return std::nullopt;
  const Chunk out{text_of(rest.subspan(4, 4)), rest.first(12 + length), rest.subspan(8, length)};
  rest = rest.subspan(12 + length);
  return out;
}

void put(Bytes& to, std::string_view type, ByteView payload) {
  append(to, Decoder::number(static_cast<std::uint32_t>(payload.size())));
  append(to, bytes_of(type));
  append(to, payload);
  append(to, Decoder::number(0));  // nobody looks at this checksum
}

/// The frames behind the first picture, one by one.
bool frames(ByteView file, Sha256Stream& hash, std::uint64_t& samples) {
  constexpr auto signature = "\x89PNG\r\n\x1a\n"sv;
  ByteView rest = file.subspan(signature.size());
  Bytes common, header, frame;
  bool behind = false, animated = false;
  const auto show = [&] {
    if (frame.empty()) return true;
    put(frame, "IEND", {});
    const bool good = Decoder().run(frame, hash, samples);
    frame.clear();
    return good;
  };
  for (;;) {
    const auto chunk = next(rest);
    if (!chunk) return false;
    if (chunk->type == "IHDR") header = to_bytes(chunk->payload);
    if (chunk->type == "IDAT") behind = true;
    if (chunk->type == "acTL") animated = true;
    if (!behind && (chunk->type == "PLTE" || chunk->type == "tRNS")) append(common, chunk->whole);
    if (animated && chunk->type == "fcTL") {
      if (!show() || chunk->payload.size() != 26 || header.size() != 13) return false;
      hash.update(chunk->payload.subspan(4));
      if (!behind) continue;
      std::copy_n(chunk->payload.begin() + 4, 8, header.begin());
      frame = to_bytes(signature);
      put(frame, "IHDR", header);
      append(frame, common);
    }
    if (animated && chunk->type == "fdAT" && !frame.empty()) {
      if (chunk->payload.size() < 4) return false;
      put(frame, "IDAT", chunk->payload.subspan(4));
    }
    if (chunk->type == "IEND") return show();
  }
}

}  // namespace

Result<Sha256> png(ByteView file) {
  Sha256Stream hash;
  std::uint64_t samples = 0;
  const bool good = Decoder().run(file, hash, samples) && frames(file, hash, samples);
  if (samples > most_samples) return fail(Errc::too_large, "PNG: more samples than can be compared");
  if (!good) return fail(Errc::malformed_media, "PNG: the decoder complains");
  return hash.finish();
}

}  // namespace dokaz::intake::pixels
