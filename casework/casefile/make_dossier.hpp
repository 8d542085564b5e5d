// SPDX-License-Identifier: GPL-3.0-or-later
// A dossier made from the case folder: chosen, asked for at the consent gate, written, checked from the disk, stated,
// and only then given its name: format.md section 19.
#pragma once

#include "casework/casefile/handing_out.hpp"
#include "casework/casefile/stamps.hpp"
#include "casework/verify/dossier.hpp"

namespace dokaz {

/// A document that goes into the bag as it is: "annex-1.pdf".
struct DossierDocument {
  std::string name;
  BagFile content;
};

struct DossierRequest {
  std::vector<std::string> items = {};  // their beginnings, in the order in which they are shown
  bool all = false;                     // every item that may be shown, in the order of the log; then no `items`
  std::string addressee;                // 1 to 64 printable ASCII characters
  GateRequest gate = {};
  std::string profile = "dossier";      // what the statement of the export calls it
  std::string reason = {};              // of the export, for the case alone
  bool original = false;
  std::vector<std::string> disclose = {};        // names of facts; with `all`, of the items that have them
  std::vector<std::vector<std::string>> disclose_each = {};  // besides, of each of `items` in its place; empty: none
  std::string withheld_reason = {};              // of every withheld item that has none of its own: a word, or none
  std::map<std::string, std::string> reasons = {};  // by the beginning of a withheld item
  StampSource stamps = {};
  std::vector<DossierDocument> documents = {};
};

struct MadeDossier {
  DossierReport report;
  StatementHash statement;  // of the export
  GatePass pass;
  StampCount stamps;
};

using DossierProgress = std::function<void(std::size_t done, std::size_t total)>;

/// no_consent for an item that may not be shown (with `all` it is withheld; that this is why is said only by a reason that
/// the request gives); usage for an item that is not cleaned unless its original is shown (with `all` withheld:
/// `not-cleaned`, where no other reason is given), for one that is named twice, for one with a reason that is shown or
/// stands in no shown chain, and for words that are none; missing_part for what was not pulled; and what opening an item or checking the finished
/// dossier gives. After a failure there is nothing of that name. `now`: seconds since 1970 UTC.
Result<MadeDossier> make_dossier(CaseFile& file, const DossierRequest& request, const Path& out, std::int64_t now,
                                 const DossierProgress& progress = {});

}  // namespace dokaz
