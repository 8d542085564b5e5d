// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/cli/open_vault.hpp"
#include "collector/cli/read_ahead.hpp"
#include "collector/cli/start_intake.hpp"
#include "collector/cli/stop_request.hpp"
#include "collector/vault/item_facts.hpp"
#include "collector/vault/seal.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::cli {
namespace {

struct AddOptions {
  std::vector<std::string> files;
  ReadingOptions reading;
  bool seal_uncleaned = false;  // what is refused is sealed as it is, for the legal recipients
  bool sidecars = false;        // what lies beside a file and belongs to it becomes a part of its item
  std::optional<std::string> note;
  std::optional<std::string> note_file;  // "-" for the standard input
};

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
  std::optional<Error> uncleaned;          // sealed as it is: why it could not be cleaned
  std::vector<std::string> sidecars;       // names of those in the item
  std::vector<std::string> sidecars_left;  // names of those that lie beside it and were not taken in
};

/// Takes in files, each as an item of its own, as the options say.
class Adding {
 public:
  Adding(Vault& vault, const AddOptions& options, const std::string& note)
      : vault_(vault), options_(options), note_(note) {}

  /// `taken` is what became of the file.
  Added add(const std::string& file, const Result<TakenIn>& taken) {
    Added added{file, Errc::internal, {}, {}, finder_.beside(file)};
    added.outcome = seal_one(added, taken);
    return added;
  }

 private:
  Result<SealedItem> seal_one(Added& added, const Result<TakenIn>& taken) {
    SealRequest request{std::filesystem::path(added.file).filename().string(), note_, {console::now(), false}};
    if (options_.sidecars) {
      DOKAZ_LET(sidecars, read_sidecars(added.file, added.sidecars_left));
      request.sidecars = std::move(sidecars);
    }
    DOKAZ_LET(sealed, seal_cleaned_or_not(added, taken, request));
    for (const Sidecar& sidecar : request.sidecars) {
      added.sidecars.push_back(sidecar.name);
      std::erase(added.sidecars_left, sidecar.name);
    }
    return sealed;
  }

  Result<SealedItem> seal_cleaned_or_not(Added& added, const Result<TakenIn>& item, const SealRequest& request) {
    if (item) return seal(vault_, *item, request);
    if (!options_.seal_uncleaned || !is_uncleaned_reason(item.code())) return item.error();
    DOKAZ_LET(file, read_uncleaned(added.file, item.error(), IntakeLimits().film_size));
    DOKAZ_LET(sealed, seal_uncleaned(vault_, file, request));
    added.uncleaned = item.error();
    return sealed;
  }

  Vault& vault_;
  const AddOptions& options_;
  const std::string& note_;
  SidecarFinder finder_;
};

/// What became of the files, in their order. Nothing was kept of those after a request to stop.
struct Batch {
  std::size_t given = 0;
  std::vector<Added> all;

  std::size_t sealed() const {
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [](const Added& added) { return added.outcome.has_value(); }));
  }
  std::size_t uncleaned() const {
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [](const Added& added) { return added.uncleaned.has_value(); }));
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
  Adding adding(vault, options, note);
  ReadAhead ahead(intake, options.files);
  console::Progress progress(common.console, "sealing");
  progress.at(0, batch.given);  // something to see, also while the first file is a long film
  const StopRequest stop;
  for (const std::string& file : options.files) {
    if (stop.came()) break;
    batch.all.push_back(adding.add(file, ahead.next()));
    progress.at(batch.all.size(), batch.given);
  }
  return batch;
}

/// "3 given = 2 sealed + 1 refused (unknown_media)"
std::string summary_of(const Batch& batch) {
  const std::string not_cleaned =
      batch.uncleaned() > 0 ? fmt::format(" ({} not cleaned)", batch.uncleaned()) : std::string();
  std::string text = fmt::format("{} given = {} sealed{} + {} refused", batch.given, batch.sealed(), not_cleaned,
                                 batch.refused());
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

/// "unsupported_media: HEIC"
std::string reason_of(const Error& refusal) {
  std::string reason(name_of(refusal.code));
  if (!refusal.detail.empty()) reason += ": " + console::printable(refusal.detail);
  return reason;
}

/// What lies beside a file and was not taken in is offered: the photo's own item is made already.
std::string offer_of(const Added& added) {
  std::string text;
  for (const std::string& name : added.sidecars_left)
    text += fmt::format("         beside it lies {}, which was not taken in; to seal it for the legal team:\n"
                        "         dokaz add --seal-uncleaned. With --sidecars it becomes a part of its photo's item.\n",
                        console::printable(name));
  return text;
}

std::string text_of(const Added& added) {
  const SealedItem& item = *added.outcome;
  std::string text = fmt::format("sealed   {:4}  {}  {}\n", item.number, short_name(item.statement),
                                 console::printable(added.file));
  if (added.uncleaned)
    text += fmt::format("         NOT CLEANED ({}): as it is, for the legal team only\n", reason_of(*added.uncleaned));
  for (const std::string& name : added.sidecars) text += "         with " + console::printable(name) + "\n";
  return text + offer_of(added);
}

/// What was sealed to stdout, what was not to stderr.
int print_text(const Common& common, const Batch& batch) {
  std::string text;
  for (const Added& added : batch.all) {
    if (added.outcome) {
      text += text_of(added);
      continue;
    }
    std::fprintf(stderr, "refused  %s\n", console::printable(added.file).c_str());
    static_cast<void>(report_file(common, Command::add, added.outcome.error()));
    if (added.outcome.code() == Errc::already_sealed) std::fputs(offer_of(added).c_str(), stderr);
  }
  text += summary_of(batch) + "\n";
  const int said = common.console.quiet ? batch.code() : print(common, text, batch.code());
  return batch.not_reached() > 0 ? report(common, Command::add, fail(Errc::interrupted)) : said;
}

nlohmann::ordered_json names_of(const std::vector<std::string>& names) {
  auto list = nlohmann::ordered_json::array();
  for (const std::string& name : names) list.push_back(console::printable(name));
  return list;
}

nlohmann::ordered_json json_of(const Added& added) {
  nlohmann::ordered_json object = {{"file", console::printable(added.file)}};
  if (!added.outcome) {
    add_file_failure(object, Command::add, added.outcome.error());
    object["sidecars_left"] = names_of(added.sidecars_left);
    return object;
  }
  object["number"] = added.outcome->number;
  object["item"] = hex(added.outcome->statement);
  object["state"] = name_of(CustodyState::sealed);
  object["cleaned"] = !added.uncleaned;
  if (added.uncleaned)
    object["uncleaned"] = {{"reason", name_of(added.uncleaned->code)},
                           {"detail", console::printable(added.uncleaned->detail)}};
  object["sidecars"] = names_of(added.sidecars);
  object["sidecars_left"] = names_of(added.sidecars_left);
  return object;
}

nlohmann::ordered_json json_of(const Batch& batch) {
  nlohmann::ordered_json document = {{"given", batch.given},
                                     {"sealed", batch.sealed()},
                                     {"not_cleaned", batch.uncleaned()},
                                     {"refused", batch.refused()},
                                     {"not_reached", batch.not_reached()},
                                     {"items", nlohmann::json::array()}};
  for (const Added& added : batch.all) document["items"].push_back(json_of(added));
  if (batch.not_reached() > 0) add_failure(document, Command::add, fail(Errc::interrupted));
  return document;
}

int add(const Common& common, const AddOptions& options) {
  if (!is_representable({console::now(), false})) return report_wrong_clock(common, Command::add);
  const auto intake = start_intake(options.reading);
  if (!intake) return report(common, Command::add, intake.error());
  const auto note = note_of(options);
  if (!note) return report(common, Command::add, note.error());
  auto vault = open_vault(common, Reserve::keep);
  if (!vault) return report(common, Command::add, vault.error());

  const Batch batch = add_all(*vault, *intake, common, options, *note);
  return common.console.json ? print_json(common, json_of(batch), batch.code()) : print_text(common, batch);
}

Runner describe(CLI::App& command) {
  const auto options = std::make_shared<AddOptions>();
  command.add_option("FILE", options->files, "Photos; each is an item of its own")->required();
  command.add_option("--note", options->note, "What you want to say about them; sealed with each of them")
      ->type_name("TEXT");
  command.add_option("--note-file", options->note_file, "Read the note from FILE, or - for the standard input")
      ->type_name("FILE");
  describe_reading(command, options->reading);
  command.add_flag("--seal-uncleaned", options->seal_uncleaned,
                   "Seal what cannot be cleaned as it is, for the legal team only, marked \"not cleaned\"");
  command.add_flag("--sidecars", options->sidecars,
                   "Take .xmp, .aae and .thm files beside a photo in with it, for the legal team only");
  command.footer("Example:\n  dokaz add IMG_0042.jpg IMG_0043.jpg --note \"left forearm, day of release\"\n"
                 "  dokaz add --seal-uncleaned --sidecars IMG_0044.CR3");
  return [options](const Common& common) { return add(common, *options); };
}

}  // namespace

const CommandEntry add_command{"add", "Take in photos: clean, sign and seal them", Needs::vault, describe};

}  // namespace dokaz::cli
