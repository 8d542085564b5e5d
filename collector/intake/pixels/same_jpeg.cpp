// SPDX-License-Identifier: GPL-3.0-or-later
// libjpeg-turbo reads both headers. Where it has then learned the same of both, and finds before it the same bytes to
// the end of the picture, what it would show is the same: its output has no other input. So it reads these bytes once.
#include <algorithm>
#include <cstring>
#include <optional>
#include <span>

#include "collector/intake/pixels/libjpeg_failure.hpp"
#include "collector/intake/pixels/pixels.hpp"

namespace dokaz::intake::pixels {
namespace {

/// Objects whose destructors must run live outside: libjpeg leaves by longjmp.
struct Reading {
  LibjpegFailure failure;
  jpeg_decompress_struct info{};
  Bytes row;

  Reading() {
    info.err = failure.errors();
  }
  ~Reading() { jpeg_destroy_decompress(&info); }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  /// Up to the coded data of the first scan.
  bool open(ByteView file) {
    if (setjmp(failure.back)) return false;
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, file.data(), file.size());
    return jpeg_read_header(&info, TRUE) == JPEG_HEADER_OK;
  }
  ByteView ahead() const { return {info.src->next_input_byte, info.src->bytes_in_buffer}; }

  /// Every code of the picture; the samples are made an eighth as wide and as high, since nobody looks at them.
  bool reads_to_the_end() {
    if (setjmp(failure.back)) return false;
    info.out_color_space = info.jpeg_color_space;
    info.scale_num = 1;
    info.scale_denom = 8;
    info.do_fancy_upsampling = FALSE;
    info.dct_method = JDCT_ISLOW;
    jpeg_start_decompress(&info);
    row.resize(std::size_t{info.output_width} * static_cast<std::size_t>(info.output_components));
    JSAMPROW into[] = {row.data()};
    while (info.output_scanline < info.output_height)
      if (jpeg_read_scanlines(&info, into, 1) != 1) return false;
    jpeg_finish_decompress(&info);
    return failure.manager.num_warnings == 0;
  }
};

template <class Table>
bool same_table(const Table* a, const Table* b, bool (*same)(const Table&, const Table&)) {
  return (a == nullptr) == (b == nullptr) && (a == nullptr || same(*a, *b));
}
bool same_steps(const JQUANT_TBL& a, const JQUANT_TBL& b) { return std::ranges::equal(a.quantval, b.quantval); }
bool same_codes(const JHUFF_TBL& a, const JHUFF_TBL& b) {
  return std::ranges::equal(a.bits, b.bits) && std::ranges::equal(a.huffval, b.huffval);
}

template <class Table, std::size_t size>
Table* at(Table* const (&tables)[size], int number) {
  return number < 0 || number >= static_cast<int>(size) ? nullptr : tables[number];
}

/// What decides about the samples of one component.
bool same_part(const jpeg_decompress_struct& a, const jpeg_decompress_struct& b, int index) {
  const jpeg_component_info &one = a.comp_info[index], &other = b.comp_info[index];
  return one.component_id == other.component_id && one.h_samp_factor == other.h_samp_factor &&
         one.v_samp_factor == other.v_samp_factor &&
         same_table(at(a.quant_tbl_ptrs, one.quant_tbl_no), at(b.quant_tbl_ptrs, other.quant_tbl_no), same_steps) &&
         same_table(at(a.dc_huff_tbl_ptrs, one.dc_tbl_no), at(b.dc_huff_tbl_ptrs, other.dc_tbl_no), same_codes) &&
         same_table(at(a.ac_huff_tbl_ptrs, one.ac_tbl_no), at(b.ac_huff_tbl_ptrs, other.ac_tbl_no), same_codes);
}

/// All that the decoder has learned and that decides about the samples.
bool same_header(const jpeg_decompress_struct& a, const jpeg_decompress_struct& b) {
  const auto facts = [](const jpeg_decompress_struct& info) {
    const bool inverted = info.num_components == 4 && info.saw_Adobe_marker != FALSE;  // as pixels::jpeg has it
    return std::array<std::uint64_t, 14>{
        info.image_width, info.image_height, static_cast<std::uint64_t>(info.num_components),
        static_cast<std::uint64_t>(info.jpeg_color_space), static_cast<std::uint64_t>(info.data_precision),
        static_cast<std::uint64_t>(info.progressive_mode), static_cast<std::uint64_t>(info.arith_code), info.restart_interval,
        static_cast<std::uint64_t>(info.comps_in_scan), static_cast<std::uint64_t>(info.Ss), static_cast<std::uint64_t>(info.Se),
        static_cast<std::uint64_t>(info.Ah), static_cast<std::uint64_t>(info.Al), std::uint64_t{inverted}};
  };
  if (facts(a) != facts(b)) return false;
  for (int i = 0; i < a.comps_in_scan; ++i)
    if (a.cur_comp_info[i]->component_index != b.cur_comp_info[i]->component_index) return false;
  for (int i = 0; i < a.num_components; ++i)
    if (!same_part(a, b, i)) return false;
  return true;
}

}  // namespace

bool same_jpeg(ByteView original, ByteView clean) {
  Reading before, after;
  if (!before.open(original) || !after.open(clean)) return false;
  // Another scan could bring other tables.
  if (jpeg_has_multiple_scans(&before.info) || jpeg_has_multiple_scans(&after.info)) return false;
  if (!same_header(before.info, after.info)) return false;
  constexpr Byte end_of_image[] = {0xff, 0xd9};
  ByteView coded = after.ahead();
  if (coded.size() < sizeof end_of_image || !std::ranges::equal(coded.last(sizeof end_of_image), end_of_image)) return false;
  coded = coded.first(coded.size() - sizeof end_of_image);
  // What it needs of the copy is before the end mark, else it would warn; so behind these bytes it reads nothing of either.
  const ByteView of_original = before.ahead();
  if (of_original.size() < coded.size() || std::memcmp(of_original.data(), coded.data(), coded.size()) != 0) return false;
  return after.reads_to_the_end();
}

}  // namespace dokaz::intake::pixels
