// SPDX-License-Identifier: GPL-3.0-or-later
// Who may read the log's leaves by HTTP: docs/protocol.md section 9. The file holds hashes of tokens; a
// token is shown once, when it is made.
#pragma once

#include <string>
#include <vector>

#include "crypto/files.hpp"
#include "crypto/hash.hpp"

namespace dokaz::server {

inline constexpr std::size_t max_readers = 256;

/// 1 to 32 of a to z, 0 to 9 and "-".
bool is_reader_name(std::string_view name);

class Readers {
 public:
  /// None where there is no file. damaged_store for a file of another form.
  static Result<Readers> load(const Path& file);

  /// Takes the same time for every token that is not known.
  bool knows(std::string_view token) const;
  std::vector<std::string> names() const;

 private:
  friend Result<std::string> add_reader(const Path& file, std::string_view name);
  friend Status remove_reader(const Path& file, std::string_view name);
  struct Reader {
    std::string name;
    Sha256 token;  // its hash
  };
  Bytes bytes() const;
  std::vector<Reader> readers_;  // by name
};

// Both take the change to the disk; servers that run see it with the next request. One call at a time, over
// all processes: they wait for each other.

/// The new reader's token: 64 hexadecimal digits. malformed name; already_exists; quota_exceeded: 256 are enough.
Result<std::string> add_reader(const Path& file, std::string_view name);
/// not_found.
Status remove_reader(const Path& file, std::string_view name);

}  // namespace dokaz::server
