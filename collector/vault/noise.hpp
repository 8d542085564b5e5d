// SPDX-License-Identifier: GPL-3.0-or-later
// Overwriting what a file holds, in place. On flash memory old copies can survive: threat-model.md.
#pragma once

#include "crypto/files.hpp"

namespace dokaz {

/// Random bytes over at most `most` bytes at the beginning, on the disk when it returns. Waits for this file alone, not
/// for what other programs write: its size does not change.
Status fill_with_noise(File& file, std::uint64_t most);
/// The same by name, also where somebody took the right to write away. `not_found`.
Status fill_with_noise(const Path& path, std::uint64_t most);

/// fdatasync: enough for a file that was written in place.
Status sync_in_place(const File& file);

/// Opens it to be written, and takes the right to do so if need be. `not_found`.
Result<File> open_to_write(const Path& path);

}  // namespace dokaz
