// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/filing/csv.hpp"

#include <algorithm>
#include <iterator>

namespace dokaz::filing {
namespace {

constexpr std::size_t max_rows = 100'000;

std::string written(const std::string& field) {
  if (field.find_first_of(",;\t\"\r\n") == field.npos) return field;
  std::string out = "\"";
  for (const char c : field) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

/// The first that stands in the first line outside quotes.
char separator_in(std::string_view text) {
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == ',' || c == ';' || c == '\t') return c;
    if (c == '\n') break;
  }
  return ',';
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text), separator_(separator_in(text)) {}

  Result<std::vector<CsvRow>> read() {
    std::vector<CsvRow> rows;
    while (at_ < text_.size()) {
      ++line_;
      DOKAZ_LET(row, read_row());
      if (row.size() == 1 && row.front().empty()) continue;
      rows.push_back(std::move(row));
      if (rows.size() > max_rows) return fail(Errc::too_large, "a table of more than 100000 rows");
    }
    return rows;
  }

 private:
  Result<CsvRow> read_row() {
    CsvRow row;
    for (;;) {
      DOKAZ_LET(field, read_field());
      row.push_back(std::move(field));
      if (at_ < text_.size() && text_[at_] == separator_) {
        ++at_;
        continue;
      }
      if (text_.substr(at_).starts_with("\r\n")) ++at_;
      if (at_ < text_.size() && text_[at_] != '\n') return broken("something behind a closing quote");
      ++at_;
      return row;
    }
  }

  Result<std::string> read_field() {
    if (at_ < text_.size() && text_[at_] == '"') return read_quoted();
    std::size_t end = at_;
    while (end < text_.size() && text_[end] != separator_ && text_[end] != '\n' && !text_.substr(end).starts_with("\r\n")) ++end;
    std::string field(text_.substr(at_, end - at_));
    at_ = end;
    if (field.find('"') != field.npos) return broken("a quote inside a field that is not quoted");
    return field;
  }

  Result<std::string> read_quoted() {
    std::string field;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') {
        field += text_[at_];
      } else if (text_.substr(at_).starts_with("\"\"")) {
        field += '"';
        ++at_;
      } else {
        ++at_;
        return field;
      }
    }
    return broken("a quote that is not closed");
  }

  Error broken(const char* what) const { return fail(Errc::malformed, "line " + std::to_string(line_) + ": " + what); }

  std::string_view text_;
  char separator_;
  std::size_t at_ = 0, line_ = 0;
};

}  // namespace

std::string harmless(const std::string& field) {
  // Full-width forms count, too: ＝ ＋ － ＠.
  constexpr std::string_view signs[] = {"=", "+", "-", "@", "\t", "\r", "\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"};
  std::string out;
  bool start = true;
  for (std::size_t at = 0; at < field.size(); ++at) {
    const std::string_view rest = std::string_view(field).substr(at);
    if (start && std::any_of(std::begin(signs), std::end(signs), [&](std::string_view sign) { return rest.starts_with(sign); })) out += '\'';
    start = field[at] == ';' || field[at] == '\t' || (start && (field[at] == ' ' || field[at] == '"'));
    out += field[at];
  }
  return out;
}

std::string write_csv(const std::vector<CsvRow>& rows) {
  std::string out;
  for (const CsvRow& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) out += (i == 0 ? "" : ",") + written(row[i]);
    out += "\r\n";
  }
  return out;
}

Result<std::vector<CsvRow>> read_csv(std::string_view text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  while (text.starts_with(mark)) text.remove_prefix(mark.size());  // a file that was saved twice has two
  return Reader(text).read();
}

}  // namespace dokaz::filing
