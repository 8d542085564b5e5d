// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/tiff/tiff_coverage.hpp"

#include <algorithm>
#include <string>
#include <tuple>

namespace dokaz::intake::tiff {

Result<std::vector<RemovedElement>> Coverage::removed() {
  std::sort(pieces_.begin(), pieces_.end(), [](const Piece& a, const Piece& b) {
    return std::tuple(a.at, !a.kind.empty(), a.size) < std::tuple(b.at, !b.kind.empty(), b.size);
  });
  std::uint64_t covered = 0, alone_until = 0, others_until = 0;
  std::vector<Piece> listed = std::move(notes_);
  for (const Piece& piece : pieces_) {
    if (piece.size == 0) continue;
    if (piece.at < alone_until || (piece.alone && piece.at < others_until))
      return fail(Errc::malformed_media, "TIFF: strips that overlap something");
    std::uint64_t& until = piece.alone ? alone_until : others_until;
    until = std::max(until, piece.end());
    const bool padding = piece.at - std::min(covered, piece.at) == 1 && piece.at % 2 == 0 && file_[static_cast<std::size_t>(covered)] == 0;
    if (piece.at > covered && !padding) listed.push_back({covered, piece.at - covered, "tiff.unreferenced", false});
    if (const std::uint64_t from = std::max(piece.at, covered); !piece.kind.empty() && piece.end() > from)
      listed.push_back({from, piece.end() - from, piece.kind, false});
    covered = std::max(covered, piece.end());
  }
  if (covered < file_.size()) listed.push_back({covered, file_.size() - covered, "tiff.unreferenced", false});
  std::stable_sort(listed.begin(), listed.end(), [](const Piece& a, const Piece& b) { return a.at < b.at; });

  std::vector<RemovedElement> out;
  for (std::size_t i = 0; i < listed.size();) {
    const Piece first = listed[i];
    std::uint64_t end = first.end();
    for (++i; i < listed.size() && listed[i].at == end && listed[i].kind == first.kind; ++i) end = listed[i].end();
    const ByteView bytes = file_.subspan(static_cast<std::size_t>(first.at), static_cast<std::size_t>(end - first.at));
    out.push_back({std::string(first.kind), bytes.size(), sha256(bytes)});
  }
  return out;
}

}  // namespace dokaz::intake::tiff
