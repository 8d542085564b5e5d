// SPDX-License-Identifier: GPL-3.0-or-later
// A vault has two rooms of one form, `room-0` and `room-1`. One is the vault's; the other is empty, and is what a
// duress passphrase opens. Which is which, and whether there is such a passphrase, does not show.
//
//   vault.db       sealed database: schema.hpp
//   outbox/        sealed objects: outbox.hpp
#pragma once

#include <functional>

#include "crypto/files.hpp"
#include "crypto/sealed_db.hpp"

namespace dokaz {

/// What opens a room, and which one.
struct RoomKey {
  Secret<32> key;
  unsigned room = 0;  // 0 or 1

  RoomKey copy() const;
};

inline unsigned other_room(unsigned room) { return 1 - room; }

Path room_folder(const Path& vault, unsigned room);

/// What an open room knows of the other one: under which key it is, or is to be made again, and how large its
/// database is as long as nothing was put into it.
struct OtherRoom {
  RoomKey key;
  std::uintmax_t new_size = 0;  // bytes
};
/// The failures of Database.
Result<OtherRoom> read_other_room(const Path& vault, const RoomKey& open);

/// Makes the room: an empty outbox, tables without rows but that of the other room, which has this key.
Status make_room(const Path& vault, const RoomKey& key, const Secret<32>& other);

/// Whether the room is as it was when the vault was made, as far as names and sizes tell.
bool looks_new(const Path& vault, const OtherRoom& room);

/// Takes everything out of the room, and makes it as it was when the vault was made, with the times of that day.
/// Does nothing to a room that looks new; may be repeated after it was cut. Removes first, so that a full disk
/// does not hinder it. `busy` if another process does it now; `not_joined` where a panic has removed the vault.
/// `breath` is called after every few files that are gone.
Status clear_room(const Path& vault, const OtherRoom& room, const std::function<void()>& breath = [] {});

/// The same, but waits for another process, and sees that the room opens by its key.
Status renew_room(const Path& vault, const OtherRoom& room);

/// Overwrites the beginnings of the room's database and of what lies beside it, and waits for the disk. Goes on
/// after a failure, and names the first.
Status spoil_room(const Path& vault, unsigned room);

}  // namespace dokaz
