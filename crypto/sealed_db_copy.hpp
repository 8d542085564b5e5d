// SPDX-License-Identifier: GPL-3.0-or-later
// A copy of a sealed database as it is at one moment, while others write to it; nothing plain is ever on a disk.
#pragma once

#include <functional>

#include "crypto/sealed_db.hpp"

namespace dokaz {

class DatabaseCopy {
 public:
  /// Pages done and in total.
  using Progress = std::function<void(std::uint64_t done, std::uint64_t total)>;

  /// Makes `to` (0600, `already_exists`) with all that was committed in `from` when the copy began, under `key`,
  /// which may be another one. Each page is deciphered in memory and sealed anew. The copy is checked as by
  /// Database::check, lies in that one file, and has no log beside it. It is not synced: the caller does that.
  /// After a failure the caller removes what is there. Failures as of any call of Database.
  static Status make(Database& from, const std::filesystem::path& to, const Secret<32>& key, const Progress& progress);
};

}  // namespace dokaz
