// SPDX-License-Identifier: GPL-3.0-or-later
// Which bytes of a TIFF are accounted for, so that those that are not can be listed too.
#pragma once

#include "collector/intake/intake.hpp"
#include "collector/intake/tiff/tiff_directory.hpp"

namespace dokaz::intake::tiff {

class Coverage {
 public:
  explicit Coverage(ByteView file) : file_(file) {}
  /// Bytes that the clean copy holds, as they are or written anew.
  void keep(std::uint64_t at, std::uint64_t size) { pieces_.push_back({at, size, {}, false}); }
  /// Data of a strip, which nothing else may overlap.
  void keep_alone(std::uint64_t at, std::uint64_t size) { pieces_.push_back({at, size, {}, true}); }
  void remove(std::uint64_t at, std::uint64_t size, std::string_view kind) { pieces_.push_back({at, size, kind, false}); }
  /// Part of what is kept, which is not in the clean copy all the same: an entry of a directory, a table.
  void note(std::uint64_t at, std::uint64_t size, std::string_view kind) { notes_.push_back({at, size, kind, false}); }
  /// Whether so many more entries may be looked at only to list them: a hostile file names the same ones often.
  bool may_look_at(std::uint64_t entries) {
    constexpr std::uint64_t most_entries = 200'000;
    looked_at_ += entries;
    return looked_at_ <= most_entries;
  }

  /// What was noted, what was removed, and what nothing points at ("tiff.unreferenced", but for one 0 before
  /// an even offset), in file order. `malformed_media` where anything overlaps the data of a strip.
  Result<std::vector<RemovedElement>> removed();

 private:
  struct Piece {
    std::uint64_t at = 0, size = 0;
    std::string_view kind;  ///< empty: kept
    bool alone = false;
    std::uint64_t end() const { return at + size; }
  };
  ByteView file_;
  std::vector<Piece> pieces_, notes_;
  std::uint64_t looked_at_ = 0;
};

}  // namespace dokaz::intake::tiff
