// SPDX-License-Identifier: GPL-3.0-or-later
// Sentences for people, in the language that they chose: English in the code, others in messages/*.po
// (docs/decisions/2026-11-messages-by-gettext.md).
//
//   say("Item {} was sealed.\n", number)
//   say_count("{} item was sealed.\n", "{} items were sealed.\n", n, n)
//   mark("A sentence that stands in a table")        and later say_text(sentence)
//
// A sentence is whole: parts are not glued together, for other languages order them otherwise. Placeholders are
// fmt's; a translation may give them in another order as {1} {0}.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace dokaz::console {

/// Before anything is said, and before threads begin. `language` as in LANGUAGE ("be", "uk:ru"); empty: as LANGUAGE,
/// LC_ALL, LC_MESSAGES and LANG have it, of which LANGUAGE counts also where the system has no locale for it.
/// `catalogues` holds <language>/LC_MESSAGES/dokaz.mo; what is not there is said in English.
void choose_language(std::string_view language, const std::filesystem::path& catalogues);
/// The same with the catalogues of this installation, or of the build tree.
void choose_language(std::string_view language);

namespace words {
std::string say(const char* english, fmt::format_args arguments);
std::string say_count(const char* one, const char* many, std::uint64_t count, fmt::format_args arguments);
}  // namespace words

template <typename... Arguments>
std::string say(fmt::format_string<Arguments...> english, Arguments&&... arguments) {
  return words::say(fmt::string_view(english).data(), fmt::make_format_args(arguments...));
}

/// `count` chooses the form; the text names it only if it is among the arguments as well.
template <typename... Arguments>
std::string say_count(fmt::format_string<Arguments...> one, fmt::format_string<Arguments...> many, std::uint64_t count,
                      Arguments&&... arguments) {
  return words::say_count(fmt::string_view(one).data(), fmt::string_view(many).data(), count,
                          fmt::make_format_args(arguments...));
}

/// Puts a text without placeholders into the catalogue, for `say_text`.
constexpr const char* mark(const char* english) { return english; }
/// A text that `mark` or another list put into the catalogue.
std::string say_text(std::string_view english);
/// The same for a text that was made where no language is known, with numbers in it: "3 of 5 frames" is found in the
/// catalogue as "{} of {} frames". What is not there stays as it is.
std::string say_counted(std::string_view english);

}  // namespace dokaz::console
