// SPDX-License-Identifier: GPL-3.0-or-later
// `dokaz`: the program of those who document. Reads the command line and calls one command.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstring>

#include "collector/cli/advice.hpp"
#include "console/say.hpp"
#include "crypto/secret.hpp"

namespace {

using namespace dokaz;

struct Described {
  const cli::CommandEntry* entry;
  const CLI::App* app;
  cli::Runner run;
};

/// Descriptions and examples, which the table has in English.
void translate(CLI::App& app) {
  app.description(console::say_text(app.get_description()));
  app.footer(console::say_text(app.get_footer()));
  for (CLI::Option* option : app.get_options()) {
    option->description(console::say_text(option->get_description()));
    option->group(console::say_text(option->get_group()));
  }
}

/// What the parser of the command line says by itself.
constexpr const char* parsers_words[] = {
    console::mark("Usage"),
    console::mark("OPTIONS"),
    console::mark("SUBCOMMAND"),
    console::mark("Positionals"),
    console::mark("REQUIRED"),
    console::mark("Excludes"),
    console::mark("Needs"),
    console::mark("Options"),
    console::mark("Subcommands"),
    console::mark("Print this help message and exit"),
    console::mark("Display program version information and exit"),
};

std::vector<Described> describe_commands(CLI::App& app) {
  std::vector<Described> commands;
  for (const cli::CommandEntry* entry : cli::command_table()) {
    CLI::App* command = app.add_subcommand(entry->name, entry->summary);
    command->group(console::say_text(command->get_group()));
    commands.push_back({entry, command, entry->describe(*command)});
    translate(*command);
  }
  return commands;
}

/// The command, if it is one: the first argument that is neither an option nor the value of one before the command.
std::string_view first_word(int argc, char** argv) {
  constexpr std::string_view with_value[] = {"--vault", "--passphrase-file", "--language"};
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (!argument.starts_with('-')) return argument;
    if (std::find(std::begin(with_value), std::end(with_value), argument) != std::end(with_value)) ++i;
  }
  return {};
}

/// The arguments, with "./" before a name like "[1]": the parser would read it as a list. What follows --note
/// or the command note is the text that was written, whatever it looks like.
std::vector<std::string> arguments_of(int argc, char** argv) {
  std::vector<std::string> arguments;  // last first, as the parser wants them
  bool is_note = false;
  const bool is_note_command = first_word(argc, argv) == cli::note_command.name;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const bool bracketed = argument.starts_with('[') && argument.ends_with(']');
    arguments.insert(arguments.begin(), (bracketed && !is_note && !is_note_command ? "./" : "") + argument);
    is_note = argument == "--note";
  }
  return arguments;
}

/// Before the rest is read: what is wrong with the rest is said in that language, too.
std::string language_in(int argc, char** argv) {
  constexpr std::string_view option = "--language", with_value = "--language=";
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == option && i + 1 < argc) return argv[i + 1];
    if (argument.starts_with(with_value)) return std::string(argument.substr(with_value.size()));
  }
  return {};
}

/// Notes and names of files stand in the system's list of processes for as long as the program runs: not here.
void clear_arguments(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) wipe({reinterpret_cast<Byte*>(argv[i]), std::strlen(argv[i])});
}

int run_command(cli::Common& common, const Described& command) {
  if (command.entry->needs == cli::Needs::vault && common.vault.empty()) {
    const auto usual = console::data_folder("dokaz");
    if (!usual)
      return console::report("dokaz", common.console, usual.error(),
                             {console::say("Nothing was changed."), console::say("Name the vault's folder with --vault.")});
    common.vault = *usual;
  }
  return command.run(common);
}

int run(int argc, char** argv) {
  cli::Common common;
  CLI::App app("", "dokaz");
  cli::describe_program(app, common);
  for (const char* word : parsers_words) app.get_formatter()->label(word, console::say_text(word));
  translate(app);
  const std::vector<Described> commands = describe_commands(app);
  auto arguments = arguments_of(argc, argv);
  const bool wants_json = std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
  clear_arguments(argc, argv);
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    // A line that was not understood was not taken over either.
    common.console.json = common.console.json || wants_json;
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
  console::choose_language(language_in(argc, argv));
  return run(argc, argv);
}
