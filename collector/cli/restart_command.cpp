// SPDX-License-Identifier: GPL-3.0-or-later
// A new vault of the same member, with a chain of its own, after a backup was put back.
#include <CLI/CLI.hpp>

#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/cli/open_vault.hpp"
#include "collector/vault/restart.hpp"
#include "collector/vault/unlock_cost.hpp"
#include "console/say.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::cli {
namespace {

using console::say;

struct RestartOptions {
  std::filesystem::path folder;
};

Result<ChainEnding> run(const Common& common, const RestartOptions& options) {
  const ClaimedTime now{console::now(), false};
  DOKAZ_LET(old, open_vault(common, Reserve::keep));
  DOKAZ_LET(restart, restart_of(old, now));
  DOKAZ_LET(passphrase, console::read_new_passphrase(common.console, say("New passphrase for the new vault")));
  DOKAZ_LET(work, calibrated_work());
  DOKAZ_TRY(Vault::create(options.folder, passphrase, restart.enrolment, work));
  DOKAZ_LET(made, Vault::open(options.folder, passphrase));
  DOKAZ_TRY(name_old_chain(made, restart.old, now));
  return restart.old;
}

int restart(const Common& common, const RestartOptions& options) {
  if (!is_representable({console::now(), false})) return report_wrong_clock(common, Command::restart);
  const auto old = run(common, options);
  if (!old) return report(common, Command::restart, old.error());
  const std::string folder = console::printable(options.folder.string());
  if (common.console.json)
    return print_json(common, {{"folder", folder},
                               {"continues", {{"chain", hex(old->chain)}, {"seq", old->seq}, {"head", hex(old->head)}}}});
  if (common.console.quiet) return exit_ok;
  return print(common, say("A new vault is in {0}, with a new chain that names the old one up to statement {1}.\n"
                           "Use it from now on with --vault {0}, and this one no more. Keep this one: what it has not brought\n"
                           "to the server is here alone. Hand its folder to your counsel, or take those files in again.\n"
                           "Next: dokaz --vault {0} sync\n",
                           folder, old->seq));
}

Runner describe(CLI::App& command) {
  const auto options = std::make_shared<RestartOptions>();
  command.add_option("FOLDER", options->folder, "The new vault's folder; nothing may be there")->required();
  command.footer("Example:\n  dokaz restart new-vault\nFor a vault that was put back from a backup, or whose server is ahead of it.\n"
                 "If you ever gave dokaz key-rotate after that backup, sync first: then a new invitation is needed, and no restart.");
  return [options](const Common& common) { return restart(common, *options); };
}

}  // namespace

const CommandEntry restart_command{"restart", "Go on in a new vault and chain, after a backup was put back", Needs::vault,
                                   describe};

}  // namespace dokaz::cli
