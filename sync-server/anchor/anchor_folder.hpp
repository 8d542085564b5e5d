// SPDX-License-Identifier: GPL-3.0-or-later
// The anchors that a server keeps, in log/anchors: format.md section 16. Nothing in it is ever overwritten.
#pragma once

#include <map>
#include <optional>

#include "crypto/files.hpp"
#include "proto/anchor/time_trust.hpp"
#include "proto/format/checkpoint.hpp"

namespace dokaz::server {

/// The newest anchor that one authority gave.
struct NewestAnchor {
  std::uint64_t size = 0;      ///< of the checkpoint
  std::int64_t unix_time = 0;  ///< by the authority's word
};

/// By the names of the authorities. Takes no lock: also beside a server that runs. What cannot be read is left out.
std::map<std::string, NewestAnchor> newest_anchors(const Path& log);

/// One thread.
class AnchorFolder {
 public:
  /// Removes what an interrupted run left half-made. The caller holds the server's lock.
  static Result<AnchorFolder> open(const Path& log);

  /// What an authority is to stamp: the bytes that were stamped at this size already, or those of `now`.
  /// damaged_store where the kept ones are of another tree.
  Result<Bytes> to_stamp(const Checkpoint& now) const;

  struct Files {
    Bytes response;
    AnchorParts parts;
  };
  /// Durable when it returns, the response last; after a failure nothing of it is left, or after io_error
  /// until the next start. already_exists.
  Status keep(std::uint64_t size, const Bytes& checkpoint, const std::string& authority, const Files& files);

 private:
  explicit AnchorFolder(Path root) : root_(std::move(root)) {}
  Path root_;
};

}  // namespace dokaz::server
