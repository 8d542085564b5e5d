// SPDX-License-Identifier: GPL-3.0-or-later
// Files on their way into an object, held to the hashes that facts state of them.
#pragma once

#include <functional>
#include <optional>

#include "crypto/hash.hpp"
#include "crypto/readable.hpp"

namespace dokaz {

/// Of a longer original `original.sha512` is not stated: it takes twice as long as SHA-256, and all the rest of sealing
/// together hardly longer. Bytes.
inline constexpr std::uint64_t longest_hashed_twice = std::uint64_t{64} << 20;
inline bool is_hashed_twice(const Readable& original) { return original.size() <= longest_hashed_twice; }

struct OriginalHashes {
  Sha256 sha256;
  std::optional<Sha512> sha512;  // where it is stated
};
/// In one pass.
Result<OriginalHashes> hash_original(const Readable& original);

using WriteFile = std::function<Status(const Sink&)>;
/// `write`, which fails with `io_error` where what it gave has another hash.
WriteFile with_hash(WriteFile write, const Sha256& expected);

/// The failure of a file that is no longer what it was.
Error changed_meanwhile();

}  // namespace dokaz
