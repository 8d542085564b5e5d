// SPDX-License-Identifier: GPL-3.0-or-later
// The index of a filing for machines: index.csv, index.json, and a Concordance load file.
#pragma once

#include "casework/filing/bundle.hpp"

namespace dokaz::filing {

/// One finished file of the filing.
struct FiledFile {
  std::string name;  // "02_annexes_part1.pdf"
  std::string sha256;
  std::uint64_t size = 0;
  std::size_t first_page = 0, last_page = 0;  // of the bundle; 0: it is not counted
  std::string form;                           // "PDF/A-1b", "PDF with pages that others made", "text"
};

struct FilingHead {
  std::string profile, respondent, day;
  std::size_t pages = 0;  // of the bundle
  std::vector<std::pair<std::string, std::string>> fonts;  // file and SHA-256
};

std::string index_csv(const std::vector<FiledDocument>& documents, const std::vector<FiledFile>& files);
std::string index_json(const FilingHead& head, const std::vector<FiledDocument>& documents, const std::vector<FiledFile>& files);

/// Fields between þ, separated by 0x14, UTF-8 with a byte order mark, one document a line.
std::string load_file(const std::vector<FiledDocument>& documents, const std::vector<FiledFile>& files);

}  // namespace dokaz::filing
