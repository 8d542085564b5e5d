// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>

#include "collector/cli/describe.hpp"

namespace dokaz::cli {
namespace {

enum class Completes { files, folders, words, nothing };

Completes kind_of(const DescribedOption& option) {
  if (!option.choices.empty()) return Completes::words;
  if (option.value == "DIR" || option.value == "FOLDER") return Completes::folders;
  static constexpr std::string_view files[] = {"FILE", "OUT"};
  return std::find(std::begin(files), std::end(files), option.value) != std::end(files) ? Completes::files
                                                                                          : Completes::nothing;
}

/// Arguments of these names are numbers, texts or words: no files.
bool takes_files(const DescribedCommand& command) {
  return std::any_of(command.options.begin(), command.options.end(), [](const DescribedOption& one) {
    return one.is_argument && one.names.front() != "NUMBER" && one.names.front() != "TEXT";
  });
}

template <typename List>
std::string joined(const List& list, std::string_view between) {
  return fmt::format("{}", fmt::join(list, between));
}

std::vector<std::string> names_of(const std::vector<DescribedOption>& options) {
  std::vector<std::string> names;
  for (const DescribedOption& option : options)
    if (!option.is_argument) names.insert(names.end(), option.names.begin(), option.names.end());
  return names;
}

std::vector<std::string> command_names(const DescribedProgram& program) {
  std::vector<std::string> names;
  for (const DescribedCommand& command : program.commands) names.push_back(command.name);
  return names;
}

std::string bash_value(const DescribedOption& option) {
  if (option.value.empty()) return {};
  const std::string pattern = joined(option.names, "|");
  switch (kind_of(option)) {
    case Completes::words:
      return fmt::format("    {}) COMPREPLY=($(compgen -W '{}' -- \"$cur\")); return ;;\n", pattern, joined(option.choices, " "));
    case Completes::folders:
      return fmt::format("    {}) COMPREPLY=($(compgen -d -- \"$cur\")); return ;;\n", pattern);
    case Completes::files:
      return fmt::format("    {}) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n", pattern);
    case Completes::nothing: break;
  }
  return fmt::format("    {}) return ;;\n", pattern);
}

std::string bash_values(const std::vector<DescribedOption>& options) {
  std::string text;
  for (const DescribedOption& option : options) text += bash_value(option);
  return text;
}

/// 'it'\''s'
std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string zsh_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_action(const DescribedOption& option) {
  switch (kind_of(option)) {
    case Completes::words: return "(" + joined(option.choices, " ") + ")";
    case Completes::folders: return "_files -/";
    case Completes::files: return "_files";
    case Completes::nothing: break;
  }
  return " ";
}

std::string zsh_options(const std::vector<DescribedOption>& options) {
  std::string text;
  for (const DescribedOption& option : options) {
    if (option.is_argument) continue;
    for (const std::string& name : option.names) {
      std::string spec = name + "[" + zsh_escaped(option.text) + "]";
      if (!option.value.empty()) spec += ":" + zsh_escaped(option.value) + ":" + zsh_action(option);
      text += " \\\n        " + in_quotes(spec);
    }
  }
  return text;
}

std::string fish_options(const std::string& condition, const std::vector<DescribedOption>& options) {
  std::string text;
  for (const DescribedOption& option : options) {
    if (option.is_argument) continue;
    std::string line = "complete -c dokaz" + (condition.empty() ? "" : " -n " + in_quotes(condition));
    for (const std::string& name : option.names)
      line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    switch (kind_of(option)) {
      case Completes::words: line += " -x -a " + in_quotes(joined(option.choices, " ")); break;
      case Completes::folders: line += " -x -a '(__fish_complete_directories)'"; break;
      case Completes::files: line += " -r -F"; break;
      case Completes::nothing: line += option.value.empty() ? "" : " -x"; break;
    }
    text += line + " -d " + in_quotes(option.text) + "\n";
  }
  return text;
}

}  // namespace

std::string bash_completion(const DescribedProgram& program) {
  std::string text = "# SPDX-License-Identifier: GPL-3.0-or-later\n_dokaz() {\n"
                     "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= i\n"
                     "  COMPREPLY=()\n"
                     "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
                     "    case ${COMP_WORDS[i]} in\n";
  text += fmt::format("      {}) command=${{COMP_WORDS[i]}}; break ;;\n", joined(command_names(program), "|"));
  text += "    esac\n  done\n  case $prev in\n" + bash_values(program.options) + "  esac\n";
  text += fmt::format("  local options='{}' files=no\n", joined(names_of(program.options), " "));
  text += "  case $command in\n";
  text += fmt::format("    '') [[ $cur == -* ]] || {{ COMPREPLY=($(compgen -W '{}' -- \"$cur\")); return; }} ;;\n",
                      joined(command_names(program), " "));
  for (const DescribedCommand& command : program.commands) {
    text += fmt::format("    {})\n", command.name);
    if (const std::string values = bash_values(command.options); !values.empty())
      text += "    case $prev in\n" + values + "    esac\n";
    text += fmt::format("    options+=' {}' files={} ;;\n", joined(names_of(command.options), " "),
                        takes_files(command) ? "yes" : "no");
  }
  return text +
         "  esac\n"
         "  if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
         "  elif [[ $files == yes ]]; then COMPREPLY=($(compgen -f -- \"$cur\")); fi\n"
         "}\ncomplete -o filenames -F _dokaz dokaz\n";
}

std::string zsh_completion(const DescribedProgram& program) {
  std::string text = "#compdef dokaz\n# SPDX-License-Identifier: GPL-3.0-or-later\n_dokaz() {\n"
                     "  local context state line\n  typeset -A opt_args\n  _arguments -C" +
                     zsh_options(program.options) + " \\\n        '1: :->command' '*:: :->rest'\n  case $state in\n"
                     "    command)\n      local -a commands=(\n";
  for (const DescribedCommand& command : program.commands)
    text += "        " + in_quotes(command.name + ":" + zsh_escaped(command.summary)) + "\n";
  text += "      )\n      _describe command commands ;;\n    rest) case $words[1] in\n";
  for (const DescribedCommand& command : program.commands)
    text += "      " + command.name + ") _arguments" + zsh_options(command.options) +
            (takes_files(command) ? " '*:file:_files'" : " '*: : '") + " ;;\n";
  return text + "    esac ;;\n  esac\n}\n_dokaz \"$@\"\n";
}

std::string fish_completion(const DescribedProgram& program) {
  std::string text = "# SPDX-License-Identifier: GPL-3.0-or-later\ncomplete -c dokaz -f\n" + fish_options("", program.options);
  for (const DescribedCommand& command : program.commands) {
    text += "complete -c dokaz -n __fish_use_subcommand -a " + command.name + " -d " + in_quotes(command.summary) + "\n";
    const std::string here = "__fish_seen_subcommand_from " + command.name;
    if (takes_files(command)) text += "complete -c dokaz -n " + in_quotes(here) + " -F\n";
    text += fish_options(here, command.options);
  }
  return text;
}

}  // namespace dokaz::cli
