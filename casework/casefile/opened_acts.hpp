// SPDX-License-Identifier: GPL-3.0-or-later
// Facts that were opened once are kept in the case's database, without decoys: of thousands of acts, none is deciphered
// twice. They are what the act's object held when it was checked, and stay as sealed as the keys beside them.
#pragma once

#include "casework/casefile/case_file.hpp"

namespace dokaz {

/// Nothing where this statement's facts were not opened yet.
Result<std::optional<std::vector<Fact>>> opened_before(CaseFile& file, const StatementHash& statement);
/// The caller has checked that they are the statement's.
Status keep_opened(CaseFile& file, const StatementHash& statement, const std::vector<Fact>& facts);

/// The tables. Only CaseFile::create has a use for them.
extern const char* const opened_acts_tables;

}  // namespace dokaz
