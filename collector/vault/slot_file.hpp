// SPDX-License-Identifier: GPL-3.0-or-later
// The vault's key file on a disk. Hold the vault's lock, but for `spoil`: a panic waits for nobody. Therefore each
// write locks the file itself for as long as it takes, and writes nothing over slots that it has not seen.
#pragma once

#include "crypto/files.hpp"
#include "crypto/key_slots.hpp"

namespace dokaz {

/// The file that has the key file's name, locked (flock) until it is destroyed: nobody writes or erases it in the
/// meantime. `not_found`.
Result<File> lock_key_file(const Path& vault);

class SlotFile {
 public:
  /// `already_exists`
  static Status create(const Path& vault, const KeySlots& slots);

  /// Finishes a `replace` that was cut. `not_found`; `damaged_store` if it is no key file; `unsupported_version`.
  static Result<SlotFile> open(const Path& vault);

  KeySlots& slots() { return slots_; }

  /// The slots as they are now, in the same place of the disk: one write, and fsync. What was there is gone,
  /// as far as the disk itself writes in place. `wrong_passphrase` if the file was changed since it was read, or is
  /// gone: somebody erased it meanwhile, and nothing opens it.
  Status overwrite();

  /// The slots as they are now, in a new file: after a power cut the old ones are there or the new ones, whole.
  /// The old file is overwritten before it is removed. `wrong_passphrase` as above.
  Status replace();

  /// Random bytes over all of the file, and over what a cut `replace` left; then fsync. Needs no form: also a
  /// damaged file is overwritten. Waits a second at most for who writes. `not_found` if there was nothing.
  static Status spoil(const Path& vault);

 private:
  SlotFile(Path vault, KeySlots slots) : vault_(std::move(vault)), slots_(std::move(slots)), on_disk_(slots_.bytes()) {}
  Result<File> lock_unchanged() const;
  Path vault_;
  KeySlots slots_;
  Bytes on_disk_;
};

}  // namespace dokaz
