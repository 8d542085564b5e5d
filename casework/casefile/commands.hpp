// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of dokaz-case, after their arguments were read.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "console/console.hpp"
#include "proto/format/case.hpp"

namespace dokaz::casecli {

struct Context {
  console::Options console;
  std::filesystem::path folder;
};

struct CreateArgs {
  std::string server, card_file, policy_file;  // policy_file may be empty
};
struct InviteArgs {
  std::string pseudonym, role = "documenter", until, out;
  int days = 30;
  bool qr = false;
};
struct OpenArgs {
  std::string item, out;
};
struct ExportArgs {
  std::string item, out;
  bool original = false;
  std::vector<std::string> disclose;
};
struct KeysArgs {
  std::string group, out;
};

/// A failure, and what of the user's is safe and what to do next.
struct Failed {
  Error error;
  console::Advice advice;
};
/// The exit code, or why there is none.
using Ended = std::variant<int, Failed>;

Ended create(const Context& context, const CreateArgs& args);
Ended invite(const Context& context, const InviteArgs& args);
Ended pull(const Context& context, const std::string& server);
Ended list(const Context& context);
Ended open(const Context& context, const OpenArgs& args);
Ended verify(const Context& context);
Ended export_(const Context& context, const ExportArgs& args);
Ended keys(const Context& context, const KeysArgs& args);
Ended fingerprint(const Context& context);

/// Prints to standard output: text for people, or the JSON for machines.
void print(const Context& context, const std::string& text, const std::string& json);

}  // namespace dokaz::casecli
