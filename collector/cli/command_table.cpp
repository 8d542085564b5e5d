// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>

#include "collector/cli/commands.hpp"
#include "console/say.hpp"

namespace dokaz::cli {
namespace {

constexpr const CommandEntry* table[] = {
    &join_command,
    &add_command,
    &testify_command,
    &inspect_command,
    &clean_command,
    &note_command,
    &consent_command,
    &withdraw_command,
    &list_command,
    &status_command,
    &sync_command,
    &settings_command,
    &drop_command,
    &show_command,
    &review_command,
    &receipt_command,
    &pack_command,
    &unpack_command,
    &relay_command,
    &unlock_command,
    &lock_command,
    &passphrase_command,
    &panic_command,
    &heartbeat_command,
    &key_rotate_command,
    &restart_command,
    &close_command,
};

constexpr const char* examples = console::mark(
    "Example, from an invitation to receipts:\n"
    "  dokaz join invitation.txt\n"
    "  dokaz add IMG_0042.jpg --note \"left forearm, seen on the day of release\"\n"
    "  dokaz sync\n"
    "  dokaz list");

}  // namespace

std::span<const CommandEntry* const> command_table() { return table; }

void describe_program(CLI::App& app, Common& common) {
  app.description("Dokaz takes in photos far from any network, and shows later that they are what they were.");
  app.footer(examples);
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag("--version", "dokaz " DOKAZ_VERSION);
  app.add_option("--vault", common.vault, "The vault's folder (default: ~/.local/share/dokaz)")->type_name("DIR");
  app.add_option("--passphrase-file", common.console.passphrase_file,
                 "Read the passphrase from the first line of FILE instead of the terminal")
      ->type_name("FILE");
  app.add_flag("--json", common.console.json, "Print one JSON document");
  // Read before all others: main.cpp.
  app.add_option("--language", common.language, "Speak this language instead of what LANGUAGE, LC_ALL, LC_MESSAGES and LANG say")
      ->type_name("LANG");
  app.add_flag("--quiet", common.console.quiet, "Print failures only");
}

}  // namespace dokaz::cli
