// SPDX-License-Identifier: GPL-3.0-or-later
// Packing what waits in a vault into parcels for the server, to be carried by hand: format.md section 17.
// Nothing in the vault changes but the keys that open the answers.
#pragma once

#include <functional>
#include <map>

#include "collector/vault/vault.hpp"

namespace dokaz {

/// statements: those that are not logged, and no object. It is read off the database alone, so at once.
enum class PackContents { all, statements };

struct PackOrder {
  Path parcel;                              // where there are volumes, ".1", ".2" … is put behind it
  /// Most bytes of one file; of a multiple of 4 GiB one less, which is the most that FAT32 takes.
  std::optional<std::uint64_t> volume_size;
  /// Where couriers' files go, named as the parcels are; nothing: no courier.
  std::optional<Path> courier;
  ClaimedTime pass_until;  // of the passes
  PackContents contents = PackContents::all;
  std::uint64_t first_statement = 0;  // those before it are in parcels already
  /// Also what the server has stored by receipts that were not confirmed: where nobody can ask again.
  bool unconfirmed_too = false;
};

struct PackedVolume {
  Path parcel;
  /// Where one object is larger than a volume: its parcel in parts, in their order, instead of the one file.
  std::vector<Path> parts;
  std::optional<Path> courier;
  std::uint64_t size = 0;  // bytes
  std::size_t statements = 0, objects = 0;
};

struct PackReport {
  std::vector<PackedVolume> volumes;
  /// Items that lost a sealed object on this device, as in a sync: the others are packed.
  std::map<std::uint64_t, Errc> lost;
  /// Items with an object that would need too many parts of this size, or that no parcel can hold.
  std::vector<std::uint64_t> too_large;
  /// Statements that no longer fit into parcels of any order: pack again when the answer is there.
  std::size_t left = 0;
  std::uint64_t first_left = 0;  // number of the first of these
};

/// Every volume is written whole, under hidden names first; of one in parts all have their names, or none. `not_found`
/// if nothing waits; `already_exists`; `usage` for a volume that has not even room for the statements, or would need more
/// than 400 parts; `no_space`, `io_error`: volumes that were written before stay, and are named in no report.
Result<PackReport> pack(Vault& vault, const PackOrder& order,
                        const std::function<Status(std::uint64_t done, std::uint64_t total)>& progress);

}  // namespace dokaz
