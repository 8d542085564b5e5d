// SPDX-License-Identifier: GPL-3.0-or-later
// Copies whose hash is taken while they are read, and taken again from what was written. Private to the folder.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "crypto/files.hpp"
#include "crypto/hash.hpp"

namespace dokaz::server::copying {

struct Copied {
  Sha256 hash;
  std::uint64_t size = 0;
};

/// The hash of a file's bytes, read in pieces.
Result<Copied> hash_of(const Path& file, Links links = Links::refuse);

/// Makes or replaces `to`, under a name of its own until it is whole and its hash, read back, is that of what was
/// read; with `expected`, hash_mismatch (and nothing made) unless it is that one. damaged_store where `from` cannot be read,
/// io_error where `to` cannot be written. Not synced.
Result<Copied> copy_file(const Path& from, const Path& to, const std::optional<Sha256>& expected,
                         Links links = Links::refuse);

/// One bundle or tile of a log: its name at that log's size, the name of the full one, and its bytes.
using CopyPart = std::function<Status(const std::string& part, const std::string& full, std::size_t size)>;
/// Each of a log of `size`, bundles first; `progress` is told how many are done, of how many.
Status copy_parts(std::uint64_t size, const CopyPart& copy,
                  const std::function<void(std::uint64_t done, std::uint64_t total)>& progress);

/// Makes the folder where it is missing. For many calls in the same folders; nothing is synced for one that is there.
Status ensure_folder(const Path& folder);

/// Removes it, whatever it is; a failure is told.
Status remove_tree(const Path& path);

}  // namespace dokaz::server::copying
