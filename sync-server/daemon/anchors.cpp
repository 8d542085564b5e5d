// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/daemon/anchors.hpp"

namespace dokaz::server {

Result<std::unique_ptr<Anchoring>> start_anchoring(const Order& order, std::vector<Authority> authorities,
                                                   Custody& custody, Anchoring::Note note) {
  HttpSettings http;
  http.more_authorities = order.outward_authorities;
  http.proxy = order.outward_proxy;
  return Anchoring::start(
      order.data / "log", std::move(authorities), [&custody] { return custody.vouched(); },
      [&custody](const std::function<Status()>& write) { return custody.keep_beside(write); }, console::now,
      std::move(note), std::move(http));
}

console::Advice advice_for_authorities(Errc code) {
  const std::string safe = "Everything in the server's folder is as before.";
  if (code == Errc::malformed || code == Errc::unsupported_version || code == Errc::usage)
    return {safe, "Correct the file authorities in the server's folder: one line for each time-stamp authority."};
  if (code == Errc::bad_anchor || code == Errc::not_found)
    return {safe, "Put the authority's root certificate, as PEM, where the file authorities names it."};
  return advice_for_store(code);
}

}  // namespace dokaz::server
