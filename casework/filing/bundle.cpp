// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/filing/bundle.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <string_view>
#include <tuple>

namespace dokaz::filing {
namespace {

/// Where a set of proceedings comes first in the plan.
std::map<std::string, std::size_t> places_of(const std::vector<PlannedDocument>& plan) {
  std::map<std::string, std::size_t> places;
  for (const PlannedDocument& one : plan) places.emplace(one.proceedings, places.size());
  return places;
}

/// Letters of the languages of a case as people write them in Latin; Belarusian, Ukrainian and Russian together, so
/// that a name stays readable, which is all that it is for.
const std::map<std::string_view, std::string_view>& latin() {
  static const std::map<std::string_view, std::string_view> letters = {
      {"а", "a"},  {"б", "b"},  {"в", "v"},  {"г", "h"},  {"ґ", "g"},   {"д", "d"},   {"е", "e"},  {"ё", "yo"}, {"є", "ye"},
      {"ж", "zh"}, {"з", "z"},  {"и", "i"},  {"і", "i"},  {"ї", "yi"},  {"й", "y"},   {"к", "k"},  {"л", "l"},  {"м", "m"},
      {"н", "n"},  {"о", "o"},  {"п", "p"},  {"р", "r"},  {"с", "s"},   {"т", "t"},   {"у", "u"},  {"ў", "u"},  {"ф", "f"},
      {"х", "kh"}, {"ц", "ts"}, {"ч", "ch"}, {"ш", "sh"}, {"щ", "shch"}, {"ъ", ""},   {"ы", "y"},  {"ь", ""},   {"э", "e"},
      {"ю", "yu"}, {"я", "ya"}, {"’", ""},   {"А", "A"},  {"Б", "B"},   {"В", "V"},   {"Г", "H"},  {"Ґ", "G"},  {"Д", "D"},
      {"Е", "E"},  {"Ё", "Yo"}, {"Є", "Ye"}, {"Ж", "Zh"}, {"З", "Z"},   {"И", "I"},   {"І", "I"},  {"Ї", "Yi"}, {"Й", "Y"},
      {"К", "K"},  {"Л", "L"},  {"М", "M"},  {"Н", "N"},  {"О", "O"},   {"П", "P"},   {"Р", "R"},  {"С", "S"},  {"Т", "T"},
      {"У", "U"},  {"Ў", "U"},  {"Ф", "F"},  {"Х", "Kh"}, {"Ц", "Ts"},  {"Ч", "Ch"},  {"Ш", "Sh"}, {"Щ", "Shch"}, {"Ъ", ""},
      {"Ы", "Y"},  {"Ь", ""},   {"Э", "E"},  {"Ю", "Yu"}, {"Я", "Ya"},  {"ą", "a"},   {"ć", "c"},  {"č", "c"},  {"ę", "e"},
      {"ė", "e"},  {"į", "i"},  {"ł", "l"},  {"ń", "n"},  {"ó", "o"},   {"ś", "s"},   {"š", "s"},  {"ų", "u"},  {"ū", "u"},
      {"ź", "z"},  {"ż", "z"},  {"ž", "z"},  {"Ą", "A"},  {"Ć", "C"},   {"Č", "C"},   {"Ę", "E"},  {"Ė", "E"},  {"Į", "I"},
      {"Ł", "L"},  {"Ń", "N"},  {"Ó", "O"},  {"Ś", "S"},  {"Š", "S"},   {"Ų", "U"},   {"Ū", "U"},  {"Ź", "Z"},  {"Ż", "Z"},
      {"Ž", "Z"}};
  return letters;
}

}  // namespace

bool FiledDocument::shows_picture() const { return (exhibit && exhibit->shown) || (file && file->shown); }

std::vector<FiledDocument> in_order(std::vector<PlannedDocument> plan) {
  const auto places = places_of(plan);
  std::map<std::string, const PlannedDocument*> by_what;
  for (const PlannedDocument& one : plan) by_what.emplace(one.what, &one);
  const auto leader = [&](const PlannedDocument& one) -> const PlannedDocument& {
    return one.translation_of.empty() ? one : *by_what.at(one.translation_of);
  };
  std::vector<const PlannedDocument*> order;
  for (const PlannedDocument& one : plan) order.push_back(&one);
  std::stable_sort(order.begin(), order.end(), [&](const PlannedDocument* a, const PlannedDocument* b) {
    const PlannedDocument &first = leader(*a), &second = leader(*b);
    const auto key = [&](const PlannedDocument& of, const PlannedDocument& one) {
      return std::tuple(places.at(of.proceedings), of.day.latest(), of.line, !one.translation_of.empty());
    };
    return key(first, *a) < key(second, *b);
  });
  std::vector<FiledDocument> documents;
  for (const PlannedDocument* one : order) {
    FiledDocument filed;
    filed.plan = *one;
    // A translation stands with its original, whatever its own row says.
    filed.plan.proceedings = leader(*one).proceedings;
    filed.number = documents.size() + 1;
    documents.push_back(std::move(filed));
  }
  return documents;
}

std::size_t number_of(const std::vector<FiledDocument>& documents, const std::string& what) {
  if (what.empty()) return 0;
  for (const FiledDocument& one : documents)
    if (one.plan.what == what) return one.number;
  return 0;
}

std::string kind_words(const FiledDocument& document) {
  if (document.file) return document.file->pdf ? "Document (PDF)" : "Picture";
  if (!document.exhibit) return "Document";
  const std::string& type = document.exhibit->media_type;
  if (!document.exhibit->not_cleaned.empty()) return "File that was not cleaned";
  if (type.starts_with("image/")) return "Photograph";
  if (type.starts_with("video/")) return "Film";
  if (type.starts_with("audio/")) return "Sound recording";
  return "Testimony or other file";
}

std::string ascii_name(std::string_view name) {
  std::string out;
  for (std::size_t at = 0; at < name.size();) {
    const auto lead = static_cast<unsigned char>(name[at]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const std::string_view letter = name.substr(at, length);
    at += letter.size();
    const auto found = latin().find(letter);
    const bool plain = length == 1 && (std::isalnum(lead) != 0 || lead == '.' || lead == '-' || lead == '_');
    if (found != latin().end()) out += found->second;
    else out += plain ? letter.front() : '_';
  }
  const std::size_t start = out.find_first_not_of('.');
  out = start == out.npos ? "file" : out.substr(start);
  constexpr std::size_t longest = 80;
  if (out.size() > longest) out = out.substr(out.size() - longest);
  return out;
}

}  // namespace dokaz::filing
