// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/cli/describe.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace dokaz::cli {
namespace {

/// "keep|drop|refuse" is a list of words.
std::vector<std::string> words_in(const std::string& value) {
  if (value.find('|') == std::string::npos) return {};
  return CLI::detail::split(value, '|');
}

/// The type's own name, before what its checks add: "SIZE:SIZE [b, kb(=1024b), ...]".
std::string plain(const std::string& type) { return type.substr(0, type.find(':')); }

DescribedOption describe_option(const CLI::Option& option) {
  DescribedOption out;
  out.is_argument = option.get_positional();
  out.text = option.get_description();
  out.required = option.get_required();
  out.several = option.get_items_expected_max() > 1;
  if (out.is_argument) {
    out.names = {option.get_name(true, false)};
    return out;
  }
  for (const std::string& name : option.get_snames()) out.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) out.names.push_back("--" + name);
  if (option.get_items_expected_max() > 0 && option.get_type_size_max() > 0) out.value = plain(option.get_type_name());
  out.choices = words_in(out.value);
  return out;
}

std::vector<DescribedOption> options_of(const CLI::App& app) {
  std::vector<DescribedOption> out;
  for (const CLI::Option* option : app.get_options()) out.push_back(describe_option(*option));
  std::stable_partition(out.begin(), out.end(), [](const DescribedOption& one) { return one.is_argument; });
  return out;
}

}  // namespace

DescribedProgram describe() {
  Common common;
  CLI::App app("", "dokaz");
  describe_program(app, common);
  DescribedProgram out{DOKAZ_VERSION, options_of(app), {}};
  for (const CommandEntry* entry : command_table()) {
    CLI::App* command = app.add_subcommand(entry->name, entry->summary);
    const Runner ignored = entry->describe(*command);
    out.commands.push_back({entry->name, entry->summary, command->get_footer(), options_of(*command)});
  }
  return out;
}

}  // namespace dokaz::cli
