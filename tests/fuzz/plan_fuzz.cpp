// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzz target of a filing's plan, a table out of a spreadsheet: any bytes. A table that is read and written is read
// again as the same; a plan that is read, written and read again says the same of each document; no cell that we write
// begins a formula.
#include <algorithm>

#include "casework/filing/plan.hpp"
#include "crypto/check.hpp"
#include "tests/fuzz/seeds.hpp"

using namespace dokaz;
using namespace dokaz::filing;

namespace {

bool begins_formula(char c) { return c == '=' || c == '+' || c == '-' || c == '@' || c == '\t' || c == '\r'; }

/// But for the lines, which are those of the new file.
bool is_same(const PlannedDocument& a, const PlannedDocument& b) {
  return a.proceedings == b.proceedings && a.day.day == b.day.day && a.day.between == b.day.between && a.day.until == b.day.until &&
         a.title == b.title && a.kind == b.kind && a.what == b.what && a.language == b.language &&
         a.translation_of == b.translation_of && a.confidence == b.confidence &&
         a.confidence_reason == b.confidence_reason && a.facts == b.facts;
}

}  // namespace

std::vector<Bytes> fuzz_seeds() {
  const std::string item(64, 'a');
  std::vector<CsvRow> rows = {plan_columns()};
  PlannedDocument document;
  document.proceedings = "District Court";
  document.day.day = "2026-05-01";
  document.title = "A photo, \"of the yard\"; and more";
  document.what = item;
  document.facts = {"capture.time"};
  rows.push_back(plan_row(document, "for me"));
  document.day = {"", "2026-04-01", "2026-05-01"};
  document.kind = Kind::file;
  document.what = "scan.pdf";
  document.language = "be";
  document.facts.clear();
  rows.push_back(plan_row(document, ""));
  document.what = "scan-en.pdf";
  document.language = "en";
  document.translation_of = "scan.pdf";
  document.confidence = Confidence::confidential;
  document.confidence_reason = "whole: names a minor";
  rows.push_back(plan_row(document, "=1+1"));
  const std::string text = write_csv(rows);
  std::string semicolons = text;
  std::ranges::replace(semicolons, ',', ';');
  std::string tabs = text;
  std::ranges::replace(tabs, ',', '\t');
  return {to_bytes(text), to_bytes("\xef\xbb\xbf" + text), to_bytes("\xef\xbb\xbf\xef\xbb\xbf" + text), to_bytes(semicolons), to_bytes(tabs), to_bytes("a,b\n\"c\nd\",e\n"),
          to_bytes("=1+1;@x;\t-y\n"), to_bytes("\"a;b\",c\n\"d\ne\",f\n")};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(ByteView(data, size));
  const auto table = read_csv(text);
  if (table) {
    const auto again = read_csv(write_csv(*table));
    DOKAZ_CHECK(again && *again == *table);
    for (const CsvRow& row : *table)
      for (const std::string& field : row) {
        const std::string cell = harmless(field);
        DOKAZ_CHECK(cell.empty() || !begins_formula(cell.front()));
      }
  }
  const auto plan = read_plan(text);
  if (!plan) return 0;
  DOKAZ_CHECK(table.has_value());
  std::vector<CsvRow> rows = {plan_columns()};
  for (const PlannedDocument& document : *plan) rows.push_back(plan_row(document, ""));
  const auto again = read_plan(write_csv(rows));
  DOKAZ_CHECK(again && std::ranges::equal(*again, *plan, is_same));
  return 0;
}
