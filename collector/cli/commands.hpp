// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of `dokaz`, each described and run by a file of its own: a new one is that file, its line below
// and its line in command_table.cpp.
#pragma once

#include <filesystem>
#include <functional>
#include <span>

#include "console/console.hpp"

namespace CLI {
class App;
}

namespace dokaz::cli {

/// What every command has.
struct Common {
  console::Options console;
  std::filesystem::path vault;
  std::string language;  // empty: as the environment has it
};

/// Does the command's work as its options say, prints the outcome and returns the exit code.
using Runner = std::function<int(const Common&)>;

enum class Needs { vault, nothing };

struct CommandEntry {
  const char* name;
  const char* summary;  // one line without a full stop
  Needs needs;          // of Common::vault: filled in with the usual folder where none was named
  /// Adds arguments, options and a footer with an example to `command`. The runner owns what they are read into.
  Runner (*describe)(CLI::App& command);
};

extern const CommandEntry add_command;
extern const CommandEntry clean_command;
extern const CommandEntry close_command;
extern const CommandEntry consent_command;
extern const CommandEntry drop_command;
extern const CommandEntry heartbeat_command;
extern const CommandEntry inspect_command;
extern const CommandEntry join_command;
extern const CommandEntry key_rotate_command;
extern const CommandEntry list_command;
extern const CommandEntry lock_command;
extern const CommandEntry note_command;
extern const CommandEntry pack_command;
extern const CommandEntry panic_command;
extern const CommandEntry passphrase_command;
extern const CommandEntry receipt_command;
extern const CommandEntry relay_command;
extern const CommandEntry review_command;
extern const CommandEntry settings_command;
extern const CommandEntry show_command;
extern const CommandEntry restart_command;
extern const CommandEntry status_command;
extern const CommandEntry sync_command;
extern const CommandEntry testify_command;
extern const CommandEntry unlock_command;
extern const CommandEntry unpack_command;
extern const CommandEntry withdraw_command;

/// All of them, in the order in which they are shown.
std::span<const CommandEntry* const> command_table();
/// What stands before the command: `app` gets a description, an example and the options of every command.
void describe_program(CLI::App& app, Common& common);

}  // namespace dokaz::cli
