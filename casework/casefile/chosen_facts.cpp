// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/chosen_facts.hpp"

#include <array>
#include <set>

namespace dokaz {
namespace {

/// What every addressee sees.
constexpr std::array<std::string_view, 6> usual_facts = {"media.type",    "clean.sha256", "clean.size",
                                                         "coded.sha256", "image.width",  "image.height"};
/// Of an item that is not cleaned, what makes that plain.
constexpr std::array<std::string_view, 2> not_cleaned_facts = {"cleaned", "uncleaned.reason"};
constexpr std::array<std::string_view, 4> original_facts = {"original.sha256", "original.sha512", "original.size",
                                                            "recovery.sha256"};

}  // namespace

Result<std::vector<Fact>> choose_facts(const OpenItem& item, bool original, const std::vector<std::string>& disclose) {
  std::set<std::string, std::less<>> names(usual_facts.begin(), usual_facts.end());
  if (original) names.insert(original_facts.begin(), original_facts.end());
  if (!item.clean) names.insert(not_cleaned_facts.begin(), not_cleaned_facts.end());
  for (const std::string& name : disclose) {
    if (!is_registered_fact(name)) return fail(Errc::usage, "there is no fact of that name");
    if (find_fact(item.team, name) == nullptr && find_fact(item.legal, name) == nullptr)
      return fail(Errc::not_found, item.legal_is_sealed
                                       ? "this item does not have that fact, or it is sealed for the legal recipients"
                                       : "this item does not have that fact");
    names.insert(name);
  }
  std::vector<Fact> chosen;
  for (const std::vector<Fact>* facts : {&item.team, &item.legal})
    for (const Fact& fact : *facts)
      // That the shown picture is the team's object is what the usual fact "object" says.
      if (names.contains(fact.name()) || ((facts == &item.team || !item.clean) && fact.name() == "object"))
        chosen.push_back(fact);
  return chosen;
}

}  // namespace dokaz
