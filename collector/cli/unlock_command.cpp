// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/vault/kernel_key.hpp"
#include "collector/vault/unlock.hpp"
#include "collector/vault/vault.hpp"
#include "console/say.hpp"

namespace dokaz::cli {
namespace {

struct UnlockOptions {
  std::uint32_t idle = 15 * 60;  // seconds
};

Status run(const Common& common, const UnlockOptions& options) {
  if (!Vault::is_in(common.vault)) return Errc::not_joined;
  DOKAZ_LET(passphrase, console::read_passphrase(common.console, console::say("Passphrase of the vault")));
  DOKAZ_LET(lock, lock_vault(common.vault, passphrase));
  DOKAZ_LET(unlocked, unlock(common.vault, passphrase, lock));
  return keep_key(common.vault, unlocked.room, options.idle);
}

std::string text_for(std::uint32_t seconds) {
  using console::say_count;
  const std::uint32_t minutes = seconds / 60, hours = minutes / 60;
  if (seconds % 3600 == 0)
    return say_count("Unlocked. It locks itself when no command was given for {} hour; at once with: dokaz lock\n",
                     "Unlocked. It locks itself when no command was given for {} hours; at once with: dokaz lock\n", hours, hours);
  if (seconds % 60 == 0)
    return say_count("Unlocked. It locks itself when no command was given for {} minute; at once with: dokaz lock\n",
                     "Unlocked. It locks itself when no command was given for {} minutes; at once with: dokaz lock\n", minutes, minutes);
  return say_count("Unlocked. It locks itself when no command was given for {} second; at once with: dokaz lock\n",
                   "Unlocked. It locks itself when no command was given for {} seconds; at once with: dokaz lock\n", seconds, seconds);
}

int unlock_for(const Common& common, const UnlockOptions& options) {
  const Status done = run(common, options);
  if (!done && done.code() == Errc::refused)
    return console::report("dokaz", common.console, fail(Errc::internal, "this system keeps no keys for programs"),
                           {console::say("The vault is as it was."), console::say("Every command goes on asking for the passphrase.")});
  if (!done) return report(common, Command::unlock, done.error());
  if (common.console.json) return print_json(common, {{"unlocked", true}, {"idle_seconds", options.idle}});
  if (common.console.quiet) return exit_ok;
  return print(common, text_for(options.idle));
}

Runner describe(CLI::App& command) {
  const auto options = std::make_shared<UnlockOptions>();
  command.add_option("--for", options->idle, "Lock when no command was given for so long, at most 24h (default: 15m)")
      ->transform(CLI::AsNumberWithUnit(std::map<std::string, std::uint32_t>{{"s", 1}, {"m", 60}, {"h", 3600}},
                                        CLI::AsNumberWithUnit::UNIT_REQUIRED, "TIME"))
      ->check(CLI::Range(std::uint32_t{1}, longest_idle))
      ->type_name("TIME");
  command.footer("Example:\n  dokaz unlock --for 15m\n"
                 "The key is in the kernel's memory, in no file. While the vault is unlocked, whoever holds the device\n"
                 "can use it as you can, and a duress passphrase is of no use.");
  return [options](const Common& common) { return unlock_for(common, *options); };
}

}  // namespace

const CommandEntry unlock_command{"unlock", "Ask for the passphrase once, and then not until it was idle", Needs::vault,
                                  describe};

}  // namespace dokaz::cli
