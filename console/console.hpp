// SPDX-License-Identifier: GPL-3.0-or-later
// How the programs talk to people: one form for failures, passphrases that never touch arguments or
// the environment, progress on a terminal and silence in a pipe, JSON for machines.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/result.hpp"
#include "crypto/secret.hpp"

namespace dokaz::console {

/// What every program offers besides its own options.
struct Options {
  bool json = false;
  bool quiet = false;
  std::optional<std::filesystem::path> passphrase_file;  // first line; a file descriptor as /dev/fd/N
};

/// The second and third thing a frightened person needs after "what happened".
struct Advice {
  std::string safe;  // "Nothing was sealed. The photo itself was not touched."
  std::string next;  // "Take the photo again, or …"
};

/// Prints "PROGRAM: What happened (detail)." and the advice to stderr, or one JSON object
/// {"error":…,"code":…,"what":…,"safe":…,"next":…} to stdout with --json, if that can be written. Returns
/// the exit code.
int report(std::string_view program, const Options& options, const Error& error, const Advice& advice);

/// Writes to stdout and flushes: what a command says it printed was taken. no_space; io_error.
Status print(std::string_view text);

/// From the passphrase file if one is named (one CR at the end of its line is not a part of it), else from the
/// terminal without echo; never from anywhere else. no_passphrase if there is neither, or it is empty;
/// too_large; not_regular_file for a folder; interrupted.
Result<SecretBytes> read_passphrase(const Options& options, std::string_view prompt);
/// Asks twice on a terminal: usage if the two differ.
Result<SecretBytes> read_new_passphrase(const Options& options, std::string_view prompt);

/// One key from the terminal, without Enter; what was typed before the question does not count. `not_found` where
/// there is no terminal.
Result<char> ask_key(std::string_view question);

/// One line that is redrawn on a terminal; nothing in a pipe, with --json or --quiet.
class Progress {
 public:
  Progress(const Options& options, std::string_view what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void at(std::uint64_t done, std::uint64_t total);

 private:
  std::string what_;
  bool shown_ = false;
  int last_percent_ = -1;
};

/// Makes a text safe to print on a terminal: control and invisible format characters become "?", invalid UTF-8 too.
/// The joiners U+200C and U+200D stay: words of several languages need them.
std::string printable(std::string_view text);

/// Seconds since 1970 UTC: the one place where the programs read the clock.
std::int64_t now();

/// $XDG_DATA_HOME/name, else $HOME/.local/share/name; usage where neither is an absolute path.
Result<std::filesystem::path> data_folder(std::string_view name);

/// The first call of every program. No core dumps, and no other process of the user reads this one's
/// memory; new files are their owner's alone; a file size limit and a closed pipe are failures of the
/// write (no_space, io_error, connection_lost) and do not end the program.
void harden_process();

}  // namespace dokaz::console
