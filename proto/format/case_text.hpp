// SPDX-License-Identifier: GPL-3.0-or-later
// The texts of roster, ticket and admission, without their signatures: format.md section 7.
#pragma once

#include "proto/format/case.hpp"

namespace dokaz {

inline constexpr std::string_view case_note_name = "dokaz-case";
inline constexpr std::string_view ticket_note_name = "dokaz-ticket";
inline constexpr std::string_view member_note_name = "dokaz-member";

/// malformed if the fields break a rule of section 7. The roster's lists are sorted already.
Status check_rules(const Roster& roster);
Status check_rules(const Ticket& ticket);
Status check_rules(const Admission& admission);

std::string write_text(const Roster& roster);
std::string write_text(const Ticket& ticket);
std::string write_text(const Admission& admission);

/// The order of member and recipient lines.
void sort_lines(Roster& roster);

}  // namespace dokaz
