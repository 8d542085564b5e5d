// SPDX-License-Identifier: GPL-3.0-or-later
// What a panic leaves for the legal team, where its owner wants that: parcels of random names with everything that
// the server has not stored. Only the server can open them, and only the case's recipients what is in them.
#pragma once

#include "collector/parcel/pack.hpp"

namespace dokaz {

/// What every stick's file system takes (FAT32).
inline constexpr std::uint64_t largest_file_of_sticks = (std::uint64_t{4} << 30) - 1;

struct KeptSealed {
  std::vector<Path> parcels;  // parts where one is in parts; after a failure also those with the statements alone
  std::size_t items_kept = 0;
  std::size_t items_lost = 0;  // of which a sealed object was gone before
  /// Why the sealed objects are in no parcel: then they stay in the vault's outbox, which must not be removed.
  std::optional<Error> failure;
};

/// In this order: the statements, in a parcel of their own; the vault's keys are destroyed; the objects, with their
/// statements again; the first parcel goes. So a run that is cut before the second step changed nothing, and one
/// that is cut later leaves the statements in `into` and the sealed objects in the outbox, or all of it in `into`.
/// Fails before the second step only, and nothing is changed then: `no_space` where `into` has no room
/// for all of it, `io_error`, the failures of destroy_keys. No file is larger than `volume_size`: a parcel
/// with a larger object is in parts.
Result<KeptSealed> keep_sealed(Vault& vault, const Path& folder, const Path& into,
                               const std::function<void(std::uint64_t done, std::uint64_t total)>& progress,
                               std::uint64_t volume_size = largest_file_of_sticks);

}  // namespace dokaz
