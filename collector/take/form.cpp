// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/take/form.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "collector/vault/item_facts.hpp"
#include "crypto/counted.hpp"
#include "proto/format/time.hpp"

namespace dokaz {
namespace {

constexpr std::string_view first_line = "dokaz/form/v1";
constexpr std::size_t max_line = 1024, max_choices = 32;

struct Kind {
  std::string_view name;
  AnswerKind kind;
};
constexpr Kind kinds[] = {{"text", AnswerKind::text},
                          {"date", AnswerKind::date},
                          {"time", AnswerKind::time},
                          {"number", AnswerKind::number},
                          {"choice", AnswerKind::choice}};

std::string trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t from = text.find_first_not_of(blanks);
  if (from == std::string_view::npos) return {};
  return std::string(text.substr(from, text.find_last_not_of(blanks) - from + 1));
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  for (std::size_t at = 0; (at = line.find_first_not_of(' ', at)) != std::string_view::npos;) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    words.emplace_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

bool is_key(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

/// "question <key> <kind> [required]"
std::optional<Question> question_of(const std::vector<std::string>& words) {
  if (words.size() < 3 || words.size() > 4 || !is_key(words[1])) return std::nullopt;
  if (words.size() == 4 && words[3] != "required") return std::nullopt;
  const auto* kind = std::find_if(std::begin(kinds), std::end(kinds), [&](const Kind& one) { return one.name == words[2]; });
  if (kind == std::end(kinds)) return std::nullopt;
  return Question{words[1], kind->kind, words.size() == 4, {}, {}};
}

class FormReader {
 public:
  Result<TestimonyForm> read(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      DOKAZ_TRY(line(text.substr(0, end)));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (number_ == 0 || form_.questions.empty() || form_.name.empty()) return bad("the form, line {}: a form has a name and questions");
    for (const Question& one : form_.questions) {
      if (one.prompt.empty()) return bad("the form, line {}: a question without words");
      if ((one.kind == AnswerKind::choice) != (one.choices.size() >= 2)) return bad("the form, line {}: a choice has two choices or more");
    }
    return std::move(form_);
  }

 private:
  Status line(std::string_view raw) {
    ++number_;
    if (raw.size() > max_line) return bad("the form, line {}: too long");
    const std::string text = trimmed(raw);
    if (number_ == 1) return text == first_line ? Status() : bad("the form, line {}: the first line is dokaz/form/v1");
    if (text.empty() || text.starts_with('#')) return {};
    if (raw.starts_with(' ') || raw.starts_with('\t')) return below(text);
    const std::vector<std::string> words = words_of(text);
    if (words[0] == "name" && words.size() > 1 && form_.name.empty()) {
      form_.name = trimmed(text.substr(4));
      return {};
    }
    auto question = words[0] == "question" ? question_of(words) : std::nullopt;
    if (!question || !keys_.insert(question->key).second || form_.questions.size() == max_questions)
      return bad("the form, line {}: expected: question KEY text|date|time|number|choice [required], each key once");
    form_.questions.push_back(std::move(*question));
    return {};
  }

  Status below(const std::string& text) {
    if (form_.questions.empty()) return bad("the form, line {}: words that belong to no question");
    Question& question = form_.questions.back();
    if (question.kind == AnswerKind::choice && text.starts_with("- ")) {
      if (question.choices.size() == max_choices) return bad("the form, line {}: too many choices");
      question.choices.push_back(trimmed(text.substr(2)));
    } else {
      question.prompt += (question.prompt.empty() ? "" : " ") + text;
    }
    return {};
  }

  Error bad(const char* what) const {
    return fail(Errc::malformed, counted(what, {std::to_string(number_)}));
  }

  TestimonyForm form_;
  std::set<std::string> keys_;
  std::size_t number_ = 0;
};

bool is_clock_time(std::string_view text) {
  return text.size() == 5 && text[2] == ':' &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || c == ':'; }) &&
         std::count(text.begin(), text.end(), ':') == 1 && text.substr(0, 2) < "24" && text.substr(3) < "60";
}

bool is_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  constexpr std::int64_t most = (std::int64_t{1} << 53) - 1;
  return error == std::errc() && end == text.data() + text.size() && value >= -most && value <= most;
}

Result<std::string> choose(const Question& question, const std::string& text) {
  const auto named = std::find(question.choices.begin(), question.choices.end(), text);
  if (named != question.choices.end()) return *named;
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1 || number > question.choices.size())
    return fail(Errc::malformed, "type the number of one of the choices");
  return question.choices[number - 1];
}

}  // namespace

std::string_view name_of(AnswerKind kind) {
  const auto* found = std::find_if(std::begin(kinds), std::end(kinds), [&](const Kind& one) { return one.kind == kind; });
  return found->name;
}

TestimonyForm TestimonyForm::free() {
  return {"Testimony", {{"testimony", AnswerKind::text, true, "What happened, in your own words:", {}}}};
}

Result<TestimonyForm> TestimonyForm::parse(ByteView bytes) {
  if (bytes.size() > max_form_size) return fail(Errc::too_large, "the form");
  std::string text = to_text(bytes);
  if (!check_text(text)) return fail(Errc::malformed, "the form is not plain UTF-8 text");
  return FormReader().read(text);
}

Result<std::string> read_answer(const Question& question, std::string_view typed) {
  std::string text = trimmed(typed);
  if (text.size() > max_answer_size) return fail(Errc::too_large, "an answer is longer than 8 KiB");
  if (text.empty()) return question.required ? Result<std::string>(fail(Errc::malformed, "this needs an answer")) : text;
  if (!check_text(text)) return fail(Errc::malformed, "the answer is not plain UTF-8 text");
  switch (question.kind) {
    case AnswerKind::text: return text;
    case AnswerKind::date: {
      const auto day = parse_time(text);
      if (!day || !day->day_only) return fail(Errc::malformed, "write the date as YYYY-MM-DD");
      return text;
    }
    case AnswerKind::time:
      if (!is_clock_time(text)) return fail(Errc::malformed, "write the time as HH:MM");
      return text;
    case AnswerKind::number:
      if (!is_number(text)) return fail(Errc::malformed, "write a whole number");
      return text;
    case AnswerKind::choice: return choose(question, text);
  }
  DOKAZ_CHECK(false);
  return text;
}

std::string testimony_text(const TestimonyForm& form, const std::vector<Answer>& answers) {
  std::string text = form.name + "\n";
  for (const Answer& one : answers)
    text += "\n" + one.question.prompt + "\n" + (one.text.empty() ? "(no answer)" : one.text) + "\n";
  return text;
}

}  // namespace dokaz
