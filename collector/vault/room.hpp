// SPDX-License-Identifier: GPL-3.0-or-later
// A vault has two rooms of one form, `room-0` and `room-1`. One is the vault's; the other is empty, and is what a
// duress passphrase opens. Which is which, and whether there is such a passphrase, does not show.
//
//   vault.db       sealed database: schema.hpp
//   outbox/        sealed objects: outbox.hpp
#pragma once

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

/// Makes the room: tables without rows, an empty outbox.
Status make_room(const Path& vault, const RoomKey& key);

/// Takes everything out of the room, and makes it as it was when the vault was made, under a key that nobody
/// has, with the times of that day. Does nothing to a room that is so already; may be repeated after it was cut
/// short. `busy` if another process does it now.
Status clear_room(const Path& vault, unsigned room);

/// The same under a key that is known, whatever the room looks like; waits for another process that does it now.
Status renew_room(const Path& vault, const RoomKey& key);

/// Overwrites the beginnings of the room's database and of what lies beside it, and waits for the disk. Goes on
/// after a failure, and names the first.
Status spoil_room(const Path& vault, unsigned room);

}  // namespace dokaz
