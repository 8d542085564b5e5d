// SPDX-License-Identifier: GPL-3.0-or-later
// The index of a clean film, byte for byte as collector/intake/mp4/mp4_walker.hpp describes it.
#pragma once

#include "collector/intake/check/clean_check.hpp"
#include "collector/intake/check/film_index.hpp"

namespace dokaz::intake::check {

/// The 24 to 36 bytes of `ftyp` that a kind has, header included; empty for a kind that is no film.
std::string film_type(Media media);

/// 1 to 8 by the matrix's first four numbers, wherever it moves the picture; 1 for zeros alone; 0 for any other.
unsigned orientation_of_film(std::string_view matrix);

/// `moov` is the box's content and `index` was read from it. `wide` is whether chunk offsets need 64 bits.
/// `not_clean`; the entries are left to film_entries.hpp and the chunk offsets' values to the comparison.
Status film_grammar(std::string_view moov, const FilmIndex& index, Media media, bool wide);

}  // namespace dokaz::intake::check
