// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/cli/open_vault.hpp"
#include "collector/parcel/unpack.hpp"
#include "console/say.hpp"

namespace dokaz::cli {
namespace {

using console::say;
using console::say_count;

struct UnpackOptions {
  std::filesystem::path answer;
};

Result<UnpackReport> run(const Common& common, const UnpackOptions& options) {
  DOKAZ_LET(answer, read_file(options.answer, max_answer_file, Links::follow));
  DOKAZ_LET(vault, open_vault(common));
  return dokaz::unpack(vault, answer);
}

std::optional<Error> failure_of(const UnpackReport& report) {
  if (report.failure) return report.failure;
  if (report.refused.empty()) return {};
  const auto& [number, code] = *report.refused.begin();
  return fail(code, say("said by the server of statement {}", number));
}

nlohmann::ordered_json json_of(const UnpackReport& report) {
  nlohmann::ordered_json document = {{"repeated", report.repeated},
                                     {"statements_logged", report.logged},
                                     {"items_stored", report.stored},
                                     {"acts_stored", report.acts},
                                     {"objects_missing", report.missing},
                                     {"settled", report.settled},
                                     {"refused", nlohmann::json::array()}};
  for (const auto& [number, code] : report.refused)
    document["refused"].push_back({{"statement", number}, {"error", name_of(code)}});
  return document;
}

std::string text_of(const UnpackReport& report) {
  if (report.repeated && report.logged + report.stored + report.acts == 0)
    return say("This answer was unpacked before. Nothing is new in it.\n");
  std::string text = say_count("{} statement logged.\n", "{} statements logged.\n", report.logged, report.logged) +
                     say_count("{} item stored.\n", "{} items stored.\n", report.stored, report.stored);
  if (report.acts > 0)
    text += say_count("{} note, consent or other act stored.\n", "{} notes, consents and other acts stored.\n", report.acts, report.acts);
  for (const auto& [number, code] : report.refused)
    text += say("The server did not take statement {}: {}.\n", number, console::say_text(words_of(code)));
  if (report.missing > 0) text += say_count("{} sealed object of the parcel was not kept.\n", "{} sealed objects of the parcel were not kept.\n",
                      report.missing, report.missing);
  return text + (report.settled ? say("Nothing of this parcel is open any more.\n")
                                : say("A part of this parcel is still open: pack again, or sync.\n"));
}

int unpack(const Common& common, const UnpackOptions& options) {
  const auto unpacked = run(common, options);
  if (!unpacked) return report(common, Command::unpack, unpacked.error());
  const auto failure = failure_of(*unpacked);
  if (common.console.json) {
    auto document = json_of(*unpacked);
    if (failure) add_failure(document, Command::unpack, *failure);
    return print_json(common, document, failure ? exit_code(failure->code) : exit_ok);
  }
  const int said = common.console.quiet ? exit_ok : print(common, text_of(*unpacked));
  return failure ? report(common, Command::unpack, *failure) : said;
}

Runner describe(CLI::App& command) {
  const auto options = std::make_shared<UnpackOptions>();
  command.add_option("ANSWER", options->answer, "The answer's file")->required();
  command.footer("Example:\n  dokaz unpack /media/stick/answer.bin");
  return [options](const Common& common) { return unpack(common, *options); };
}

}  // namespace

const CommandEntry unpack_command{"unpack", "Check and keep the receipts that came back for a parcel", Needs::vault, describe};

}  // namespace dokaz::cli
