// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/filing/plan.hpp"

#include <algorithm>
#include <map>

#include "casework/filing/dates.hpp"
#include "console/console.hpp"
#include "proto/format/fact.hpp"

namespace dokaz::filing {
namespace {

constexpr std::size_t max_documents = 10'000, max_title = 2'000;
constexpr std::string_view undated = "undated";

std::string trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const std::size_t from = text.find_first_not_of(space);
  if (from == text.npos) return {};
  return std::string(text.substr(from, text.find_last_not_of(space) - from + 1));
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

class RowReader {
 public:
  RowReader(const std::map<std::string, std::size_t>& columns, const CsvRow& row, std::size_t line)
      : columns_(columns), row_(row), line_(line) {}

  Result<PlannedDocument> read() {
    PlannedDocument one;
    one.line = line_;
    for (const auto& [name, place] : columns_) {
      if (place >= row_.size()) return wrong(name, "the row ends before it");
      if (!is_utf8(row_[place])) return wrong(name, "not UTF-8: save the table as UTF-8");
      if (has_control(field(name)) || console::printable(field(name)) != field(name))
        return wrong(name, "a line break, or a character that is not seen and changes what is");
    }
    one.proceedings = field("proceedings");
    one.title = field("title");
    one.what = field("what");
    one.language = field("language");
    one.translation_of = field("translation_of");
    if (one.title.empty() || one.title.size() > max_title) return wrong("title", "1 to 2000 bytes");
    if (one.what.empty()) return wrong("what", "an item's beginning, or the path of a file");
    if (!std::all_of(one.language.begin(), one.language.end(), [](char c) { return c >= 'a' && c <= 'z'; }) || one.language.size() > 3)
      return wrong("language", "two or three small letters, such as be");
    const std::string kind = field("kind");
    if (kind != "item" && kind != "file") return wrong("kind", "item or file");
    one.kind = kind == "item" ? Kind::item : Kind::file;
    DOKAZ_TRY(read_day(one.day));
    DOKAZ_TRY(read_confidence(one));
    DOKAZ_TRY(read_facts(one));
    return one;
  }

 private:
  std::string field(const std::string& name) const { return trimmed(row_[columns_.at(name)]); }
  Error wrong(const std::string& column, const std::string& what) const {
    return fail(Errc::malformed, "line " + std::to_string(line_) + ", column " + column + ": " + what);
  }

  Status read_day(DocumentDay& day) const {
    const std::string date = field("date");
    day.between = field("between");
    day.until = field("and");
    for (const char* name : {"between", "and"})
      if (!field(name).empty() && !is_day(field(name))) return wrong(name, "a day as YYYY-MM-DD, or nothing");
    if (date == undated) {
      if (day.until.empty()) return wrong("and", "an undated document needs the latest day that it can be of");
      if (!day.between.empty() && day.between > day.until) return wrong("between", "later than the day in column and");
      return {};
    }
    if (!is_day(date)) return wrong("date", "a day as YYYY-MM-DD, or undated");
    if (!day.between.empty() || !day.until.empty()) return wrong("between", "only for an undated document");
    day.day = date;
    return {};
  }

  Status read_confidence(PlannedDocument& one) const {
    const std::string text = field("confidentiality");
    if (text.empty() || text == "open") return {};
    const std::size_t colon = text.find(':');
    const std::string word = trimmed(text.substr(0, colon));
    const std::map<std::string, Confidence> words = {{"confidential", Confidence::confidential},
                                                     {"highly sensitive", Confidence::highly_sensitive},
                                                     {"anonymity", Confidence::anonymity}};
    const auto found = words.find(word);
    if (found == words.end())
      return wrong("confidentiality", "open, or confidential, highly sensitive or anonymity, a colon, and the reason");
    one.confidence = found->second;
    one.confidence_reason = colon == text.npos ? std::string() : trimmed(text.substr(colon + 1));
    return {};
  }

  Status read_facts(PlannedDocument& one) const {
    std::string name;
    for (const char c : field("facts") + " ") {
      if (c != ' ' && c != ',' && c != ';') {
        name += c;
        continue;
      }
      if (name.empty()) continue;
      if (!is_registered_fact(name)) return wrong("facts", "there is no fact of one of these names");
      one.facts.insert(name);
      name.clear();
    }
    if (one.kind == Kind::file && !one.facts.empty()) return wrong("facts", "only an item has facts");
    return {};
  }

  const std::map<std::string, std::size_t>& columns_;
  const CsvRow& row_;
  std::size_t line_;
};

Result<std::map<std::string, std::size_t>> columns_of(const CsvRow& head) {
  std::map<std::string, std::size_t> columns;
  for (const std::string& name : plan_columns()) {
    if (name == "remark") continue;
    const auto found = std::find_if(head.begin(), head.end(), [&](const std::string& one) { return trimmed(one) == name; });
    if (found == head.end()) return fail(Errc::malformed, "line 1: there is no column " + name);
    columns.emplace(name, static_cast<std::size_t>(found - head.begin()));
  }
  return columns;
}

Status check_translations(const std::vector<PlannedDocument>& documents) {
  std::map<std::string, const PlannedDocument*> by_what;
  for (const PlannedDocument& one : documents)
    if (!by_what.emplace(one.what, &one).second)
      return fail(Errc::malformed, "line " + std::to_string(one.line) + ", column what: the same document twice");
  for (const PlannedDocument& one : documents) {
    if (one.translation_of.empty()) continue;
    const auto of = by_what.find(one.translation_of);
    if (of == by_what.end() || !of->second->translation_of.empty())
      return fail(Errc::malformed, "line " + std::to_string(one.line) +
                                       ", column translation_of: what another row, no translation itself, has in column what");
  }
  return {};
}

}  // namespace

std::string DocumentDay::words() const {
  if (dated()) return day;
  return between.empty() ? "undated (not after " + until + ")" : "undated (between " + between + " and " + until + ")";
}

const CsvRow& plan_columns() {
  static const CsvRow columns = {"proceedings", "date",     "between",        "and",             "title", "kind",
                                 "what",        "language", "translation_of", "confidentiality", "facts", "remark"};
  return columns;
}

Result<std::vector<PlannedDocument>> read_plan(std::string_view text) {
  DOKAZ_LET(rows, read_csv(text));
  if (rows.empty()) return fail(Errc::malformed, "the plan is empty");
  DOKAZ_LET(columns, columns_of(rows.front()));
  if (rows.size() > max_documents + 1) return fail(Errc::too_large, "a plan of more than 10000 documents");
  std::vector<PlannedDocument> documents;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    DOKAZ_LET(one, RowReader(columns, rows[i], i + 1).read());
    documents.push_back(std::move(one));
  }
  if (documents.empty()) return fail(Errc::malformed, "the plan names no document");
  DOKAZ_TRY(check_translations(documents));
  return documents;
}

CsvRow plan_row(const PlannedDocument& one, const std::string& remark) {
  std::string facts;
  for (const std::string& name : one.facts) facts += (facts.empty() ? "" : " ") + name;
  constexpr const char* words[] = {"open", "confidential", "highly sensitive", "anonymity"};
  std::string confidence = words[static_cast<int>(one.confidence)];
  if (!one.confidence_reason.empty()) confidence += ": " + one.confidence_reason;
  return {one.proceedings, one.day.dated() ? one.day.day : std::string(undated), one.day.between, one.day.until, one.title,
          one.kind == Kind::item ? "item" : "file", one.what, one.language, one.translation_of, confidence, facts, harmless(remark)};
}

}  // namespace dokaz::filing
