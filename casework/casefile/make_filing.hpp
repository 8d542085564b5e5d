// SPDX-License-Identifier: GPL-3.0-or-later
// A filing made of a case and of a lawyer's plan: gate, exhibits, custody, offline package, pages, statement, and only
// then its name.
#pragma once

#include "casework/casefile/consent.hpp"
#include "casework/casefile/stamps.hpp"
#include "casework/filing/write.hpp"

namespace dokaz {

struct FilingOptions {
  std::string profile, respondent;
  Path plan;                   // its files are named from its folder
  Path extra_statement;        // further submissions, checked and not merged; empty: none
  GateRequest gate = {};       // the use is the profile's
  std::string addressee = {};  // empty: the profile's
  std::string reason = {};
  StampSource stamps = {};     // of the offline package
  std::uint64_t max_part_size = pdf::max_part_size;
};

struct MadeFiling {
  filing::WrittenFiling written;
  std::string respondent, respondent_warning, package;
  StampCount stamps;                    // in the offline package
  std::vector<Condition> conditions;  // to be heeded
};

/// What is being done: "Reading", "Packing", "Writing".
using FilingStage = std::function<void(std::string_view stage, std::size_t done, std::size_t total)>;

/// Writes the folder `out`, whole or not at all. usage, malformed (the plan), wrong_forum, no_consent, not_found (an item,
/// a fact, a file, the font), bad_pdf, rule_unmet, leaves_traces, already_exists; each names the row of the plan that
/// it is about. The export is stated in the case before the folder has its name. `now`: seconds since 1970 UTC.
Result<MadeFiling> make_filing(CaseFile& file, const FilingOptions& options, const Path& out, std::int64_t now,
                               const FilingStage& stage);

}  // namespace dokaz
