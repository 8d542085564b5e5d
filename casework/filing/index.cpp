// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/filing/index.hpp"

#include <nlohmann/json.hpp>

namespace dokaz::filing {
namespace {

/// The file in which a page of the bundle is.
std::string file_of(const std::vector<FiledFile>& files, std::size_t page) {
  for (const FiledFile& one : files)
    if (page != 0 && page >= one.first_page && page <= one.last_page) return one.name;
  return {};
}

std::string confidence_words(const PlannedDocument& plan) {
  constexpr const char* words[] = {"open", "confidential", "highly sensitive", "anonymity"};
  return words[static_cast<int>(plan.confidence)];
}

const CsvRow& index_columns() {
  static const CsvRow columns = {"number", "proceedings", "date",  "not_after",  "title",          "kind",  "exhibit",
                                 "language", "translation_of", "confidentiality", "first_page", "last_page", "file",  "sha256"};
  return columns;
}

std::string number_text(std::size_t number) { return number == 0 ? std::string() : std::to_string(number); }

CsvRow row_of(const FiledDocument& one, const std::vector<FiledDocument>& documents, const std::vector<FiledFile>& files) {
  return {std::to_string(one.number), one.plan.proceedings, one.plan.day.day, one.plan.day.latest(), one.plan.title, kind_words(one),
          one.exhibit ? one.exhibit->name : std::string(), one.plan.language,
          number_text(number_of(documents, one.plan.translation_of)), confidence_words(one.plan), number_text(one.first_page),
          number_text(one.last_page), file_of(files, one.first_page), one.exhibit ? one.exhibit->sha256 : one.file ? one.file->sha256 : std::string()};
}

}  // namespace

std::string index_csv(const std::vector<FiledDocument>& documents, const std::vector<FiledFile>& files) {
  std::vector<CsvRow> rows = {index_columns()};
  for (const FiledDocument& one : documents) {
    CsvRow row = row_of(one, documents, files);
    for (std::string& field : row) field = harmless(field);
    rows.push_back(std::move(row));
  }
  return write_csv(rows);
}

std::string index_json(const FilingHead& head, const std::vector<FiledDocument>& documents, const std::vector<FiledFile>& files) {
  nlohmann::ordered_json json = {{"form", "dokaz/filing/v1"}, {"profile", head.profile}, {"respondent", head.respondent},
                                 {"day", head.day},           {"pages", head.pages}};
  json["fonts"] = nlohmann::ordered_json::array();
  for (const auto& [name, hash] : head.fonts) json["fonts"].push_back({{"file", name}, {"sha256", hash}});
  json["files"] = nlohmann::ordered_json::array();
  for (const FiledFile& one : files)
    json["files"].push_back({{"name", one.name}, {"sha256", one.sha256}, {"bytes", one.size}, {"form", one.form},
                             {"first_page", one.first_page}, {"last_page", one.last_page}});
  json["documents"] = nlohmann::ordered_json::array();
  for (const FiledDocument& one : documents) {
    const CsvRow row = row_of(one, documents, files);
    nlohmann::ordered_json entry;
    for (std::size_t i = 0; i < row.size(); ++i) entry[index_columns()[i]] = row[i];
    entry["number"] = one.number;
    entry["first_page"] = one.first_page;
    entry["last_page"] = one.last_page;
    json["documents"].push_back(std::move(entry));
  }
  return json.dump(2, ' ', true) + "\n";
}

std::string load_file(const std::vector<FiledDocument>& documents, const std::vector<FiledFile>& files) {
  constexpr std::string_view quote = "\xC3\xBE", separator = "\x14", end = "\r\n", mark = "\xEF\xBB\xBF";
  const auto line = [&](const CsvRow& fields) {
    std::string text;
    for (const std::string& field : fields) {
      std::string inner;
      for (std::size_t at = 0; at < field.size(); ++at) {
        const bool is_quote = std::string_view(field).substr(at).starts_with(quote);
        inner += is_quote || static_cast<unsigned char>(field[at]) < 0x20 ? ' ' : field[at];
        at += is_quote ? 1 : 0;
      }
      text += (text.empty() ? "" : std::string(separator)) + std::string(quote) + inner + std::string(quote);
    }
    return text + std::string(end);
  };
  const auto id = [](std::size_t number) {
    std::string digits = std::to_string(number);
    return "DOC" + std::string(digits.size() < 6 ? 6 - digits.size() : 0, '0') + digits;
  };
  std::string out(mark);
  out += line({"DOCID", "BEGPAGE", "ENDPAGE", "DOCDATE", "TITLE", "DOCTYPE", "PROCEEDINGS", "LANGUAGE", "TRANSLATIONOF", "CONFIDENTIALITY",
               "EXHIBIT", "SHA256", "FILE"});
  for (const FiledDocument& one : documents) {
    const CsvRow row = row_of(one, documents, files);
    const std::size_t of = number_of(documents, one.plan.translation_of);
    out += line({id(one.number), row[10], row[11], row[2], row[4], row[5], row[1], row[7], of == 0 ? std::string() : id(of), row[9], row[6],
                 row[13], row[12]});
  }
  return out;
}

}  // namespace dokaz::filing
