// SPDX-License-Identifier: GPL-3.0-or-later
#include <unistd.h>

#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/cli/open_vault.hpp"
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
    DOKAZ_LET(text, read_text(*options.note_file, max_written_note_size));
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

/// "3 given = 2 sealed + 1 refused (unknown_media)"
std::string summary_of(const std::vector<Added>& all, std::size_t sealed) {
  std::string text = std::to_string(all.size()) + " given = " + std::to_string(sealed) + " sealed + " +
                     std::to_string(all.size() - sealed) + " refused";
  std::map<std::string_view, std::size_t> reasons;
  for (const Added& added : all)
    if (!added.outcome) ++reasons[name_of(added.outcome.code())];
  std::string list;
  for (const auto& [reason, count] : reasons) {
    if (!list.empty()) list += ", ";
    list += reasons.size() == 1 && count == 1 ? "" : std::to_string(count) + " ";
    list += reason;
  }
  return list.empty() ? text : text + " (" + list + ")";
}

void print_one(const Common& common, const Added& added) {
  const std::string file = console::printable(added.file);
  if (added.outcome) {
    if (!common.console.quiet)
      std::printf("sealed   %4llu  %s  %s\n", static_cast<unsigned long long>(added.outcome->number),
                  short_name(added.outcome->statement).c_str(), file.c_str());
    return;
  }
  std::fflush(stdout);
  std::fprintf(stderr, "refused  %s\n", file.c_str());
  static_cast<void>(report(common, Command::add, added.outcome.error()));
}

nlohmann::ordered_json json_of(const Added& added) {
  nlohmann::ordered_json object = {{"file", console::printable(added.file)}};
  if (added.outcome) {
    object["state"] = name_of(CustodyState::sealed);
    object["number"] = added.outcome->number;
    object["statement"] = hex(added.outcome->statement);
    return object;
  }
  const Error& error = added.outcome.error();
  const console::Advice advice = advice_for(Command::add, error.code);
  object["error"] = name_of(error.code);
  object["code"] = exit_code(error.code);
  object["what"] = words_of(error.code);
  object["safe"] = advice.safe;
  object["next"] = advice.next;
  return object;
}

}  // namespace

int add(const Common& common, const AddOptions& options) {
  const auto worker = worker_program();
  if (!worker) return report(common, Command::add, worker.error());
  const auto note = note_of(options);
  if (!note) return report(common, Command::add, note.error());
  auto vault = open_vault(common);
  if (!vault) return report(common, Command::add, vault.error());

  const Intake intake(*worker);
  std::vector<Added> all;
  std::size_t sealed = 0;
  int code = exit_ok;
  {
    console::Progress progress(common.console, "sealing");
    for (const std::string& file : options.files) {
      all.push_back({file, add_one(*vault, intake, file, *note)});
      if (all.back().outcome) ++sealed;
      else if (code == exit_ok) code = exit_code(all.back().outcome.code());
      progress.at(all.size(), options.files.size());
    }
  }

  if (common.console.json) {
    nlohmann::ordered_json document = {{"given", all.size()},
                                       {"sealed", sealed},
                                       {"refused", all.size() - sealed},
                                       {"items", nlohmann::json::array()}};
    for (const Added& added : all) document["items"].push_back(json_of(added));
    std::printf("%s\n", document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
    return code;
  }
  for (const Added& added : all) print_one(common, added);
  if (!common.console.quiet) std::printf("%s\n", summary_of(all, sealed).c_str());
  return code;
}

}  // namespace dokaz::cli
