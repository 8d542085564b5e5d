// SPDX-License-Identifier: GPL-3.0-or-later
// A filing becomes files in a folder that nobody sees yet: the caller gives it its name when all of it is there.
#pragma once

#include "casework/filing/check.hpp"
#include "casework/pdf/parts.hpp"
#include "crypto/files.hpp"

namespace dokaz::filing {

struct FilingJob {
  CheckedParts parts;  // profile, head (day, respondent, bag), custody, extra statement
  std::vector<FiledDocument> documents;
  std::uint64_t max_part_size = pdf::max_part_size;
  std::vector<std::string> words;  // that may stand in no file beside what is printed
};

struct WrittenFiling {
  std::vector<FiledFile> files;
  std::vector<Checked> checked;
  std::size_t pages = 0;
};

/// Told on the way: how many pages are written, of how many.
using FilingProgress = std::function<void(std::size_t done, std::size_t total)>;

/// 01 to 05, index.csv, index.json and, for a profile that has it, load_file.dat. bad_pdf, leaves_traces,
/// rule_unmet, each naming the annex; not_found for the font. Memory: about three parts, and the pages' text.
Result<WrittenFiling> write_filing(FilingJob& job, const Path& folder, const FilingProgress& progress = {});

}  // namespace dokaz::filing
