// SPDX-License-Identifier: GPL-3.0-or-later
// A form: questions to somebody who testifies, in a plain text file that holds no answers.
//
//   dokaz/form/v1
//   name Interview after release
//   question where text required
//     Where were you held?
//   question bruises choice
//     Were there visible injuries?
//     - none
//     - bruises
//     - open wounds
#pragma once

#include <string>
#include <vector>

#include "crypto/result.hpp"
#include "crypto/bytes.hpp"

namespace dokaz {

inline constexpr std::size_t max_form_size = 65536;
inline constexpr std::size_t max_questions = 64;
inline constexpr std::size_t max_answer_size = 8192;  // bytes of UTF-8

enum class AnswerKind { text, date, time, number, choice };
std::string_view name_of(AnswerKind kind);

struct Question {
  std::string key;     ///< 1 to 32 of a-z0-9-
  AnswerKind kind = AnswerKind::text;
  bool required = false;
  std::string prompt;
  std::vector<std::string> choices = {};  ///< of a choice: 2 to 32
};

struct TestimonyForm {
  std::string name;
  std::vector<Question> questions;

  /// One question, for what somebody has to say without a form.
  static TestimonyForm free();
  /// `malformed`, with the line; `too_large`.
  static Result<TestimonyForm> parse(ByteView bytes);
};

/// The answer as it is stated: a choice by its number or its text, the rest without blanks at the ends. `malformed`
/// where it does not suit the kind: a date is YYYY-MM-DD, a time HH:MM, a number an integer below 2^53; or where it is
/// required and empty. `too_large`.
Result<std::string> read_answer(const Question& question, std::string_view typed);

struct Answer {
  Question question;
  std::string text;  ///< empty: not answered
};

/// All answers as one text: each question, and below it what was said. The same for the same answers.
std::string testimony_text(const TestimonyForm& form, const std::vector<Answer>& answers);

}  // namespace dokaz
