// SPDX-License-Identifier: GPL-3.0-or-later
// `dokaz`: the program of those who document. Reads the command line and calls one command.
#include <CLI/CLI.hpp>

#include "collector/cli/advice.hpp"

namespace {

using namespace dokaz;

struct Described {
  const cli::CommandEntry* entry;
  const CLI::App* app;
  cli::Runner run;
};

std::vector<Described> describe_commands(CLI::App& app) {
  std::vector<Described> commands;
  for (const cli::CommandEntry* entry : cli::command_table()) {
    CLI::App* command = app.add_subcommand(entry->name, entry->summary);
    commands.push_back({entry, command, entry->describe(*command)});
  }
  return commands;
}

/// The arguments, with "./" before a name like "[1]": the parser would read it as a list. What follows --note
/// or the command note is the text that was written, whatever it looks like.
std::vector<std::string> arguments_of(int argc, char** argv) {
  std::vector<std::string> arguments;  // last first, as the parser wants them
  bool is_note = false, is_note_command = false;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const bool bracketed = argument.starts_with('[') && argument.ends_with(']');
    arguments.insert(arguments.begin(), (bracketed && !is_note && !is_note_command ? "./" : "") + argument);
    is_note = argument == "--note";
    is_note_command = is_note_command || argument == cli::note_command.name;
  }
  return arguments;
}

int run_command(cli::Common& common, const Described& command) {
  if (command.entry->needs == cli::Needs::vault && common.vault.empty()) {
    const auto usual = console::data_folder("dokaz");
    if (!usual)
      return console::report("dokaz", common.console, usual.error(),
                             {"Nothing was changed.", "Name the vault's folder with --vault."});
    common.vault = *usual;
  }
  return command.run(common);
}

int run(int argc, char** argv) {
  cli::Common common;
  CLI::App app("", "dokaz");
  cli::describe_program(app, common);
  const std::vector<Described> commands = describe_commands(app);
  try {
    app.parse(arguments_of(argc, argv));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    return cli::report(common, cli::Command::status, fail(Errc::usage, error.what()));
  }
  const auto given =
      std::find_if(commands.begin(), commands.end(), [](const Described& one) { return one.app->parsed(); });
  DOKAZ_CHECK(given != commands.end());
  return run_command(common, *given);
}

}  // namespace

int main(int argc, char** argv) {
  console::harden_process();
  return run(argc, argv);
}
