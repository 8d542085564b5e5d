// SPDX-License-Identifier: GPL-3.0-or-later
// Who goes where too many are waiting: somebody of the network that the most of them come from, so that a flood pushes
// out itself. Needs no memory.
#pragma once

#include <algorithm>

#include "sync-server/net/prefix.hpp"

namespace dokaz::server {

/// How many of them `network_of` says to be from there.
template <class Waiting, class NetworkOf>
std::size_t count_from(const Waiting& waiting, Prefix network, const NetworkOf& network_of) {
  return static_cast<std::size_t>(
      std::count_if(waiting.begin(), waiting.end(), [&](const auto& each) { return network_of(each) == network; }));
}

/// The first of the network that has the most; of several such networks, of the one that has the first. The end of
/// nobody. Squared in their number: for some hundreds.
template <class Waiting, class NetworkOf>
auto first_of_the_crowd(Waiting& waiting, const NetworkOf& network_of) {
  auto out = waiting.end();
  std::size_t most = 0;
  for (auto each = waiting.begin(); each != waiting.end(); ++each)
    if (const std::size_t here = count_from(waiting, network_of(*each), network_of); here > most) {
      most = here;
      out = each;
    }
  return out;
}

}  // namespace dokaz::server
