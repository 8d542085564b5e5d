// SPDX-License-Identifier: GPL-3.0-or-later
// The table of real names: who a pseudonym is. A store of its own under a passphrase and a key of its own, so that nobody
// who has the case, its server or what leaves it has a name, and who has the names has no case.
//
//   names.db       the table
//   names.db.key   its key under the passphrase
#pragma once

#include <string>
#include <vector>

#include "crypto/files.hpp"
#include "crypto/passphrase.hpp"
#include "crypto/sealed_db.hpp"

namespace dokaz {

struct RealName {
  std::string pseudonym;
  std::string name;  ///< UTF-8, 1 to 1,024 bytes, without control characters
  std::string note;  ///< how to reach them, for example: 0 to 8,192 bytes; lines are allowed

  ~RealName();  // overwrites both
};

class NamesTable {
 public:
  /// already_exists.
  static Result<NamesTable> create(const Path& path, const SecretBytes& passphrase, const PassphraseWork& work = {});
  /// not_found, wrong_passphrase, wrong_key, damaged_store, busy where another command changes it.
  static Result<NamesTable> open(const Path& path, const SecretBytes& passphrase);
  static bool is_at(const Path& path);

  /// malformed for texts that are not as above; already_exists unless `replace`.
  Status put(const RealName& name, bool replace);
  /// not_found.
  Result<RealName> find(const std::string& pseudonym);
  /// not_found. What was there is overwritten, as far as the disk does what it is told.
  Status remove(const std::string& pseudonym);
  /// By pseudonym.
  Result<std::vector<RealName>> all();

 private:
  explicit NamesTable(Database db) : db_(std::move(db)) {}
  Database db_;
};

}  // namespace dokaz
