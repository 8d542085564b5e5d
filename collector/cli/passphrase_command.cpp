// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/vault/change_slots.hpp"
#include "collector/vault/unlock_cost.hpp"
#include "collector/vault/vault.hpp"
#include "console/say.hpp"

namespace dokaz::cli {
namespace {

using console::say;
using console::say_count;

constexpr std::uint16_t most_tries = 1000;

struct PassphraseOptions {
  std::optional<std::filesystem::path> new_passphrase_file;
  bool add_duress = false;
  bool remove_duress = false;
  std::optional<std::uint16_t> wipe_after;
};

enum class Change { made, passphrase, duress_set, duress_removed, wipe_after };

const char* name_of(Change change) {
  switch (change) {
    case Change::made: return "vault-made";
    case Change::passphrase: return "passphrase";
    case Change::duress_set: return "duress";
    case Change::duress_removed: return "no-duress";
    case Change::wipe_after: return "wipe-after";
  }
  DOKAZ_CHECK(false);
  return "";
}

Change wanted_of(const Common& common, const PassphraseOptions& options) {
  if (options.add_duress) return Change::duress_set;
  if (options.remove_duress) return Change::duress_removed;
  if (options.wipe_after) return Change::wipe_after;
  return Vault::is_in(common.vault) ? Change::passphrase : Change::made;
}

constexpr const char* duress_meaning = console::mark(
    "Whoever opens the vault with the duress passphrase is shown an empty vault that has joined no case. At that\n"
    "moment the real vault is erased for ever: items that the server has not received are lost. Practise it on\n"
    "another vault. It deceives nobody who copied this device before, or who looked into the vault's folder.\n");

std::string text_of(Change change, const PassphraseOptions& options) {
  switch (change) {
    case Change::made:
      return say("A vault was made; it has joined no case yet. There is no way to open it without its passphrase.\n"
                 "Next: dokaz join INVITATION\n");
    case Change::passphrase: return say("The passphrase was changed. The old one opens nothing from now on.\n");
    case Change::duress_set: return say("The duress passphrase was set.\n") + console::say_text(duress_meaning);
    case Change::duress_removed: return say("There is no duress passphrase now.\n");
    case Change::wipe_after:
      return *options.wipe_after == 0
                 ? say("Wrong passphrases are not counted.\n")
                 : say_count("After {} wrong passphrase the vault is erased for ever: items that the server has not received\n"
                             "are lost. It stops nobody who tries on a copy of the vault.\n",
                             "After {} wrong passphrases in a row the vault is erased for ever: items that the server has not\n"
                             "received are lost. It stops nobody who tries on a copy of the vault.\n",
                             *options.wipe_after, *options.wipe_after);
  }
  DOKAZ_CHECK(false);
  return {};
}

Result<SecretBytes> read_new(const Common& common, const PassphraseOptions& options, std::string_view prompt) {
  console::Options from = common.console;
  from.passphrase_file = options.new_passphrase_file;
  return console::read_new_passphrase(from, prompt);
}

Status make(const Common& common, const PassphraseOptions& options) {
  DOKAZ_LET(chosen, options.new_passphrase_file
                        ? read_new(common, options, say("New passphrase for the vault"))
                        : console::read_new_passphrase(common.console, say("New passphrase for the vault")));
  DOKAZ_LET(work, calibrated_work());
  return Vault::create_unjoined(common.vault, chosen, work);
}

Status run(const Common& common, const PassphraseOptions& options, Change change) {
  if (change == Change::made) return make(common, options);
  if (!Vault::is_in(common.vault)) return Errc::not_joined;
  // Another passphrase in such a file would be as cheap to guess as the one that is there.
  if ((change == Change::duress_set || change == Change::passphrase) && is_cheap_to_guess(common.vault))
    return fail(Errc::malformed, "its key file makes guessing cheap, and takes no new passphrase: join anew in another folder");
  if (change == Change::duress_set && !common.console.json && !common.console.quiet)
    std::fputs(console::say_text(duress_meaning).c_str(), stderr);
  DOKAZ_LET(passphrase, console::read_passphrase(common.console, say("Passphrase of the vault")));
  if (change == Change::duress_removed) return remove_duress(common.vault, passphrase);
  if (change == Change::wipe_after) return set_wipe_after(common.vault, passphrase, *options.wipe_after);
  if (change == Change::duress_set) {
    DOKAZ_LET(duress, read_new(common, options, say("Duress passphrase")));
    return add_duress(common.vault, passphrase, duress);
  }
  DOKAZ_LET(next, read_new(common, options, say("New passphrase for the vault")));
  return change_passphrase(common.vault, passphrase, next);
}

int passphrase(const Common& common, const PassphraseOptions& options) {
  const Change change = wanted_of(common, options);
  const Status done = run(common, options, change);
  if (!done) return report(common, Command::passphrase, done.error());
  if (common.console.json) return print_json(common, {{"changed", name_of(change)}});
  return common.console.quiet ? exit_ok : print(common, text_of(change, options));
}

Runner describe(CLI::App& command) {
  const auto options = std::make_shared<PassphraseOptions>();
  command.add_option("--new-passphrase-file", options->new_passphrase_file,
                     "Read the new passphrase from the first line of FILE instead of the terminal")
      ->type_name("FILE");
  CLI::Option_group* what = command.add_option_group(say("one of these, instead of changing the passphrase"));
  what->add_flag("--add-duress", options->add_duress,
                 "Set a second passphrase: it shows an empty vault, and erases the real one for ever");
  what->add_flag("--remove-duress", options->remove_duress, "Take the duress passphrase away");
  what->add_option("--wipe-after", options->wipe_after,
                   "Erase the vault for ever after N wrong passphrases in a row; 0: never (the default)")
      ->check(CLI::Range(std::uint16_t{0}, most_tries))
      ->type_name("N");
  what->require_option(0, 1);
  command.footer("Example:\n  dokaz passphrase\n  dokaz passphrase --add-duress\n  dokaz passphrase --wipe-after 10\n"
                 "Where there is no vault yet, one is made, and can join a case later.");
  return [options](const Common& common) { return passphrase(common, *options); };
}

}  // namespace

const CommandEntry passphrase_command{"passphrase", "Choose or change the vault's passphrase, or set one for duress",
                                      Needs::vault, describe};

}  // namespace dokaz::cli
