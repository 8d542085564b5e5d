// SPDX-License-Identifier: GPL-3.0-or-later
// Acts besides items, as their members stated them: notes, consents and withdrawals with their facts,
// heartbeats, closes.
#pragma once

#include "casework/casefile/item.hpp"

namespace dokaz {

struct ShownAct {
  std::uint64_t index = 0;  // in the log
  StatementHash statement;
  std::string signer;
  Act act = Act::note;
  std::string claimed;                // time
  std::uint64_t seq = 0;              // in its chain; of a close, how many statements it closes
  std::optional<StatementHash> item;  // what it is about; nothing for the whole case, or while it is not opened
  std::vector<Fact> facts;            // of an act that has an object
  std::optional<Error> failure;       // why its object does not open; missing_part: not pulled yet
};

/// True for what `acts_of` shows: a member's, no item, and not the beginning of a chain.
bool is_shown_act(const Statement& statement);

/// The facts of an act's one object, each committed to, all that the statement commits to, and such as format.md
/// section 4 allows for this act: missing_part, hash_mismatch, age_*, malformed, bad_disclosure.
Result<std::vector<Fact>> open_act(const CaseFile& file, const Statement& statement);

/// bad_disclosure unless the facts are those of that act: no consent without uses of the list, no note without words.
Status check_act_facts(Act act, const std::vector<Fact>& facts);

/// A withdrawal of the item, or of the whole case; nothing if there is none. One that does not open counts: what it
/// says is not known.
Result<std::optional<ShownAct>> find_withdrawal(CaseFile& file, const std::vector<CaseEntry>& entries,
                                                const StatementHash& item);

/// In the log's order. An object that does not open is said of its act and leaves the others alone.
Result<std::vector<ShownAct>> acts_of(CaseFile& file, const std::vector<CaseEntry>& entries);

/// "consent by birch for court, un", in words for people; control characters are filtered.
std::string words_of(const ShownAct& act);

}  // namespace dokaz
