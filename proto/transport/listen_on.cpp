// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/transport/listen_on.hpp"

namespace dokaz {

Status listen_on(Tcp::acceptor& acceptor, const Tcp::endpoint& endpoint) {
  boost::system::error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error == asio::error::address_in_use) return fail(Errc::busy, "port");
  return error ? fail(Errc::io_error, "listen") : Status();
}

}  // namespace dokaz
