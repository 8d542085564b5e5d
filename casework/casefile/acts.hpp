// SPDX-License-Identifier: GPL-3.0-or-later
// Acts besides items, as their members stated them: notes, consents and withdrawals, accesses, exports and disclosures
// with their facts, heartbeats, closes.
#pragma once

#include "casework/casefile/act_facts.hpp"
#include "casework/casefile/item.hpp"

namespace dokaz {

/// What the case makes of an act. What left has left, and what was refused is refused, whatever its weight.
enum class Weight {
  counts,
  revoked,    // in the log, where its member is revoked
  set_aside,  // in the log, by a key that does not sign there; what it says is not read
  second,     // not in the log: it claims a place that the log has taken; what it says is not read
};

struct ShownAct {
  std::optional<std::uint64_t> index;  // in the log; nothing for a second one, and for our own that was not pulled back yet
  StatementHash statement;
  std::string signer;
  Act act = Act::note;
  std::string claimed;                // time
  std::uint64_t seq = 0;              // in its chain; of a close, how many statements it closes
  std::optional<StatementHash> item;  // what it is about; nothing for the whole case, or while it is not opened
  std::vector<Fact> facts;            // of an act that has an object; without decoys
  std::optional<Error> failure;       // why its object does not open; missing_part: not pulled yet
  Weight weight = Weight::counts;
  std::string role = {};              // of the signer; empty where nobody knows them

  bool is_doubted() const { return weight == Weight::set_aside || weight == Weight::second; }

  /// What it is about, or what is in what was exported.
  bool concerns(const StatementHash& one) const;
};

/// True for what `acts_of` shows: a member's, no item, and not the beginning of a chain.
bool is_shown_act(const Statement& statement);

/// The facts of an act's one object, each committed to, all that the statement commits to, and such as format.md
/// section 4 allows for this act: missing_part, hash_mismatch, age_*, malformed, bad_disclosure.
Result<std::vector<Fact>> open_act(const CaseFile& file, const Statement& statement);

/// In the log's order, a second one where its fork was found, and behind all of them our own that are not in the log yet.
/// Besides `entries`, which are the case's, what stands where its member is revoked; and of what the log does not count what
/// was said of consent, and what left. An object that does not open is said of its act and leaves the others alone. Each
/// object is opened once, ever: opened_acts.hpp.
Result<std::vector<ShownAct>> acts_of(CaseFile& file, const std::vector<CaseEntry>& entries);

/// Whether it does not open because this folder has no key of the legal group, whose alone such an act is: no failure, and
/// in a reviewer's folder the usual case.
bool is_for_legal_alone(const CaseFile& file, Act act, const Error& failure);
inline bool is_for_legal_alone(const CaseFile& file, const ShownAct& act) {
  return act.failure && is_for_legal_alone(file, act.act, *act.failure);
}

/// "12 acts are for the legal recipients alone"
std::string acts_for_legal_alone(std::size_t count);

/// "consent by birch for court, un", in words for people; control characters are filtered.
std::string words_of(const ShownAct& act);
std::string_view name_of(Weight weight);
/// "REVOKED  " and the like, to stand before such words; empty for what counts.
std::string_view mark_of(Weight weight);

}  // namespace dokaz
