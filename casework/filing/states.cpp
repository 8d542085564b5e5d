// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/filing/states.hpp"

#include <algorithm>

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
  return fail(Errc::wrong_forum, "this is not one of the 46 member States; " + std::string(other_venues));
}

}  // namespace dokaz::filing
