// SPDX-License-Identifier: GPL-3.0-or-later
// The documents that we write ourselves, as blocks of pages: each function is one of the filing's files.
#pragma once

#include "casework/filing/index.hpp"
#include "casework/filing/profile.hpp"
#include "casework/pdf/blocks.hpp"

namespace dokaz::filing {

/// A row of an exhibit's chain of custody, made fit for people outside the case: roles, not pseudonyms.
struct CustodyLine {
  std::string when, who, what, hashes;
};
struct CustodySheet {
  std::string exhibit;     // short name
  std::size_t annex = 0;
  std::vector<CustodyLine> lines;
  std::size_t gaps = 0;
};

/// 01_list_of_documents.pdf: the continuation of section I of the Court's form, or what it is for other addressees.
pdf::Document list_of_documents(const Profile& profile, const FilingHead& head, const std::vector<FiledDocument>& documents);
/// 01_summary_sheet.pdf of the profile un: blanks for a person, and the annexes with their confidentiality.
pdf::Document summary_sheet(const FilingHead& head, const std::vector<FiledDocument>& documents);
/// 02_annexes: each annex begins with a NewPage; foreign PDFs are counted as `foreign` has them.
pdf::Document annexes(const std::vector<FiledDocument>& documents, std::vector<pdf::ForeignPdf>& foreign);
/// 03_chain_of_custody.pdf
pdf::Document chain_of_custody(const FilingHead& head, const std::vector<CustodySheet>& sheets);
/// 04_statement_of_integrity_DRAFT.pdf: for a person to complete, check and sign. Nothing in it looks signed.
pdf::Document statement_draft(const std::vector<FiledDocument>& documents, const std::vector<FiledFile>& files);

/// What integrity since sealing is, and what it is not: on each page that shows hashes to a court.
extern const char* const limits_paragraph;

}  // namespace dokaz::filing
