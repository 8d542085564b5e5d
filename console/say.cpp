// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/say.hpp"

#include <fmt/args.h>
#include <libintl.h>
#include <sys/stat.h>

#include <clocale>
#include <cstdlib>
#include <exception>

namespace dokaz::console {
namespace {

constexpr const char* domain = "dokaz";

/// A translation that does not fit its arguments must not take the program's words away: then it is English.
std::string formatted(const char* translated, const char* english, fmt::format_args arguments) {
  try {
    return fmt::vformat(translated, arguments);
  } catch (const std::exception&) {  // also for a width that no memory has room for
    return fmt::vformat(english, arguments);
  }
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Of the number that begins here, with a point in it or without; 0 where none does.
std::size_t number_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() &&
         (is_digit(text[length]) || (length > 0 && text[length] == '.' && length + 1 < text.size() && is_digit(text[length + 1]))))
    ++length;
  return length;
}

using Numbers = fmt::dynamic_format_arg_store<fmt::format_context>;

/// With {} in the place of each number that is a word of its own: "C2PA" has none.
std::string without_numbers(std::string_view text, Numbers& numbers) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = number_length(text);
    const bool begins_word = out.empty() || out.back() == ' ';
    const bool ends_word = length == text.size() || (length > 0 && (text[length] == ' ' || text[length] == ':' || text[length] == '.'));
    const std::string_view taken = text.substr(0, length == 0 ? 1 : length);
    if (length > 0 && begins_word && ends_word) {
      numbers.push_back(std::string(taken));
      out += "{}";
    } else {
      out += taken;
    }
    text.remove_prefix(taken.size());
  }
  return out;
}

/// Who can write the catalogues could put words into the program's mouth: the folder has to be of whoever owns the
/// program, and nobody else's to write in.
bool is_of_same_hand(const std::filesystem::path& program, const std::filesystem::path& folder) {
  struct stat of_program {}, of_folder {};
  if (::stat(program.c_str(), &of_program) != 0 || ::stat(folder.c_str(), &of_folder) != 0) return false;
  return S_ISDIR(of_folder.st_mode) && of_folder.st_uid == of_program.st_uid && (of_folder.st_mode & S_IWOTH) == 0;
}

std::filesystem::path usual_catalogues() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto beside = self.parent_path().parent_path() / "share" / "locale";
  return !error && is_of_same_hand(self, beside) ? beside : std::filesystem::path(DOKAZ_LOCALEDIR);
}

}  // namespace

void choose_language(std::string_view language, const std::filesystem::path& catalogues) {
  if (!language.empty()) ::setenv("LANGUAGE", std::string(language).c_str(), 1);
  // In the locale "C", also where the one that was asked for is not installed, LANGUAGE would not count.
  const char* set = std::setlocale(LC_MESSAGES, "");
  if (set == nullptr || std::string_view(set) == "C" || std::string_view(set) == "POSIX")
    std::setlocale(LC_MESSAGES, "C.UTF-8");
  ::bindtextdomain(domain, catalogues.c_str());
  ::bind_textdomain_codeset(domain, "UTF-8");
}

void choose_language(std::string_view language) { choose_language(language, usual_catalogues()); }

namespace words {

std::string say(const char* english, fmt::format_args arguments) {
  return formatted(::dgettext(domain, english), english, arguments);
}

std::string say_count(const char* one, const char* many, std::uint64_t count, fmt::format_args arguments) {
  return formatted(::dngettext(domain, one, many, count), count == 1 ? one : many, arguments);
}

}  // namespace words

std::string say_text(std::string_view english) {
  // The empty text is the catalogue's own header.
  return english.empty() || english.front() == '\0' ? std::string(english) : ::dgettext(domain, std::string(english).c_str());
}

std::string say_counted(std::string_view english) {
  std::string said = say_text(english);
  if (said != english) return said;
  Numbers numbers;
  const std::string sentence = without_numbers(english, numbers);
  const std::string translated = say_text(sentence);
  if (translated == sentence) return said;
  try {
    return fmt::vformat(translated, numbers);
  } catch (const std::exception&) {
    return said;
  }
}

}  // namespace dokaz::console
