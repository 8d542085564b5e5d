// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/metadata/contradictions.hpp"

#include <set>

#include "collector/intake/fact_forms.hpp"
#include "collector/intake/plain_text.hpp"

namespace dokaz::intake {
namespace {

constexpr std::size_t cut_character = 9;  ///< so much can what is left of a character at the cut grow to

}  // namespace

void add_contradiction(std::vector<Contradiction>& to, const char* fact, std::vector<Stated> values) {
  Contradiction out{fact, {}};
  std::set<std::string> sources;
  // The values that differ come before others that only repeat the first.
  std::stable_partition(values.begin() + (values.empty() ? 0 : 1), values.end(),
                        [&](const Stated& one) { return one.value != values.front().value; });
  for (Stated& one : values) {
    if (out.values.size() == contradiction_values_cap) break;
    if (!sources.insert(one.source).second) continue;
    std::string value = plain_text(std::string_view(one.value).substr(0, contradiction_value_cap - cut_character));
    out.values.push_back({std::move(one.source), std::move(value)});
  }
  if (is_contradiction(out) && to.size() < contradictions_cap) to.push_back(std::move(out));
}

}  // namespace dokaz::intake
