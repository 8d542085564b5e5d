// SPDX-License-Identifier: GPL-3.0-or-later
// The vault's key file on a disk. Hold the vault's lock.
#pragma once

#include "crypto/files.hpp"
#include "crypto/key_slots.hpp"

namespace dokaz {

class SlotFile {
 public:
  /// `already_exists`
  static Status create(const Path& vault, const KeySlots& slots);

  /// Finishes a `replace` that was cut. `not_found`; `damaged_store` if it is no key file; `unsupported_version`.
  static Result<SlotFile> open(const Path& vault);

  KeySlots& slots() { return slots_; }

  /// The slots as they are now, in the same place of the disk: one write, and fsync. What was there is gone,
  /// as far as the disk itself writes in place.
  Status overwrite();

  /// The slots as they are now, in a new file: after a power cut the old ones are there or the new ones, whole.
  /// The old file is overwritten before it is removed.
  Status replace();

  /// Random bytes over all of the file, and over what a cut `replace` left; then fsync. Needs no form: also a
  /// damaged file is overwritten. `not_found` if there was nothing.
  static Status spoil(const Path& vault);

 private:
  SlotFile(Path vault, KeySlots slots) : vault_(std::move(vault)), slots_(std::move(slots)) {}
  Path vault_;
  KeySlots slots_;
};

}  // namespace dokaz
