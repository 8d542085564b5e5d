// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/format/network_line.hpp"

namespace dokaz {
namespace {

constexpr std::string_view tor_only = "tor-only";

}  // namespace

Result<Network> read_network(LineReader& lines) {
  if (!lines.next_is("network")) return Network::any;
  DOKAZ_LET(text, lines.value("network"));
  if (text != tor_only) return fail(Errc::malformed, "network");
  return Network::tor_only;
}

std::string write_network(Network network) {
  return network == Network::tor_only ? "\nnetwork " + std::string(tor_only) : std::string();
}

}  // namespace dokaz
