// SPDX-License-Identifier: GPL-3.0-or-later
// Many files taken in, one after the other, so that the sum adds up.
#pragma once

#include <functional>

#include "collector/take/given.hpp"
#include "collector/take/taker.hpp"

namespace dokaz {

/// What became of the files, in their order: given = sealed + already there + refused + not reached.
struct Batch {
  std::size_t given = 0;
  std::vector<Taken> all;
  PassedOver passed_over;
  std::optional<Error> ended_by;  ///< the vault or its disk failed: what follows was not reached

  std::size_t sealed() const;
  std::size_t uncleaned() const;  ///< of those sealed
  std::size_t already_there() const;
  std::size_t refused() const;
  std::size_t not_reached() const { return given - all.size(); }
  std::size_t removed() const;      ///< sources
  std::size_t not_removed() const;  ///< sources that should have been
};

/// Asked between two files.
struct BatchWatch {
  std::function<bool()> stop;
  std::function<void(std::size_t done, std::size_t given)> at;
};

/// Files are read ahead, so that a second processor has work; nothing is kept of what was read and not sealed. Two
/// photos are in memory at once, whatever their number.
Batch take_all(Vault& vault, const Intake& intake, const KnownOriginals& known, const Given& given,
               const TakeOptions& options, const BatchWatch& watch);

}  // namespace dokaz
