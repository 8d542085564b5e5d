// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/take/testify.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace dokaz {
namespace {

/// Bytes that live as long as somebody reads them.
class Text : public ReadableBytes {
 public:
  explicit Text(std::shared_ptr<const Bytes> bytes) : ReadableBytes(*bytes), bytes_(std::move(bytes)) {}

 private:
  std::shared_ptr<const Bytes> bytes_;
};

Result<std::vector<Fact>> facts_of(const TestimonyForm& form, const std::vector<Answer>& answers) {
  std::vector<Fact> facts{Fact::text("testimony.form", form.name)};
  for (const Answer& one : answers) {
    if (one.text.empty()) continue;
    const nlohmann::json list = {{{"answer", one.text},
                                  {"key", one.question.key},
                                  {"kind", name_of(one.question.kind)},
                                  {"question", one.question.prompt}}};
    DOKAZ_LET(fact, Fact::json("testimony", list.dump()));
    facts.push_back(std::move(fact));
  }
  return facts;
}

Result<std::map<std::string, std::string>> split(std::string_view text) {
  std::map<std::string, std::string> typed;
  std::string* last = nullptr;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    if (line.starts_with(' ') || line.starts_with('\t')) {
      if (last == nullptr) return fail(Errc::malformed, "the answers begin with a key");
      last->append("\n").append(line.substr(1));
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return fail(Errc::malformed, "each answer is a line KEY: ANSWER");
    const auto [at, is_new] = typed.emplace(line.substr(0, colon), line.substr(colon + 1));
    if (!is_new) return fail(Errc::malformed, "two answers to one question");
    last = &at->second;
  }
  return typed;
}

}  // namespace

Result<std::vector<Answer>> read_answers(const TestimonyForm& form, ByteView text) {
  DOKAZ_LET(typed, split(text_of(text)));
  std::vector<Answer> answers;
  for (const Question& question : form.questions) {
    auto answer = read_answer(question, typed[question.key]);
    typed.erase(question.key);
    if (!answer) return fail(answer.code(), question.key + ": " + answer.error().detail);
    answers.push_back({question, std::move(*answer)});
  }
  if (!typed.empty()) return fail(Errc::malformed, "an answer to a question that the form does not ask");
  return answers;
}

Result<SealedItem> seal_testimony(Vault& vault, const TestimonyForm& form, const std::vector<Answer>& answers,
                                  const ClaimedTime& time) {
  DOKAZ_LET(stated, facts_of(form, answers));
  const auto text = std::make_shared<const Bytes>(to_bytes(testimony_text(form, answers)));
  const UncleanedFile file{std::make_shared<const Text>(text), "txt", fail(Errc::unknown_media, "testimony")};
  SealRequest request{"testimony.txt", "", time};
  request.stated = std::move(stated);
  return seal_uncleaned(vault, file, request);
}

}  // namespace dokaz
