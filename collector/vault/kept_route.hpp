// SPDX-License-Identifier: GPL-3.0-or-later
// Which way the server is reached, as the vault keeps it.
#pragma once

#include <optional>
#include <string>

namespace dokaz {

struct KeptRoute {
  std::optional<std::string> proxy;  // "socks5h://…"; nothing: straight
  bool proxy_only = false;           // through the proxy or not at all: this device's own choice
  bool by_case = false;              // the same, because the invitation said so: nothing on the device lifts it

  bool demands_proxy() const { return proxy_only || by_case; }
};

}  // namespace dokaz
