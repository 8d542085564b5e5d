// SPDX-License-Identifier: GPL-3.0-or-later
// The server's door: takes connections, lets members in and carries their requests to Custody.
// docs/protocol.md. The network runs on the thread that calls run; Custody is called on a pool of
// others, so that waiting for the disk does not hold up the rest.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "sync-server/net/connection_counts.hpp"
#include "sync-server/store/custody.hpp"

namespace dokaz::server {

class Couriers;

/// docs/protocol.md section 7.
struct Limits {
  std::size_t connections = 8192;                    // of members, at a time; fewer if descriptors are few
  std::size_t per_member = 4;                        // of those
  std::size_t store_threads = 64;                    // that wait for the disk
  std::size_t strangers = 64;                        // not let in yet, beside those
  std::size_t strangers_per_prefix = 8;              // of those, from one network
  std::size_t per_prefix = 512;                      // of all, from one /24 of IPv4 or /48 of IPv6
  std::uint64_t credit = 8 << 20;                    // bytes that a client may send ahead of what is read
  std::uint64_t least_credit = 256 << 10;            // the same, when there are many uploads
  std::uint64_t credit_of_all = 512 << 20;           // of all uploads together
  std::chrono::milliseconds credit_wait{20'000};     // of an Offer, when that is used up
  std::chrono::milliseconds handshake{5'000};        // TLS
  std::chrono::milliseconds hello{5'000};            // after that
  std::chrono::milliseconds frame{30'000};           // from its first byte, and a second for each 8 KiB
  std::chrono::milliseconds idle{600'000};           // between two frames
  std::chrono::milliseconds crowded_idle{30'000};    // instead, when over half the members' places are taken
  std::chrono::milliseconds refusal{250};            // from Hello to the answer of one that is not let in
  std::chrono::milliseconds farewell{2'000};         // for the peer to take what was sent last
  std::chrono::milliseconds event_every{60'000};     // of one kind that strangers cause; the others are counted
};

class Listener {
 public:
  /// `address` is "host:port", IPv6 in brackets; port 0 takes a free one. usage for another form, malformed
  /// for a certificate or key that cannot be used, busy if the port is taken, io_error; too_large if the
  /// system has not descriptors enough for a `connections` that differs from the default.
  /// `custody` must outlive the listener.
  static Result<Listener> open(std::string_view address, ByteView certificate, const SecretBytes& key,
                               Custody& custody, Limits limits = {}, EventSink events = {});
  ~Listener();
  Listener(Listener&&) noexcept;
  Listener& operator=(Listener&&) noexcept;

  /// The port that is really listened on.
  std::uint16_t port() const;
  /// Lets couriers in, too. Before run; `couriers` must outlive the listener.
  void let_in(Couriers& couriers);
  /// Serves until stop. What Custody had begun is finished; every connection is closed. Call once.
  Status run();
  /// From any thread.
  ConnectionCounts counts() const;
  /// From any thread and from a signal handler; also before run.
  void stop();

 private:
  struct Impl;
  explicit Listener(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace dokaz::server
