// SPDX-License-Identifier: GPL-3.0-or-later
// OpenSSL's door to a socket, without SIGPIPE and without a stale descriptor. Private to the folder.
#pragma once

#include "proto/transport/openssl_types.hpp"

namespace dokaz::tls {

/// Reads and writes `*descriptor`, which must outlive it; -1 there makes every call fail.
Bio make_socket_bio(const int* descriptor);

}  // namespace dokaz::tls
