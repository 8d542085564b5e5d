// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/cli/open_vault.hpp"
#include "collector/take/testify.hpp"
#include "console/say.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::cli {
namespace {

struct TestifyOptions {
  std::optional<std::string> form;     // a path
  std::optional<std::string> answers;  // a path, or "-" for the standard input
};

Result<TestimonyForm> form_of(const TestifyOptions& options) {
  if (!options.form) return TestimonyForm::free();
  auto bytes = read_file(*options.form, max_form_size, Links::follow);
  if (!bytes) return fail(bytes.code(), "form");
  return TestimonyForm::parse(*bytes);
}

void show_question(const Question& question) {
  const std::string prompt = console::printable(question.prompt);
  std::fputs((question.required ? "\n" + prompt + "\n" : console::say("\n{} (may stay empty)\n", prompt)).c_str(), stderr);
  for (std::size_t i = 0; i < question.choices.size(); ++i)
    std::fprintf(stderr, "  %zu  %s\n", i + 1, console::printable(question.choices[i]).c_str());
  if (question.kind == AnswerKind::text) std::fputs(console::say("(an empty line ends the answer)\n").c_str(), stderr);
}

/// Lines up to an empty one for a text, else one line.
Result<std::string> read_typed(const Question& question) {
  std::string text, line;
  while (std::getline(std::cin, line)) {
    if (line.empty() || question.kind != AnswerKind::text) break;
    text += line + "\n";
    if (text.size() > max_answer_size) return fail(Errc::too_large, "an answer is longer than 8 KiB");
  }
  if (!std::cin && text.empty() && line.empty()) return fail(Errc::interrupted, "the testimony ended early");
  return text + (question.kind == AnswerKind::text ? "" : line);
}

/// Asks again until an answer suits.
Result<Answer> ask(const Question& question) {
  while (true) {
    show_question(question);
    DOKAZ_LET(typed, read_typed(question));
    auto answer = read_answer(question, typed);
    if (answer) return Answer{question, std::move(*answer)};
    std::fprintf(stderr, "%s\n", console::say_counted(answer.error().detail).c_str());
  }
}

Result<std::vector<Answer>> answers_of(const TestimonyForm& form, const TestifyOptions& options) {
  if (options.answers) {
    DOKAZ_LET(text, read_text(*options.answers, max_questions * max_answer_size, "answers"));
    return text.reveal([&](ByteView bytes) -> Result<std::vector<Answer>> {
      if (options.form) return read_answers(form, bytes);
      DOKAZ_LET(whole, read_answer(form.questions[0], text_of(bytes)));
      return std::vector<Answer>{{form.questions[0], std::move(whole)}};
    });
  }
  if (::isatty(STDIN_FILENO) != 1)
    return fail(Errc::usage, "testimony is typed at a terminal, or comes from a file with --answers");
  std::fprintf(stderr, "%s\n", console::printable(form.name).c_str());
  std::vector<Answer> answers;
  for (const Question& question : form.questions) {
    DOKAZ_LET(answer, ask(question));
    answers.push_back(std::move(answer));
  }
  return answers;
}

/// The vault is opened first: nobody testifies for half an hour and then cannot open it.
Result<SealedItem> seal(const Common& common, const TestifyOptions& options) {
  DOKAZ_LET(form, form_of(options));
  DOKAZ_LET(vault, open_vault(common, Reserve::keep));
  DOKAZ_LET(answers, answers_of(form, options));
  return seal_testimony(vault, form, answers, {console::now(), false});
}

int testify(const Common& common, const TestifyOptions& options) {
  if (!is_representable({console::now(), false})) return report_wrong_clock(common, Command::testify);
  const auto sealed = seal(common, options);
  if (!sealed && sealed.code() == Errc::already_sealed) {
    if (common.console.json) return print_json(common, {{"outcome", "already_there"}});
    return common.console.quiet ? exit_ok : print(common, console::say("already there: the same words were sealed before\n"));
  }
  if (!sealed) return report(common, Command::testify, sealed.error());
  if (common.console.json)
    return print_json(common, {{"outcome", "sealed"}, {"number", sealed->number}, {"item", hex(sealed->statement)},
                               {"state", name_of(CustodyState::sealed)}});
  if (common.console.quiet) return exit_ok;
  return print(common, console::say("sealed   {:4}  {}  testimony, for the legal team only\n", sealed->number,
                                    short_name(sealed->statement)));
}

Runner describe(CLI::App& command) {
  const auto options = std::make_shared<TestifyOptions>();
  command.add_option("--form", options->form, "Questions: a text file that begins with dokaz/form/v1")->type_name("FILE");
  command.add_option("--answers", options->answers,
                     "Read the testimony from FILE, or - for the standard input; with --form, lines KEY: ANSWER")
      ->type_name("FILE");
  command.footer("Without --answers it asks at the terminal. Nothing is written but the sealed item.\n"
                 "Example:\n  dokaz testify\n  dokaz testify --form interview.form");
  return [options](const Common& common) { return testify(common, *options); };
}

}  // namespace

const CommandEntry testify_command{"testify", "Seal testimony: words without a photo, for the legal team only", Needs::vault,
                                   describe};

}  // namespace dokaz::cli
