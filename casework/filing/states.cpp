// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/filing/states.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace dokaz::filing {
namespace {

constexpr std::string_view last_day_of_russia = "2022-09-16";

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_called(std::string_view given, std::string_view code, std::string_view name) {
  return lower(given) == lower(code) || lower(given) == lower(name);
}

/// How many letters have to be put, left out or changed.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t corner = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j)
      corner = std::exchange(row[j + 1], std::min({row[j] + 1, row[j + 1] + 1, corner + (a[i] == b[j] ? 0 : 1)}));
  }
  return row.back();
}

/// The member State whose name is a slip away; empty where none is.
std::string nearest(std::string_view given) {
  constexpr std::size_t slip = 2, shortest = 5;
  if (given.size() < shortest || given.size() > 64) return {};
  for (const State& one : member_states())
    if (distance(lower(given), lower(one.name)) <= slip) return std::string(one.name);
  return {};
}

constexpr const char* other_venues =
    "the Court hears applications against member States of the Council of Europe alone. Others to think of with counsel: the "
    "United Nations (special procedures, the Group of Independent Experts on Belarus, the Working Group on Arbitrary "
    "Detention: --profile un), the International Criminal Court and prosecutors with universal jurisdiction "
    "(--profile criminal), archives for later proceedings (--profile archive)";

}  // namespace

const std::vector<State>& member_states() {
  static const std::vector<State> states = {
      {"AL", "Albania"},     {"AD", "Andorra"},        {"AM", "Armenia"},       {"AT", "Austria"},
      {"AZ", "Azerbaijan"},  {"BE", "Belgium"},        {"BA", "Bosnia and Herzegovina"}, {"BG", "Bulgaria"},
      {"HR", "Croatia"},     {"CY", "Cyprus"},         {"CZ", "Czechia"},       {"DK", "Denmark"},
      {"EE", "Estonia"},     {"FI", "Finland"},        {"FR", "France"},        {"GE", "Georgia"},
      {"DE", "Germany"},     {"GR", "Greece"},         {"HU", "Hungary"},       {"IS", "Iceland"},
      {"IE", "Ireland"},     {"IT", "Italy"},          {"LV", "Latvia"},        {"LI", "Liechtenstein"},
      {"LT", "Lithuania"},   {"LU", "Luxembourg"},     {"MT", "Malta"},         {"MD", "Moldova"},
      {"MC", "Monaco"},      {"ME", "Montenegro"},     {"NL", "Netherlands"},   {"MK", "North Macedonia"},
      {"NO", "Norway"},      {"PL", "Poland"},         {"PT", "Portugal"},      {"RO", "Romania"},
      {"SM", "San Marino"},  {"RS", "Serbia"},         {"SK", "Slovakia"},      {"SI", "Slovenia"},
      {"ES", "Spain"},       {"SE", "Sweden"},         {"CH", "Switzerland"},   {"TR", "Türkiye"},
      {"UA", "Ukraine"},     {"GB", "United Kingdom"}};
  return states;
}

Result<Respondent> respondent_of(std::string_view state, std::string_view latest_fact) {
  const auto& states = member_states();
  const auto found = std::find_if(states.begin(), states.end(), [&](const State& one) { return is_called(state, one.code, one.name); });
  if (found != states.end()) return Respondent{std::string(found->name), {}};
  if (lower(state) == "turkey") return Respondent{"Türkiye", {}};
  if (lower(state) == "czech republic") return Respondent{"Czechia", {}};
  if (is_called(state, "RU", "Russia") || lower(state) == "russian federation") {
    if (latest_fact > last_day_of_russia)
      return fail(Errc::wrong_forum, "Russia answers before the Court only for facts until 2022-09-16, and a document is of a later day; " +
                                         std::string(other_venues));
    return Respondent{"Russia", "Russia is no member since 2022-03-16. The Court examines applications against it only for facts until 2022-09-16."};
  }
  if (is_called(state, "BY", "Belarus"))
    return fail(Errc::wrong_forum, "Belarus is no member State of the Council of Europe; " + std::string(other_venues));
  if (state.empty()) return fail(Errc::usage, "the profile ecthr needs --respondent, a member State");
  if (const std::string near = nearest(state); !near.empty())
    return fail(Errc::usage, "--respondent: this is not one of the 46 member States; is it " + near + "?");
  return fail(Errc::wrong_forum, "this is not one of the 46 member States; check the spelling. If it is another State: " + std::string(other_venues));
}

}  // namespace dokaz::filing
