// SPDX-License-Identifier: GPL-3.0-or-later
// Opening a port, and what its failures are called.
#pragma once

#include "crypto/result.hpp"
#include "proto/transport/asio.hpp"

namespace dokaz {

/// Binds and listens; port 0 takes a free one. busy if the port is taken, io_error.
Status listen_on(Tcp::acceptor& acceptor, const Tcp::endpoint& endpoint);

}  // namespace dokaz
