// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/cli/recipient_words.hpp"

#include <nlohmann/json.hpp>

#include "console/say.hpp"

namespace dokaz::cli {

std::string text_of_recipients(const std::vector<RecipientChange>& changes) {
  using console::say;
  if (changes.empty()) return {};
  std::string text = say("Keys      CHANGED: a newer roster of the case, signed by its root, names others for whom this vault seals\n");
  for (const RecipientChange& change : changes) {
    for (const std::string& one : change.fresh) text += say("          {}: from now on for {}\n", name_of(change.group), one);
    for (const std::string& one : change.gone) text += say("          {}: no longer for {}\n", name_of(change.group), one);
  }
  return text + say("          Ask your counsel, by a way you trust, whether these are theirs. If so: dokaz settings --confirm-recipients {}\n"
                    "          If not, seal nothing more with this vault, and tell them.\n",
                    changes.front().roster);
}

nlohmann::ordered_json json_of_recipients(const std::vector<RecipientChange>& changes) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const RecipientChange& change : changes)
    all.push_back({{"group", name_of(change.group)}, {"from_now_on", change.fresh}, {"no_longer", change.gone}, {"roster", change.roster}});
  return all;
}

}  // namespace dokaz::cli
