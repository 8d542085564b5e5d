// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/daemon/witnesses.hpp"

namespace dokaz::server {
namespace {

constexpr Pause first_look{10'000};

}  // namespace

Result<std::unique_ptr<Cosigner>> start_witnesses(const Order& order, Custody& custody, Cosigner::EventSink events) {
  if (custody.policy().places.empty()) return std::unique_ptr<Cosigner>();
  WitnessedLog log{
      [&custody] { return custody.checkpoint(); },
      [&custody](std::uint64_t older, std::uint64_t newer) { return custody.prove_between(older, newer); },
      [&custody](const Note& note) { return custody.vouch(note); },
      [&custody](std::size_t witnesses) { custody.doubt(witnesses); },
      [&custody, events](const std::vector<std::string>& who) {
        if (!custody.stop_writes(who))
          events("what the witnesses say could not be written down; the next start asks them again");
      },
  };
  WitnessSettings settings;
  settings.pauses.interval = Pause{1'000} * order.witness_interval;
  settings.http.more_authorities = order.outward_authorities;
  settings.http.proxy = order.outward_proxy;
  DOKAZ_LET(cosigner, Cosigner::start(custody.policy(), std::move(log), std::move(settings), console::now, std::move(events)));
  cosigner->wait_until_known(first_look);
  return cosigner;
}

console::Advice advice_for_witnesses(Errc code) {
  const std::string safe = "Everything in the server's folder is as before; nothing was asked of a witness.";
  if (code == Errc::usage)
    return {safe, "In the file `policy`, write a witness's address as https://HOST/PREFIX, or http:// to this machine."};
  return {safe, "Check the file `policy` in the server's folder: format.md, section 8."};
}

}  // namespace dokaz::server
