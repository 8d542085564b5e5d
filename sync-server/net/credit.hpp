// SPDX-License-Identifier: GPL-3.0-or-later
// How far clients may send: docs/protocol.md sections 4 and 7. What one upload may have under way is set
// aside for it, so that an upload that has begun can always go on, and all of them together stay within
// one bound. Of the network's thread. Private to the folder.
#pragma once

#include <list>
#include <optional>

#include "proto/transport/asio.hpp"
#include "sync-server/net/listener.hpp"

namespace dokaz::server {

class Credit {
 public:
  /// What is set aside for one upload; given back when it goes.
  class Allowance {
   public:
    Allowance(Credit& of, std::uint64_t aside) : of_(&of), aside_(aside) {}
    Allowance(Allowance&& other) noexcept : of_(std::exchange(other.of_, nullptr)), aside_(other.aside_), open_(other.open_) {}
    Allowance& operator=(Allowance&&) = delete;
    ~Allowance();

    /// Bytes that the client may send beyond what it was told before; 0 while it has plenty. `left`: those of
    /// the object that it was not told of.
    std::uint64_t raise(std::uint64_t left);
    /// So many bytes were read.
    void used(std::uint64_t bytes) { open_ -= bytes; }

   private:
    Credit* of_;
    std::uint64_t aside_;     // of the bound of all
    std::uint64_t open_ = 0;  // told to the client and not yet read; at most aside_
  };

  explicit Credit(const Limits& limits) : limits_(limits) {}
  Credit(const Credit&) = delete;
  Credit& operator=(const Credit&) = delete;

  /// For an upload of `size` bytes at most. Empty while too little is left for one more.
  std::optional<Allowance> open(std::uint64_t size);
  /// Until something was given back, or `timer` ends otherwise.
  asio::awaitable<void> wait(asio::steady_timer& timer, std::chrono::steady_clock::time_point latest);

 private:
  std::uint64_t share() const;
  /// Sets aside `wanted` instead of `before`, or as near to it as the bound allows.
  std::uint64_t change(std::uint64_t before, std::uint64_t wanted);

  const Limits& limits_;
  std::uint64_t aside_ = 0;  // for all uploads
  std::size_t uploads_ = 0;
  std::list<asio::steady_timer*> waiting_;
};

}  // namespace dokaz::server
