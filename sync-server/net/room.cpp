// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/net/room.hpp"

#include <algorithm>

#include "sync-server/net/connection.hpp"
#include "sync-server/net/crowd.hpp"

namespace dokaz::server {

void Room::enter(Connection& who, Prefix from) {
  // All that needs memory comes first.
  const auto network = from == 0 ? from_.end() : from_.try_emplace(from, 0).first;
  strangers_.push_back({&who, from});
  ++present_;
  ++accepted_;
  const bool too_many = network != from_.end() && ++network->second > limits_.per_prefix;
  const auto network_of = [](const Stranger& each) { return each.from; };
  if (too_many || (from != 0 && count_from(strangers_, from, network_of) > limits_.strangers_per_prefix))
    close(first_from(from));
  if (strangers_.size() > limits_.strangers) close(first_of_the_crowd(strangers_, network_of));
  count();
}

Room::Strangers::iterator Room::first_from(Prefix from) {
  return std::find_if(strangers_.begin(), strangers_.end(), [&](const Stranger& each) { return each.from == from; });
}

void Room::close(Strangers::iterator stranger) {
  Connection* connection = stranger->connection;
  strangers_.erase(stranger);
  ++pushed_out_;
  connection->close();
}

bool Room::seat(Connection& who, const Seat& as) {
  const auto stranger = std::find_if(strangers_.begin(), strangers_.end(),
                                     [&](const Stranger& each) { return each.connection == &who; });
  if (stranger == strangers_.end()) return false;
  // All that needs memory comes first.
  Guests guest{{&who, as, false, std::chrono::steady_clock::now()}};
  const auto of_member = of_member_.try_emplace(as, 0).first;
  places_.emplace(&who, guest.begin());
  ++of_member->second;
  strangers_.erase(stranger);
  make_room_for(as);
  if ((seated_.size() + 1) * 2 > limits_.connections) clear_the_quiet();
  seated_.splice(seated_.end(), guest);
  if (as.of_courier) ++of_couriers_;
  ++let_in_;
  count();
  return true;
}

void Room::make_room_for(const Seat& newcomer) {
  const auto is_same = [&](const Guest& guest) { return guest.seat == newcomer; };
  const auto same = of_member_.find(newcomer);
  if (same != of_member_.end() && same->second > limits_.per_member)  // the newcomer is counted
    close(std::find_if(seated_.begin(), seated_.end(), is_same));
  if (seated_.size() < limits_.connections) return;
  const auto waiting = std::find_if(seated_.begin(), seated_.end(), [](const Guest& guest) { return guest.waiting; });
  close(waiting == seated_.end() ? seated_.begin() : waiting);
}

void Room::clear_the_quiet() {
  const auto latest = std::chrono::steady_clock::now() - limits_.crowded_idle;
  for (auto guest = seated_.begin(); guest != seated_.end() && guest->heard <= latest;)
    guest = guest->waiting ? close(guest) : std::next(guest);
}

void Room::stir(Connection& who, bool waiting) {
  const auto place = places_.find(&who);
  if (place == places_.end()) return;
  const auto guest = place->second;
  guest->waiting = waiting;
  guest->heard = std::chrono::steady_clock::now();
  seated_.splice(seated_.end(), seated_, guest);
}

void Room::leave(Connection& who, Prefix from) {
  --present_;
  if (const auto network = from_.find(from); network != from_.end() && (network->second == 0 || --network->second == 0))
    from_.erase(network);
  if (const auto place = places_.find(&who); place != places_.end()) {
    const auto guest = place->second;
    forget(guest);
    seated_.erase(guest);
  }
  strangers_.remove_if([&](const Stranger& each) { return each.connection == &who; });
  count();
}

void Room::count() {
  members_ = seated_.size() - of_couriers_;
  couriers_ = of_couriers_;
  waiting_ = strangers_.size();
}

ConnectionCounts Room::counts() const {
  return {members_, couriers_, waiting_, accepted_, let_in_, refused_, pushed_out_};
}

void Room::close_all() {
  for (const Stranger& stranger : strangers_) stranger.connection->close();
  for (const Guest& guest : seated_) guest.connection->close();
}

Room::Guests::iterator Room::close(Guests::iterator guest) {
  guest->connection->close();
  ++pushed_out_;
  forget(guest);
  return seated_.erase(guest);
}

void Room::forget(Guests::iterator guest) {
  places_.erase(guest->connection);
  if (guest->seat.of_courier) --of_couriers_;
  const auto member = of_member_.find(guest->seat);
  if (--member->second == 0) of_member_.erase(member);
}

}  // namespace dokaz::server
