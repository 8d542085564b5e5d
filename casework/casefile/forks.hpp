// SPDX-License-Identifier: GPL-3.0-or-later
// Forks that the server found: two statements of one member for one place. The log has one, its fork-found names the
// other, and both are shown. format.md sections 3 and 18.
#pragma once

#include "casework/casefile/case_file.hpp"
#include "proto/format/second_statements.hpp"

namespace dokaz {

/// One of the two, or of what followed the second.
struct ForkedStatement {
  StatementHash hash;
  std::uint64_t seq = 0;
  std::string signer, act, claimed;  ///< pseudonym; the act's name; the claimed time
};

struct Fork {
  ForkPlace place;
  std::optional<ForkedStatement> logged;  ///< empty where it was not pulled
  std::vector<ForkedStatement> others;    ///< the second statement first; empty where it was not pulled
};

/// Of each fork-found among the entries: malformed where it does not say which.
Result<std::vector<ForkPlace>> forks_in(const std::vector<CaseEntry>& entries);

/// What a server handed over for `place`: every statement is by a member of that chain's, and the first is the one that
/// the fork-found names: hash_mismatch. Otherwise as read_second_statements and Membership::check; a key-rotate among
/// them holds for what follows it there, and nowhere else.
Result<std::vector<Verified<SignedStatement>>> check_second_statements(const ForkPlace& place, ByteView bytes,
                                                                       const Membership& members);

/// All that is known of them, checked anew.
Result<std::vector<Fork>> forks_of(CaseFile& file, const std::vector<CaseEntry>& entries, const Membership& members);

/// What was found, and a line for each statement.
std::vector<std::string> lines_of(const Fork& fork);

}  // namespace dokaz
