// SPDX-License-Identifier: GPL-3.0-or-later
// A folder that shows single facts of an item and nothing else of it: the statement with its receipts, the disclosures,
// and how to check them with bash, coreutils and openssl.
#pragma once

#include "casework/casefile/handing_out.hpp"
#include "casework/verify/bag.hpp"

namespace dokaz {

struct Disclosure {
  Bag files;
  DiscloseAct act;  // to be stated before the files are written
};

struct DiscloseOptions {
  std::vector<std::string> facts;  // names
  std::string addressee, reason = {};
  GateRequest gate = {};
};

/// usage for a name that is no fact of items, and where no name or addressee is given; not_found for a fact that the item
/// does not have; no_consent and the other failures of pass_gate; what opening the item's facts gives.
Result<Disclosure> disclose_facts(CaseFile& file, std::string_view item, const DiscloseOptions& options, std::int64_t now);

}  // namespace dokaz
