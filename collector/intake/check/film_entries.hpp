// SPDX-License-Identifier: GPL-3.0-or-later
// The check of sample descriptions: a clean one in its one form, and saying what the original's says.
#pragma once

#include "collector/intake/check/clean_check.hpp"
#include "collector/intake/check/film_boxes.hpp"

namespace dokaz::intake::check {

/// How samples of an entry are looked through for what is no picture.
enum class SampleForm : Byte { whole, avc, hevc, av1, mpeg4 };

struct FilmCoding {
  SampleForm form = SampleForm::whole;
  unsigned length_size = 4;
};

/// `not_clean` unless `clean` is of the form that collector/intake/mp4/mp4_walker.hpp describes and agrees with
/// `original` in all that decides how the samples are decoded and shown.
Result<FilmCoding> film_entry(const Atom& clean, const Atom& original, bool pictures);

/// The content that a clean copy gives to the configuration box of such a codec, made from the original's content;
/// nothing where that is not understood.
std::optional<std::string> expected_avc(std::string_view record);
std::optional<std::string> expected_hevc(std::string_view record);
std::optional<std::string> expected_av1(std::string_view record);
std::optional<std::string> expected_esds(std::string_view body, bool pictures);
/// Whether MPEG-4 part 2 has 00 00 01 and this before what a picture is made of.
bool is_mpeg4_picture(char code);

}  // namespace dokaz::intake::check
