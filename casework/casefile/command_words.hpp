// SPDX-License-Identifier: GPL-3.0-or-later
// What each command says in its own way of a failure; where it says nothing of its own, what all of them say.
#pragma once

#include <string_view>

#include "casework/casefile/advice.hpp"

namespace dokaz::casecli {

struct CommandWords {
  /// True of the command that failed, whatever the failure was.
  std::string_view safe = "Nothing was changed.";
  std::string_view not_found = "Check the names of the files and folders that you gave.";
  /// already_exists
  std::string_view taken = "Choose a name with --out that does not exist yet.";
  /// The evidence or a server's answer does not hold.
  std::string_view bad_evidence =
      "Keep the case folder as it is, make a copy of it, and run dokaz-case verify: it names each item that does not "
      "hold.";
};
CommandWords command_words(Command command);

/// Whether it works with a case that is there.
bool needs_case(Command command);
/// What is said where there is none.
console::Advice advice_without_case(Command command);

}  // namespace dokaz::casecli
