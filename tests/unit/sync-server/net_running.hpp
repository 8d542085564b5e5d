// SPDX-License-Identifier: GPL-3.0-or-later
// A whole server on loopback: custody in a folder that vanishes, and its listener on a thread.
#pragma once

#include <mutex>

#include "proto/transport/client.hpp"
#include "sync-server/net/listener.hpp"
#include "sync-server/parcel/couriers.hpp"
#include "tests/unit/proto/transport_peers.hpp"
#include "tests/unit/sync-server/scene.hpp"

namespace dokaz::server::test {

using namespace std::chrono_literals;

inline Limits patient() {
  Limits limits;
  limits.refusal = 0ms;
  limits.event_every = 0ms;
  return limits;
}

class Running {
 public:
  explicit Running(Limits limits = patient())
      : custody(start(folder / "data", people)),
        listener_(Listener::open("127.0.0.1:0", custody.tls_certificate(), custody.tls_key(), custody, limits,
                                 [this](std::string_view event) { note(event); })
                      .value()) {
    listener_.let_in(couriers);
    thread_ = std::thread([this] { ended = listener_.run().has_value(); });
  }
  ~Running() { stop(); }

  void stop() {
    listener_.stop();
    if (thread_.joinable()) thread_.join();
  }
  ServerAddress address() const { return {"127.0.0.1", listener_.port()}; }
  TlsPin pin() const { return custody.card().pin; }
  Result<Client> connect(const SigningKey& member, std::optional<AdmissionNotes> notes = std::nullopt,
                         std::uint64_t seen = 0, Deadlines deadlines = {}) const {
    return Client::connect(address(), pin(), {people.case_id(), &member, std::move(notes)}, seen, deadlines);
  }
  peers::RawClient raw() const { return peers::RawClient(address(), pin()); }
  std::vector<std::string> events() {
    const std::lock_guard lock(mutex_);
    return events_;
  }

  TempFolder folder;
  People people;
  Custody custody;  // of the store's thread while the listener runs; its card never changes
  Couriers couriers = Couriers::open(folder / "data", custody, clock_at(noon)).value();
  bool ended = false;
  ConnectionCounts counts() const { return listener_.counts(); }

 private:
  void note(std::string_view event) {
    const std::lock_guard lock(mutex_);
    events_.emplace_back(event);
  }

  std::mutex mutex_;
  std::vector<std::string> events_;
  Listener listener_;
  std::thread thread_;
};

}  // namespace dokaz::server::test
