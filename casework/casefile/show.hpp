// SPDX-License-Identifier: GPL-3.0-or-later
// An exhibit of one item, made from the case folder and checked before it is written.
#pragma once

#include "casework/casefile/item.hpp"
#include "casework/verify/report.hpp"

namespace dokaz {

/// What the addressee will get, and what checking it says. Its large files are made where they are read.
struct Shown {
  Bag files;
  Report report;
};

struct ShowOptions {
  bool original = false;
  bool despite_withdrawal = false;
  std::vector<std::string> disclose;  // names of facts besides the usual ones
};

/// usage for an item or case whose consent was withdrawn, unless it is shown despite that; for a name that is no fact, and for an item that is not cleaned unless its original is shown; not_found for a fact that the item does not have, and whatever
/// opening it or checking the finished exhibit gives.
Result<Shown> show_item(CaseFile& file, std::string_view item, const ShowOptions& options, std::string_view day);

}  // namespace dokaz
