// SPDX-License-Identifier: GPL-3.0-or-later
// The submission check: every rule that a program can test, each with its answer and its remedy. It never says that a
// filing is valid.
#pragma once

#include <map>

#include "casework/filing/pages.hpp"

namespace dokaz::filing {

enum class Verdict { pass, fail, not_testable };

struct Checked {
  std::string rule;
  Verdict verdict = Verdict::pass;
  std::string words;   // what was found, where
  std::string remedy;  // empty for what passes
};

/// What the check is told besides documents and files.
struct CheckedParts {
  const Profile* profile = nullptr;
  FilingHead head;
  std::string respondent_warning, consent_words;
  bool consent_asked = false;  // the gate let each item through by a consent
  std::map<std::string, std::vector<std::size_t>> asked_for;  // how people may be shown, in words; of which annexes
  std::optional<pdf::ForeignFindings> extra_statement;
  std::size_t missing_letters = 0;
  std::vector<CustodySheet> custody;
  std::uint64_t max_part_size = 0;
};

/// Rule 47 § 2 (b): of further submissions on facts and complaints.
inline constexpr std::size_t max_extra_pages = 20;

std::vector<Checked> check_filing(const CheckedParts& parts, const std::vector<FiledDocument>& documents, const std::vector<FiledFile>& files);

std::string check_text(const FilingHead& head, const std::vector<Checked>& checked);
std::size_t count(const std::vector<Checked>& checked, Verdict verdict);

}  // namespace dokaz::filing
