// SPDX-License-Identifier: GPL-3.0-or-later
// libjpeg-turbo, row by row: one row is in memory, whatever the size (but for progressive pictures).
#include <cstdio>  // before jpeglib.h, which needs FILE

#include <jpeglib.h>

#include <csetjmp>

#include "collector/intake/pixels/pixels.hpp"

namespace dokaz::intake::pixels {
namespace {

struct Failure {
  jpeg_error_mgr manager{};
  std::jmp_buf back;
};

[[noreturn]] void leave(j_common_ptr common) {
  std::longjmp(reinterpret_cast<Failure*>(common->err)->back, 1);  // the manager is its first member
}
void stay_silent(j_common_ptr) {}

/// Objects whose destructors must run live outside: libjpeg leaves by longjmp.
struct Decoder {
  Failure failure;
  jpeg_decompress_struct info{};
  Sha256Stream hash;
  Bytes row;
  ~Decoder() { jpeg_destroy_decompress(&info); }

  bool run(ByteView file) {
    info.err = jpeg_std_error(&failure.manager);
    failure.manager.error_exit = leave;
    failure.manager.output_message = stay_silent;
    if (setjmp(failure.back)) return false;
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, file.data(), file.size());
    jpeg_read_header(&info, TRUE);
    info.out_color_space = info.jpeg_color_space;  // samples as coded
    info.dct_method = JDCT_ISLOW;
    info.do_fancy_upsampling = FALSE;
    jpeg_start_decompress(&info);
    const std::uint64_t width = std::uint64_t{info.output_width} * static_cast<unsigned>(info.output_components);
    if (width * info.output_height > most_samples) return false;
    row.resize(static_cast<std::size_t>(width));
    while (info.output_scanline < info.output_height) {
      JSAMPROW rows[] = {row.data()};
      jpeg_read_scanlines(&info, rows, 1);
      hash.update(row);
    }
    jpeg_finish_decompress(&info);
    return true;
  }
};

}  // namespace

Result<Sha256> jpeg(ByteView file, Warnings warnings) {
  Decoder decoder;
  const bool decoded = decoder.run(file);
  if (!decoded || (warnings == Warnings::refused && decoder.failure.manager.num_warnings > 0))
    return fail(Errc::malformed_media, "JPEG: the decoder complains");
  const std::array<std::uint32_t, 3> sizes = {decoder.info.output_width, decoder.info.output_height,
                                              static_cast<std::uint32_t>(decoder.info.output_components)};
  for (const std::uint32_t size : sizes)
    decoder.hash.update(ByteView(std::array<Byte, 4>{static_cast<Byte>(size >> 24), static_cast<Byte>(size >> 16),
                                                     static_cast<Byte>(size >> 8), static_cast<Byte>(size)}));
  return decoder.hash.finish();
}

}  // namespace dokaz::intake::pixels
