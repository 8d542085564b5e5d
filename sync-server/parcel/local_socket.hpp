// SPDX-License-Identifier: GPL-3.0-or-later
// A Unix socket by its folder, and an open file handed through it. Private to the folder.
#pragma once

#include "crypto/files.hpp"

namespace dokaz::server::local_socket {

/// Bound at `<folder>/door`, mode 0600, and listening.
Result<File> listen(const Path& folder);
/// not_found if nobody listens.
Result<File> connect(const Path& folder);
/// Whether the other end is a process of this user.
bool is_own_user(const File& socket);
/// Nobody waits longer than this for the other end: seconds.
Status set_deadline(const File& socket, int seconds);

/// One byte, and with it a descriptor.
Status send_file(const File& socket, const File& file);
/// malformed unless exactly one descriptor comes with it, not_regular_file; connection_lost. What else comes is closed.
Result<File> receive_file(const File& socket);

/// connection_lost
Status send_all(const File& socket, ByteView bytes);
Status receive_all(const File& socket, std::span<Byte> into);

}  // namespace dokaz::server::local_socket
