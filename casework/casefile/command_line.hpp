// SPDX-License-Identifier: GPL-3.0-or-later
// How a group of commands, in a file of its own, describes itself to the command line.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "casework/casefile/advice.hpp"
#include "casework/casefile/commands.hpp"

namespace dokaz::casecli {

/// What the command line chose: which command, and how to run it.
struct Chosen {
  Command command = Command::none;
  std::function<Result<Answer>()> run;
};

class CommandLine {
 public:
  /// All three outlive the commands that are added.
  CommandLine(CLI::App& app, Context& context, Chosen& chosen) : app_(app), context_(context), chosen_(chosen) {}

  CLI::App* add(const std::string& name, const std::string& what, const std::string& example) {
    return add_to(app_, name, what, example);
  }
  /// One of a command's own commands.
  static CLI::App* add_to(CLI::App& parent, const std::string& name, const std::string& what, const std::string& example) {
    CLI::App* command = parent.add_subcommand(name, what);
    command->fallthrough();
    command->footer("Example:\n  dokaz-case " + example);
    return command;
  }
  /// Commands under a word of their own: `dokaz-case filing plan`.
  CommandLine group(const std::string& name, const std::string& what) {
    CLI::App* word = app_.add_subcommand(name, what);
    word->fallthrough();
    word->require_subcommand(1);
    return CommandLine(*word, context_, chosen_);
  }
  /// What is to be done when the line names that command; its arguments are held by `run`.
  void choose(CLI::App* command, Command which, std::function<Result<Answer>(const Context&)> run) {
    // A command's callback comes behind those of its own commands, where one of them was named.
    command->callback([&context = context_, &chosen = chosen_, command, which, run = std::move(run)] {
      if (!command->get_subcommands().empty()) return;
      chosen = {which, [&context, run] { return run(context); }};
    });
  }

 private:
  CLI::App& app_;
  Context& context_;
  Chosen& chosen_;
};

inline constexpr const char* item_help = "the item's beginning, as list shows it; at least 4 digits";

/// consent, withdraw, note, allowed.
void describe_consent(CommandLine& line);
/// custody, ledger, disclose.
void describe_custody(CommandLine& line);
/// dossier.
void describe_dossier(CommandLine& line);
/// filing plan, filing write, filing time-limit.
void describe_filing(CommandLine& line);
/// roster, revoke, device-lost, rotate-recipients, root, hand-over, take-over, join, names.
void describe_people_and_keys(CommandLine& line);
/// --anchors and --authority, for each command that hands time stamps out.
void add_stamps(CLI::App* command, std::string& anchors, std::vector<std::string>& authorities);
/// Officers' files, for each command that signs by the case root.
void add_officers(CLI::App* command, OfficerArgs& args);

}  // namespace dokaz::casecli
