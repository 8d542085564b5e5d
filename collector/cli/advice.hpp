// SPDX-License-Identifier: GPL-3.0-or-later
// What is safe and what to do next, for each failure of the list, as it is when a collector meets it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "collector/cli/commands.hpp"

namespace dokaz::cli {

enum class Command {
  add,
  clean,
  close,
  consent,
  drop,
  heartbeat,
  inspect,
  join,
  key_rotate,
  list,
  lock,
  note,
  pack,
  panic,
  passphrase,
  receipt,
  relay,
  review,
  settings,
  show,
  restart,
  status,
  sync,
  testify,
  unlock,
  unpack,
  withdraw,
};

console::Advice advice_for(Command command, Errc code);
/// The same about one of the files that were given: what the refusal means is said as well.
console::Advice advice_for_file(Command command, const Error& refusal);
int report_file(const Common& common, Command command, const Error& refusal);
/// console::report with this advice. Returns the exit code.
int report(const Common& common, Command command, const Error& error);
/// The same for a clock before 1970 or after 9999, which no statement can name.
int report_wrong_clock(const Common& common, Command command);
/// Adds the members error, code, what, detail, safe and next to a document that says more than the failure.
void add_failure(nlohmann::ordered_json& document, Command command, const Error& error);
void add_file_failure(nlohmann::ordered_json& document, Command command, const Error& refusal);

/// console::print, then `code`. Where the words could not be printed, that is reported, and its exit code is
/// returned if `code` was success.
int print(const Common& common, std::string_view text, int code = exit_ok);
/// One line.
int print_json(const Common& common, const nlohmann::ordered_json& document, int code = exit_ok);

}  // namespace dokaz::cli
