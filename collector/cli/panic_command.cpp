// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <csignal>
#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/cli/at_once.hpp"
#include "collector/cli/open_vault.hpp"
#include "collector/parcel/keep_sealed.hpp"
#include "collector/vault/destroy.hpp"
#include "collector/vault/kernel_key.hpp"
#include "console/say.hpp"

namespace dokaz::cli {
namespace {

using console::say;
using console::say_count;

struct PanicOptions {
  bool yes = false;
  std::optional<std::filesystem::path> keep_sealed;
};

/// Items, by whether the server has stored them.
struct Counts {
  std::size_t stored = 0, waiting = 0;
  std::size_t words = 0;  // notes, consents, withdrawals and the like that the server has not
};

struct Outcome {
  Removed removed;
  std::optional<Counts> counts;  // unknown where the vault was locked
  std::optional<KeptSealed> kept;
};

Result<Counts> count(Vault& vault) {
  DOKAZ_LET(all, vault.summaries());
  Counts counts;
  for (const OwnSummary& own : all) {
    if (!own.is_item() && own.number() > 0 && own.state() == CustodyState::sealed) ++counts.words;
    if (!own.is_item() || own.sealed_again) continue;
    ++(own.is_confirmed() ? counts.stored : counts.waiting);
  }
  return counts;
}

/// With a key that is good for nothing but this any more.
std::optional<Counts> count_with(const Common& common, const std::optional<KeptKey>& key) {
  if (!key) return std::nullopt;
  auto vault = Vault::open(common.vault, key->room, Reserve::may_be_used);
  if (!vault) return vault.code() == Errc::not_joined ? std::optional(Counts()) : std::nullopt;
  const auto counts = count(*vault);
  return counts ? std::optional(*counts) : std::nullopt;
}

/// Part of a parcel that no file of the stick's could hold alone: "1a2b.part003" of "1a2b".
bool is_part_of(const Path& file, const Path& parcel) {
  return file.extension().string().starts_with(".part") && file.parent_path() / file.stem() == parcel;
}

std::string text_of_parcels(const std::vector<Path>& files) {
  std::string text;
  for (std::size_t at = 0; at < files.size();) {
    const Path whole = files[at].parent_path() / files[at].stem();
    std::size_t parts = 0;
    while (at + parts < files.size() && is_part_of(files[at + parts], whole)) ++parts;
    if (parts == 0) {
      text += say("wrote {}: for the server; its operator gives it to: dokaz-server receive\n",
                  console::printable(files[at++].string()));
      continue;
    }
    for (std::size_t i = 0; i < parts; ++i) text += say("wrote {}\n", console::printable(files[at + i].string()));
    text += say_count("         {} part of one parcel, for the server: its operator gives it to: dokaz-server receive\n",
                      "         {} parts of one parcel, for the server: bring all of them; its operator gives them together, in\n"
                      "         this order, to: dokaz-server receive\n", parts, parts);
    at += parts;
  }
  return text;
}

std::string text_of_items(const Outcome& outcome) {
  if (!outcome.counts)
    return say("  Safe: every item that was shown as received. The server has it.\n"
               "  Lost: every other item. How many they are cannot be told: the vault was locked or in use.\n");
  if (!outcome.kept)
    return say("  Safe: items that the server has stored: {}.\n"
               "  Lost: items that it has not stored: {}; notes, consents and withdrawals that it has not: {}.\n",
               outcome.counts->stored, outcome.counts->waiting, outcome.counts->words);
  std::string text = say("  Safe: items that the server has stored: {}; items in the parcels that were kept: {}.\n"
                         "  Lost: items of which a sealed object was gone before: {}.\n",
                         outcome.counts->stored, outcome.kept->items_kept, outcome.kept->items_lost);
  return text + text_of_parcels(outcome.kept->parcels);
}

constexpr const char* erased = console::mark("The vault is erased: nothing opens it any more.\n");

/// From here on a closed window or a key ends or stops nothing half way.
void let_nothing_end_it() {
  for (const int ending : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU}) std::signal(ending, SIG_IGN);
}

/// The keys are gone: no failure may be taken for one that left all as it was.
Result<Removed> removed_or_io_error(const Common& common) {
  ProgressAtOnce shown(common, console::say("removed"));
  auto removed = remove_vault(common.vault, [&](std::uint64_t done, std::uint64_t total) { shown.at(done, total); });
  return removed ? removed : fail(Errc::io_error, "some files of the vault could not be removed");
}

Result<Outcome> erase(const Common& common, SaidAtOnce& said) {
  let_nothing_end_it();
  const auto key = kept_key(common.vault);
  const Status destroyed = destroy_keys(common.vault);
  if (!destroyed && destroyed.code() == Errc::not_joined) return destroyed.error();
  Outcome outcome;
  try {  // what only talks must not end what is to be done
    if (destroyed) said.say(console::say_text(erased));
    outcome.counts = count_with(common, key);
    if (destroyed) said.say(text_of_items(outcome));
  } catch (const std::exception&) {
  }
  // Where the keys could not be overwritten, removing them and spoiling the databases is what is left to do.
  DOKAZ_LET(removed, removed_or_io_error(common));
  if (!destroyed) return fail(Errc::io_error, "the key file was removed, but could not be overwritten");
  outcome.removed = removed;
  return outcome;
}

bool lies_in(const std::filesystem::path& folder, const std::filesystem::path& above) {
  std::error_code error;
  const auto inside = std::filesystem::weakly_canonical(folder, error), outside = std::filesystem::weakly_canonical(above, error);
  return std::mismatch(outside.begin(), outside.end(), inside.begin(), inside.end()).first == outside.end();
}

Result<Outcome> erase_and_keep(const Common& common, const std::filesystem::path& into, SaidAtOnce& said) {
  if (lies_in(into, common.vault)) return fail(Errc::usage, "the parcel cannot be kept in the vault's own folder");
  std::error_code error;
  if (!std::filesystem::is_directory(into, error)) return fail(Errc::not_found, "the folder for the parcel");
  auto vault = open_vault(common);
  if (!vault && vault.code() == Errc::not_joined && Vault::is_in(common.vault)) return erase(common, said);
  if (!vault) return std::move(vault).error();
  Outcome outcome;
  {
    Vault open = std::move(*vault);
    DOKAZ_LET(counts, count(open));
    let_nothing_end_it();
    ProgressAtOnce shown(common, say("packed"));
    DOKAZ_LET(kept, keep_sealed(open, common.vault, into,
                                [&](std::uint64_t done, std::uint64_t total) { shown.at(done, total); }));
    outcome.counts = counts;
    outcome.kept = std::move(kept);
  }
  if (outcome.kept->failure) {
    for (const unsigned room : {0u, 1u}) static_cast<void>(spoil_room(common.vault, room).has_value());
    return outcome;
  }
  try {  // what only talks must not end what is to be done
    said.say(console::say_text(erased));
    said.say(text_of_items(outcome));
  } catch (const std::exception&) {
  }
  if (outcome.kept->items_kept + outcome.kept->items_lost != outcome.counts->waiting)
    return fail(Errc::io_error, "the parcels do not hold all that waited; the sealed objects stay");
  DOKAZ_LET(removed, removed_or_io_error(common));
  outcome.removed = removed;
  return outcome;
}

std::string text_of_removal(const Removed& removed) {
  std::string text = say("Its files are removed; sealed objects among them: {}.\n", removed.objects);
  if (!removed.all) text += say("Files in the vault's folder that are not the vault's were left there.\n");
  return text;
}

nlohmann::ordered_json json_of(const Outcome& outcome) {
  nlohmann::ordered_json document = {{"erased", true}, {"objects_removed", outcome.removed.objects},
                                     {"folder_removed", outcome.removed.all}};
  if (outcome.counts) {
    document["items_stored"] = outcome.counts->stored;
    document["items_lost"] = outcome.kept ? outcome.kept->items_lost : outcome.counts->waiting;
    document["words_lost"] = outcome.kept ? 0 : outcome.counts->words;
  }
  if (outcome.kept) {
    document["items_kept"] = outcome.kept->items_kept;
    document["parcels"] = nlohmann::json::array();
    for (const Path& parcel : outcome.kept->parcels) document["parcels"].push_back(console::printable(parcel.string()));
  }
  return document;
}

/// `interrupted` for no; `usage` where nobody can be asked.
Status ask(const PanicOptions& options) {
  if (options.yes) return {};
  const auto key = console::ask_key(options.keep_sealed
                                        ? say("Erase the vault for ever, and keep what the server has not stored as a sealed parcel? y/n")
                                        : say("Erase the vault for ever, with every item that the server has not stored? y/n"));
  if (!key && key.code() == Errc::not_found) return fail(Errc::usage, "there is no terminal to ask: say --yes");
  if (!key) return key.error();
  return *key == 'y' || *key == 'Y' ? Status() : Status(Errc::interrupted);
}

int panic(const Common& common, const PanicOptions& options) {
  if (const Status agreed = ask(options); !agreed) return report(common, Command::panic, agreed.error());
  SaidAtOnce said(common);
  const auto outcome = options.keep_sealed ? erase_and_keep(common, *options.keep_sealed, said) : erase(common, said);
  if (!outcome) {
    static_cast<void>(console::print(said.held()).has_value());
    return report(common, Command::panic, outcome.error());
  }
  if (outcome->kept && outcome->kept->failure) {
    std::string safe = say("The vault's keys are erased. Its sealed objects are still in its folder, and only the legal team can open them.");
    for (const Path& parcel : outcome->kept->parcels)
      safe += ' ' + say("A part of what the server needs is in {}.", console::printable(parcel.string()));
    return console::report("dokaz", common.console, *outcome->kept->failure,
                           {safe, say("Bring all of it to your counsel if you can. To remove the sealed objects, too: dokaz panic, without --keep-sealed.")});
  }
  if (common.console.json) return print_json(common, json_of(*outcome));
  return common.console.quiet ? exit_ok : print(common, said.held() + text_of_removal(outcome->removed));
}

Runner describe(CLI::App& command) {
  const auto options = std::make_shared<PanicOptions>();
  command.add_flag("--yes", options->yes, "Do not ask");
  command.add_option("--keep-sealed", options->keep_sealed,
                     "Leave what the server has not stored in FOLDER, which must be there already, as a parcel without a telling name; wants the passphrase")
      ->type_name("FOLDER");
  command.footer("Example:\n  dokaz panic --yes\nNo passphrase is needed. Items that the server has not stored are lost.");
  return [options](const Common& common) { return panic(common, *options); };
}

}  // namespace

const CommandEntry panic_command{"panic", "Erase the vault at once, without a passphrase", Needs::vault, describe};

}  // namespace dokaz::cli
