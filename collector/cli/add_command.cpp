// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/cli/open_vault.hpp"
#include "collector/cli/stop_request.hpp"
#include "collector/vault/item_facts.hpp"
#include "collector/vault/seal.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::cli {
namespace {

/// In the build tree and beside the program, else where it is installed.
Result<std::filesystem::path> worker_program() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return fail(Errc::internal, "the program cannot find itself");
  const auto folder = self.parent_path();
  for (const auto& candidate :
       {folder / "dokaz-intake", folder.parent_path() / DOKAZ_LIBEXEC / "dokaz" / "dokaz-intake"})
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  return fail(Errc::internal, "dokaz-intake is not installed beside dokaz");
}

Result<std::string> note_of(const AddOptions& options) {
  if (options.note && options.note_file)
    return fail(Errc::usage, "--note and --note-file exclude each other");
  std::string note = options.note.value_or("");
  if (options.note_file) {
    DOKAZ_LET(text, read_text(*options.note_file, max_written_note_size, "note file"));
    note = text.reveal([](ByteView bytes) { return to_text(bytes); });
  }
  DOKAZ_TRY(check_note(note));
  return note;
}

struct Added {
  std::string file;  // as it was typed
  Result<SealedItem> outcome;
};

Result<SealedItem> add_one(Vault& vault, const Intake& intake, const std::string& file,
                           const std::string& note) {
  DOKAZ_LET(item, intake.take(file));
  return seal(vault, item, {std::filesystem::path(file).filename().string(), note, {console::now(), false}});
}

/// What became of the files, in their order. Those after a request to stop were not opened.
struct Batch {
  std::size_t given = 0;
  std::vector<Added> all;

  std::size_t sealed() const {
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [](const Added& added) { return added.outcome.has_value(); }));
  }
  std::size_t refused() const { return all.size() - sealed(); }
  std::size_t not_reached() const { return given - all.size(); }
  int code() const {
    if (not_reached() > 0) return exit_code(Errc::interrupted);
    for (const Added& added : all)
      if (!added.outcome) return exit_code(added.outcome.code());
    return exit_ok;
  }
};

Batch add_all(Vault& vault, const Intake& intake, const Common& common, const AddOptions& options,
              const std::string& note) {
  Batch batch{options.files.size(), {}};
  console::Progress progress(common.console, "sealing");
  const StopRequest stop;
  for (const std::string& file : options.files) {
    if (stop.came()) break;
    batch.all.push_back({file, add_one(vault, intake, file, note)});
    progress.at(batch.all.size(), batch.given);
  }
  return batch;
}

/// "3 given = 2 sealed + 1 refused (unknown_media)"
std::string summary_of(const Batch& batch) {
  std::string text = fmt::format("{} given = {} sealed + {} refused", batch.given, batch.sealed(), batch.refused());
  std::map<std::string_view, std::size_t> reasons;
  for (const Added& added : batch.all)
    if (!added.outcome) ++reasons[name_of(added.outcome.code())];
  std::string list;
  for (const auto& [reason, count] : reasons) {
    if (!list.empty()) list += ", ";
    list += reasons.size() == 1 && count == 1 ? "" : std::to_string(count) + " ";
    list += reason;
  }
  if (!list.empty()) text += " (" + list + ")";
  if (batch.not_reached() > 0) text += fmt::format(" + {} not reached", batch.not_reached());
  return text;
}

/// What was sealed to stdout, what was not to stderr.
int print_text(const Common& common, const Batch& batch) {
  std::string text;
  for (const Added& added : batch.all) {
    const std::string file = console::printable(added.file);
    if (added.outcome) {
      text += fmt::format("sealed   {:4}  {}  {}\n", added.outcome->number, short_name(added.outcome->statement), file);
      continue;
    }
    std::fprintf(stderr, "refused  %s\n", file.c_str());
    static_cast<void>(report(common, Command::add, added.outcome.error()));
  }
  text += summary_of(batch) + "\n";
  const int said = common.console.quiet ? batch.code() : print(common, text, batch.code());
  return batch.not_reached() > 0 ? report(common, Command::add, fail(Errc::interrupted)) : said;
}

nlohmann::ordered_json json_of(const Added& added) {
  nlohmann::ordered_json object = {{"file", console::printable(added.file)}};
  if (!added.outcome) {
    add_failure(object, Command::add, added.outcome.error());
    return object;
  }
  object["number"] = added.outcome->number;
  object["item"] = hex(added.outcome->statement);
  object["state"] = name_of(CustodyState::sealed);
  return object;
}

nlohmann::ordered_json json_of(const Batch& batch) {
  nlohmann::ordered_json document = {{"given", batch.given},
                                     {"sealed", batch.sealed()},
                                     {"refused", batch.refused()},
                                     {"not_reached", batch.not_reached()},
                                     {"items", nlohmann::json::array()}};
  for (const Added& added : batch.all) document["items"].push_back(json_of(added));
  if (batch.not_reached() > 0) add_failure(document, Command::add, fail(Errc::interrupted));
  return document;
}

}  // namespace

int add(const Common& common, const AddOptions& options) {
  if (!is_representable({console::now(), false})) return report_wrong_clock(common, Command::add);
  const auto worker = worker_program();
  if (!worker) return report(common, Command::add, worker.error());
  const auto note = note_of(options);
  if (!note) return report(common, Command::add, note.error());
  auto vault = open_vault(common, Reserve::keep);
  if (!vault) return report(common, Command::add, vault.error());

  const Batch batch = add_all(*vault, Intake(*worker), common, options, *note);
  return common.console.json ? print_json(common, json_of(batch), batch.code()) : print_text(common, batch);
}

}  // namespace dokaz::cli
