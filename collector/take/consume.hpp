// SPDX-License-Identifier: GPL-3.0-or-later
// Removing the source of a sealed item: overwritten, synced, unlinked, its folder synced. What that cannot do, on flash
// and on file systems that copy on write, dokaz(1) says.
#pragma once

#include <functional>

#include "collector/vault/vault.hpp"

namespace dokaz {

/// Removes files, in steps that another run can finish. The first bytes of a file that is being overwritten become a
/// mark, which only this vault can make and know again: so a file that was cut in the middle of it is neither taken
/// for a new one nor mistaken for somebody else's.
class Consumer {
 public:
  explicit Consumer(const Vault& vault) : vault_(vault) {}

  /// True of the hash of bytes that are sealed, durable and whole.
  using IsHeld = std::function<Result<bool>(const Sha256&)>;
  /// Hashes the file and asks, before it touches anything. `not_found`, `not_regular_file` (a link, folder, pipe or
  /// device), `io_error` (it has a second name, belongs to somebody else, is write-protected, or is not held: it
  /// changed), the failures of `is_held`. After a failure that came before the mark the file is as it was.
  Status remove(const Path& file, const IsHeld& is_held) const;

  /// True if a `remove` of this file was begun and not finished.
  bool is_begun(const Path& file) const;
  /// Finishes it.
  Status finish(const Path& file) const;

 private:
  Bytes mark(std::uint64_t size) const;
  bool is_marked(const File& file) const;

  const Vault& vault_;
};

}  // namespace dokaz
