// SPDX-License-Identifier: GPL-3.0-or-later
// An exhibit of one item, made from the case folder and checked before it is written.
#pragma once

#include "casework/casefile/handing_out.hpp"
#include "casework/casefile/stamps.hpp"
#include "casework/verify/report.hpp"

namespace dokaz {

/// What the addressee will get, and what checking it says. Its large files are made where they are read.
struct Shown {
  Bag files;
  Report report;
  ExportAct act;  // to be stated before the files are written
  StampCount stamps = {};
};

struct ShowOptions {
  bool original = false;
  std::vector<std::string> disclose = {};  // names of facts besides the usual ones
  GateRequest gate = {};
  std::string addressee = {}, reason = {};
  StampSource stamps = {};
};

/// no_consent and the other failures of pass_gate; usage for a name that is no fact, and for an item that is not cleaned
/// unless its original is shown; not_found for a fact that the item does not have, and whatever opening it or checking
/// the finished exhibit gives. `now`: seconds since 1970 UTC.
Result<Shown> show_item(CaseFile& file, std::string_view item, const ShowOptions& options, std::int64_t now);

}  // namespace dokaz
