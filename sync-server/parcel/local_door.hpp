// SPDX-License-Identifier: GPL-3.0-or-later
// A parcel brought to a server that runs: a socket in its data folder, for its own user alone. Whoever comes hands
// over an open file; what goes back is what receive_parcel gives.
#pragma once

#include <memory>

#include "sync-server/parcel/receive.hpp"

namespace dokaz::server {

/// The running server's side. One parcel at a time, on a thread of its own.
class LocalDoor {
 public:
  /// Makes the socket `<folder>/door`; one that a killed server left is replaced: hold the folder's lock.
  /// Whoever comes waits until start. `custody` must outlive it, and is called from its thread. io_error.
  static Result<LocalDoor> open(const Path& folder, Custody& custody);
  /// Once.
  void start();
  /// Ends a parcel that is under way (the other side is told `interrupted`), and removes the socket.
  ~LocalDoor();
  LocalDoor(LocalDoor&&) noexcept;
  LocalDoor& operator=(LocalDoor&&) noexcept;

 private:
  struct Impl;
  explicit LocalDoor(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The other side. not_found if no server has a door there; connection_lost; the failures of receive_parcel.
Result<ReceivedParcel> bring_to_door(const Path& folder, const File& parcel);

}  // namespace dokaz::server
