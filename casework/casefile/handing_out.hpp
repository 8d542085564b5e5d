// SPDX-License-Identifier: GPL-3.0-or-later
// What is stated before anything is handed out: format.md section 3. Each call is durable when it returns without
// failure; only then does anything get its name on a disk. The failures of OwnChain::state, usage for a text that is no
// line.
#pragma once

#include "casework/casefile/consent.hpp"

namespace dokaz {

/// Somebody of the case opens an item.
struct AccessAct {
  std::optional<StatementHash> item;  // nothing: a group's key is written out, which opens all of them
  std::set<std::string> shown;        // of "clean", "facts", "original", "sidecars"; without an item "keys" alone
  std::set<std::string> shown_facts;  // names
  std::string reason;                 // may be empty
};
Result<StatementHash> state_access(CaseFile& file, const AccessAct& act, std::int64_t now);

/// Something made of items leaves the case.
struct ExportAct {
  std::string profile;  // "exhibit", "dossier", "dossier un", "filing ecthr"
  std::vector<StatementHash> items;
  std::set<std::string> shown, shown_facts;  // as above
  std::string addressee, reason;             // may be empty
  std::optional<Sha256> bag;                 // H of tagmanifest-sha256.txt, where it is a bag
  GatePass pass;
};
Result<StatementHash> state_export(CaseFile& file, const ExportAct& act, std::int64_t now);

/// Single facts of an item leave the case.
struct DiscloseAct {
  StatementHash item;
  std::set<std::string> facts;
  std::string addressee, reason;
  GatePass pass;
};
Result<StatementHash> state_disclosure(CaseFile& file, const DiscloseAct& act, std::int64_t now);

/// The case was checked.
struct VerifyAct {
  std::string outcome;  // "verified", "verified_with_limits", "failed"
  std::uint64_t items = 0, failed = 0;
  std::string reason;
};
Result<StatementHash> state_verification(CaseFile& file, const VerifyAct& act, std::int64_t now);

}  // namespace dokaz
