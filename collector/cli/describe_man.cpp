// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "collector/cli/describe.hpp"
#include "crypto/files.hpp"

namespace dokaz::cli {
namespace {

constexpr std::size_t max_part = 65536;

/// Text as roff: hyphens that can be copied, no line that begins a request.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) out += "\\&";
    if (c == '-') out += "\\-";
    else if (c == '\\') out += "\\e";
    else out += c;
  }
  return out;
}

Result<std::string> part(const std::filesystem::path& path) {
  auto bytes = read_file(path, max_part);
  if (!bytes) return fail(bytes.code(), path.filename().string());
  const std::string text = to_text(*bytes);
  return text.substr(text.starts_with(".\\\" SPDX") ? text.find('\n') + 1 : 0);
}

std::string argument_text(const DescribedOption& argument) {
  const std::string name = "\\fI" + roff(argument.names.front()) + "\\fP" + (argument.several ? " ..." : "");
  return argument.required ? name : "[" + name + "]";
}

std::string option_text(const DescribedOption& option) {
  std::string text;
  for (const std::string& name : option.names) text += (text.empty() ? "" : ", ") + ("\\fB" + roff(name) + "\\fP");
  return option.value.empty() ? text : text + " \\fI" + roff(option.value) + "\\fP";
}

std::string synopsis(const DescribedCommand& command) {
  std::string line = "\\fBdokaz\\fP [\\fIoptions\\fP] \\fB" + roff(command.name) + "\\fP";
  for (const DescribedOption& option : command.options) {
    if (option.names.back() == "--help") continue;
    if (option.is_argument) line += " " + argument_text(option);
    else line += option.required ? " " + option_text(option) : " [" + option_text(option) + "]";
  }
  return line + "\n";
}

std::string options_text(const std::vector<DescribedOption>& options) {
  std::string text;
  for (const DescribedOption& option : options) {
    if (option.names.back() == "--help") continue;
    text += ".TP\n" + (option.is_argument ? "\\fI" + roff(option.names.front()) + "\\fP" : option_text(option)) + "\n" +
            roff(option.text) + ".\n";
  }
  return text;
}

/// What `--help` shows below the options, line by line.
std::string footer_text(const std::string& footer) {
  return footer.empty() ? std::string() : ".PP\n.nf\n" + roff(footer) + "\n.fi\n";
}

}  // namespace

Result<std::string> man_page(const DescribedProgram& program, const std::filesystem::path& parts) {
  DOKAZ_LET(description, part(parts / "description.roff"));
  DOKAZ_LET(after, part(parts / "after.roff"));
  std::string page = ".\\\" SPDX-License-Identifier: GPL-3.0-or-later\n"
                     ".\\\" Made by dokaz-describe from the option table and from docs/man/dokaz/; a test compares.\n";
  page += fmt::format(".TH DOKAZ 1 \"\" \"dokaz {}\" \"User Commands\"\n", program.version);
  page += ".SH NAME\ndokaz \\- take in photos far from any network, and show later that they are what they were\n.SH SYNOPSIS\n";
  for (std::size_t i = 0; i < program.commands.size(); ++i)
    page += (i > 0 ? ".br\n" : "") + synopsis(program.commands[i]);
  page += description + ".SH COMMANDS\n";
  for (const DescribedCommand& command : program.commands) {
    page += ".SS " + roff(command.name) + "\n" + roff(command.summary) + ".\n";
    const auto prose = part(parts / "commands" / (command.name + ".roff"));
    if (!prose && prose.code() != Errc::not_found) return prose.error();
    if (prose) page += ".PP\n" + *prose;
    page += options_text(command.options) + footer_text(command.footer);
  }
  page += ".SH OPTIONS\nThese may stand before or behind the command.\n" + options_text(program.options);
  return page + after;
}

}  // namespace dokaz::cli
