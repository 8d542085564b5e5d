// SPDX-License-Identifier: GPL-3.0-or-later
// The plan of a filing, documents.csv: which documents, in which proceedings, of which day, and what of each may be
// printed. A lawyer writes it in a spreadsheet. Its columns are described in docs/guides/lawyer.md.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "casework/filing/csv.hpp"

namespace dokaz::filing {

enum class Kind { item, file };

/// A day, or between which days it must lie.
struct DocumentDay {
  std::string day;            // empty: undated
  std::string between, until; // of an undated one; `between` may be empty, `until` is there

  bool dated() const { return !day.empty(); }
  /// By which documents are put in order: the latest possible day.
  const std::string& latest() const { return dated() ? day : until; }
  /// "2026-05-01", "undated (between 2026-04-01 and 2026-05-01)", "undated (not after 2026-05-01)"
  std::string words() const;
};

enum class Confidence { open, confidential, highly_sensitive, anonymity };

struct PlannedDocument {
  std::size_t line = 0;  // of the file, for messages
  std::string proceedings;
  DocumentDay day;
  std::string title;
  Kind kind = Kind::item;
  std::string what;            // an item's beginning, or a path from the plan's folder
  std::string language;        // ISO 639: "be"
  std::string translation_of;  // the `what` of another row
  Confidence confidence = Confidence::open;
  std::string confidence_reason;  // "whole: names a minor"
  std::set<std::string> facts;    // names of facts that are printed
};

/// The head of the table, and what stands in `remark` is for the lawyer alone: it is never printed.
const CsvRow& plan_columns();

/// malformed, naming line and column: a column that is missing, a day that is none, an undated document without a
/// latest day, a translation of no row, a fact that is none. too_large over 10,000 documents.
Result<std::vector<PlannedDocument>> read_plan(std::string_view text);

/// A row of it; `remark` is its last field.
CsvRow plan_row(const PlannedDocument& document, const std::string& remark);

}  // namespace dokaz::filing
