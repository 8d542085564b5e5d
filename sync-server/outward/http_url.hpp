// SPDX-License-Identifier: GPL-3.0-or-later
// What of an address decides whether it may be asked. Private to the folder.
#pragma once

#include "sync-server/outward/http_client.hpp"

namespace dokaz::server {

struct HttpUrl {
  bool is_loopback = false;  // localhost, 127.0.0.0/8 or ::1
};

/// As check_url, and what was found.
Result<HttpUrl> read_url(std::string_view url, PlainHttp plain);

}  // namespace dokaz::server
