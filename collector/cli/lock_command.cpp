// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>

#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/vault/kernel_key.hpp"
#include "collector/vault/vault.hpp"
#include "console/say.hpp"

namespace dokaz::cli {
namespace {

int lock(const Common& common) {
  if (!Vault::is_in(common.vault)) return report(common, Command::lock, fail(Errc::not_joined));
  // A key file that cannot be read names no key: then all go.
  const bool was_unlocked = kernel_key_name(common.vault) ? forget_key(common.vault) : forget_all_keys();
  if (common.console.json) return print_json(common, {{"locked", true}, {"was_unlocked", was_unlocked}});
  if (common.console.quiet) return exit_ok;
  return print(common, was_unlocked ? console::say("Locked. Nothing is lost by that: the passphrase opens the vault as before.\n")
                                    : console::say("It was locked already.\n"));
}

Runner describe(CLI::App& command) {
  command.footer("Example:\n  dokaz lock\nCommands that run now end their work first.");
  return [](const Common& common) { return lock(common); };
}

}  // namespace

const CommandEntry lock_command{"lock", "Ask for the passphrase again from now on", Needs::vault, describe};

}  // namespace dokaz::cli
