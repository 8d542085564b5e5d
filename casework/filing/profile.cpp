// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/filing/profile.hpp"

#include <algorithm>
#include <string>

namespace dokaz::filing {

bool Profile::makes(Product product) const { return std::find(products.begin(), products.end(), product) != products.end(); }

const std::vector<Profile>& profiles() {
  using enum Product;
  static const std::vector<Profile> all = {
      // Rule 34: before notice of the application an official language of a Contracting State; which of them the
      // Registry takes is for a lawyer to confirm, so the list has only those that nobody doubts.
      {"ecthr", "court", "European Court of Human Rights", true, false, {list, annexes, custody, statement, check},
       {"en", "fr", "de", "es", "it", "lt", "lv", "et", "pl", "cs", "sk", "uk", "ro", "bg", "hu", "fi", "sv", "da", "no", "nl",
        "pt", "el", "tr", "hr", "sr", "bs", "sl", "sq", "mk", "hy", "ka", "az", "is", "ga", "mt", "ca", "lb"}},
      {"un", "un", "United Nations", false, false, {summary, annexes, custody, check}, {"en", "fr", "es", "ru", "ar", "zh"}},
      {"criminal", "prosecutor", "criminal-justice authority", false, true, {list, annexes, custody, statement, check, load_file}, {}},
      {"archive", "partners", "archive", false, true, {list, custody, check}, {}}};
  return all;
}

Result<const Profile*> profile_of(std::string_view name) {
  std::string known;
  for (const Profile& one : profiles()) {
    if (one.name == name) return &one;
    known += (known.empty() ? "" : ", ") + std::string(one.name);
  }
  return fail(Errc::usage, "--profile takes one of " + known);
}

}  // namespace dokaz::filing
