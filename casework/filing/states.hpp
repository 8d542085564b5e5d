// SPDX-License-Identifier: GPL-3.0-or-later
// Against which States the Court hears applications, and who hears the others.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/result.hpp"

namespace dokaz::filing {

struct State {
  std::string_view code;  // ISO 3166-1
  std::string_view name;
};

/// The 46 member States of the Council of Europe, by name.
const std::vector<State>& member_states();

/// What is to be said of a respondent that was let through.
struct Respondent {
  std::string name;
  std::string warning;  // Russia: for which facts alone; empty for the others
};

/// By name or code, in capitals or not. wrong_forum, naming the other venues, for every other State: Belarus is no
/// member. `latest_fact`: the latest day of a document, or empty; Russia answers for facts until 2022-09-16 alone.
Result<Respondent> respondent_of(std::string_view state, std::string_view latest_fact);

}  // namespace dokaz::filing
