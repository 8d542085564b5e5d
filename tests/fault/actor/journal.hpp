// SPDX-License-Identifier: GPL-3.0-or-later
// What a member was promised, one line a promise, written before anything else is done:
//   checkpoint NOTE                         the log has shown this checkpoint
//   logged STATEMENT PROOF                  a receipt
//   kept OBJECT SIZE SEED                   the server has the whole object
//   stored STATEMENT RECEIVE ANSWERED PROOF the stored receipt
// Texts are base64, numbers decimal. A line without its end is none: the writer died in it.
#pragma once

#include <string>
#include <vector>

#include "crypto/files.hpp"

namespace dokaz::fault {

class Journal {
 public:
  /// An empty path writes nothing down.
  static Result<Journal> open(const std::string& path);
  void write(const std::string& line);

 private:
  explicit Journal(std::optional<File> file) : file_(std::move(file)) {}
  std::optional<File> file_;
};

/// The words of each complete line.
Result<std::vector<std::vector<std::string>>> read_journal(const std::string& path);

}  // namespace dokaz::fault
