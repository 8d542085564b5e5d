// SPDX-License-Identifier: GPL-3.0-or-later
// Many small parts of a file that are left out, as one element for each kind of part.
#pragma once

#include <map>

#include "collector/intake/mp4/movie.hpp"

namespace dokaz::intake::mp4 {

/// Sums up lengths and hashes; memory is constant.
class HashedParts {
 public:
  enum Origin : unsigned { avc, hevc, av1, mpeg4, unused };

  explicit HashedParts(const Content& file) : file_(file) {}
  /// Bytes [offset, offset + length), read in blocks. `type` is that of the unit.
  /// Neighbours of one kind are read together.
  Status add(Origin origin, unsigned type, std::uint64_t offset, std::uint64_t length);
  /// As "mp4.avc.sei", "mp4.hevc.type-62", "mp4.av1.metadata", "mp4.mpeg4.user-data", "mp4.mdat.unused".
  Status list(LeftOut& left_out);

  /// The digest over a stretch of the file.
  static Result<Sha256> digest(const Content& file, std::uint64_t offset, std::uint64_t length);

 private:
  struct Part {
    std::uint64_t length = 0;
    Sha256Stream hash;
  };
  using Kind = std::pair<Origin, unsigned>;
  Status flush();

  const Content& file_;
  Kind kind_{};
  std::uint64_t offset_ = 0, length_ = 0;  ///< of that kind, not yet in its hash
  std::map<Kind, Part> parts_;
  Bytes block_;
};

}  // namespace dokaz::intake::mp4
