// SPDX-License-Identifier: GPL-3.0-or-later
// Files on their way into an object, held to the hashes that facts state of them.
#pragma once

#include <functional>

#include "crypto/hash.hpp"
#include "crypto/readable.hpp"

namespace dokaz {

struct OriginalHashes {
  Sha256 sha256;
  Sha512 sha512;
};
/// In one pass.
Result<OriginalHashes> hash_original(const Readable& original);

using WriteFile = std::function<Status(const Sink&)>;
/// `write`, which fails with `io_error` where what it gave has another hash.
WriteFile with_hash(WriteFile write, const Sha256& expected);

/// The failure of a file that is no longer what it was.
Error changed_meanwhile();

}  // namespace dokaz
