// SPDX-License-Identifier: GPL-3.0-or-later
// What each addressee gets and by which rules: data, not code.
#pragma once

#include <string_view>
#include <vector>

#include "crypto/result.hpp"

namespace dokaz::filing {

/// The files of a filing besides index.csv, index.json and the offline package, which every addressee gets.
enum class Product { summary, list, annexes, custody, statement, check, load_file };

struct Profile {
  std::string_view name;
  std::string_view use;        // of consent.uses: what the consent of each item must cover
  std::string_view addressee;  // as the offline package says it
  bool needs_member_state = false;
  bool shows_originals = false;  // the offline package holds the originals with all their metadata
  std::vector<Product> products;
  std::vector<std::string_view> languages;  // that a document may be in without a translation; empty: any

  bool makes(Product product) const;
};

/// ecthr, un, criminal, archive.
const std::vector<Profile>& profiles();
/// usage, naming them.
Result<const Profile*> profile_of(std::string_view name);

}  // namespace dokaz::filing
