// SPDX-License-Identifier: GPL-3.0-or-later
// dokaz-describe: a part of the build. Writes the man page or a completion, made from the option table, to stdout.
#include <cstdio>

#include "collector/cli/describe.hpp"

namespace {

dokaz::Result<std::string> made(std::string_view what, const char* parts) {
  using namespace dokaz;
  const cli::DescribedProgram program = cli::describe();
  if (what == "bash") return cli::bash_completion(program);
  if (what == "zsh") return cli::zsh_completion(program);
  if (what == "fish") return cli::fish_completion(program);
  if (what == "commands") {
    std::string names;
    for (const cli::DescribedCommand& command : program.commands) names += command.name + "\n";
    return names;
  }
  if (what == "man" && parts != nullptr) return cli::man_page(program, parts);
  return fail(Errc::usage, "man FOLDER | bash | zsh | fish | commands");
}

}  // namespace

int main(int argc, char** argv) {
  const auto text = made(argc > 1 ? argv[1] : "", argc > 2 ? argv[2] : nullptr);
  if (!text) {
    std::fprintf(stderr, "dokaz-describe: %s\n", text.error().detail.c_str());
    return dokaz::exit_code(text.code());
  }
  return dokaz::console::print(*text) ? 0 : 1;
}
