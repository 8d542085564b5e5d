// SPDX-License-Identifier: GPL-3.0-or-later
// Who has which place at the door, and who gives theirs up to a newcomer: docs/protocol.md section 7.
// Of the network's thread. Private to the folder.
#pragma once

#include <atomic>
#include <list>
#include <map>
#include <unordered_map>

#include "sync-server/net/listener.hpp"
#include "sync-server/net/prefix.hpp"

namespace dokaz::server {

class Connection;

/// Whose place it is.
struct Seat {
  Fingerprint case_id;
  PublicKey member;         // a courier sits for whoever signed the pass, however many keys that one hands out …
  bool of_courier = false;  // … and takes no place of the member's own
  friend auto operator<=>(const Seat&, const Seat&) = default;
};

class Room {
 public:
  explicit Room(const Limits& limits) : limits_(limits) {}

  /// Not let in yet. Of too many such, the one that came first from the network that has the most of them is closed; of
  /// too many from one network, let in or not, the one of those that came first and is not let in yet: `who` itself if
  /// all others are. Where memory is short it throws, and `who` did not enter.
  void enter(Connection& who, Prefix from);
  /// Let in. Closed are: of too many connections of one member, or of one member's couriers, and of too many in all, those that have been
  /// quiet longest; in a crowd, all that have been quiet for the crowd's idle time. False: `who` was closed
  /// itself meanwhile. Where memory is short it throws, and nothing has changed.
  bool seat(Connection& who, const Seat& as);
  /// Between two frames from now on.
  void waits(Connection& who) { stir(who, true); }
  /// A frame has begun, or an answer is on its way.
  void works(Connection& who) { stir(who, false); }
  void leave(Connection& who, Prefix from);
  void close_all();
  /// One more who said Hello and was not let in.
  void refuse() { ++refused_; }
  /// Any thread.
  ConnectionCounts counts() const;

  /// No further connection is taken: of those that were closed, as many have not ended yet as there may be
  /// strangers.
  bool is_full() const { return present_ - strangers_.size() - seated_.size() >= limits_.strangers; }
  /// For how long a member may be quiet now.
  std::chrono::milliseconds idle() const { return is_crowded() ? limits_.crowded_idle : limits_.idle; }

 private:
  struct Guest {
    Connection* connection;
    Seat seat;
    bool waiting;
    std::chrono::steady_clock::time_point heard;
  };
  using Guests = std::list<Guest>;
  struct Stranger {
    Connection* connection;
    Prefix from;
  };
  using Strangers = std::list<Stranger>;

  bool is_crowded() const { return seated_.size() * 2 > limits_.connections; }
  void stir(Connection& who, bool waiting);
  void make_room_for(const Seat& newcomer);
  void forget(Guests::iterator guest);
  void clear_the_quiet();
  Guests::iterator close(Guests::iterator guest);
  void close(Strangers::iterator stranger);
  void count();
  Strangers::iterator first_from(Prefix from);

  const Limits& limits_;
  std::size_t present_ = 0;
  Strangers strangers_;  // in the order they came
  Guests seated_;                  // the one that has been quiet longest first
  std::unordered_map<const Connection*, Guests::iterator> places_;  // in seated_
  std::map<Seat, std::size_t> of_member_;     // how many are seated of each
  std::map<Prefix, std::size_t> from_;        // how many are present from each network
  std::size_t of_couriers_ = 0;               // of those seated
  // For counts(): what the network's thread has last seen.
  std::atomic<std::uint64_t> members_{0}, couriers_{0}, waiting_{0}, accepted_{0}, let_in_{0}, refused_{0},
      pushed_out_{0};
};

}  // namespace dokaz::server
