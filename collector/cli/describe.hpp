// SPDX-License-Identifier: GPL-3.0-or-later
// What the option table says, as a man page and as completions of shells.
#pragma once

#include <string>
#include <vector>

#include "collector/cli/commands.hpp"

namespace dokaz::cli {

struct DescribedOption {
  std::vector<std::string> names;     // "-o", "--out"; of an argument its one name
  std::string value;                  // "FILE"; empty for a flag
  std::vector<std::string> choices;   // where the value is one of few words
  std::string text;
  bool is_argument = false;  // without dashes
  bool required = false;
  bool several = false;
};

struct DescribedCommand {
  std::string name, summary, footer;
  std::vector<DescribedOption> options;  // arguments first
};

struct DescribedProgram {
  std::string version;
  std::vector<DescribedOption> options;
  std::vector<DescribedCommand> commands;
};

/// As `dokaz` itself reads it.
DescribedProgram describe();

/// The page of section 1: what the table says, and the prose in `parts` (description.roff, after.roff and
/// commands/<name>.roff, where it is there).
Result<std::string> man_page(const DescribedProgram& program, const std::filesystem::path& parts);
std::string bash_completion(const DescribedProgram& program);
std::string zsh_completion(const DescribedProgram& program);
std::string fish_completion(const DescribedProgram& program);

}  // namespace dokaz::cli
