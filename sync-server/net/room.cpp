// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/net/room.hpp"

#include <algorithm>

#include "sync-server/net/connection.hpp"

namespace dokaz::server {

void Room::enter(Connection& who) {
  ++present_;
  strangers_.push_back(&who);
  if (strangers_.size() <= limits_.strangers) return;
  Connection* first = strangers_.front();
  strangers_.pop_front();
  first->close();
}

bool Room::seat(Connection& who, const Session& as) {
  const auto stranger = std::find(strangers_.begin(), strangers_.end(), &who);
  if (stranger == strangers_.end()) return false;
  strangers_.erase(stranger);
  make_room_for(as);
  if ((seated_.size() + 1) * 2 > limits_.connections) clear_the_quiet();
  seated_.push_back({&who, as.case_id, as.member.key, false, std::chrono::steady_clock::now()});
  return true;
}

void Room::make_room_for(const Session& newcomer) {
  const auto is_same = [&](const Guest& guest) {
    return guest.case_id == newcomer.case_id && guest.member == newcomer.member.key;
  };
  const auto same = static_cast<std::size_t>(std::count_if(seated_.begin(), seated_.end(), is_same));
  if (same >= limits_.per_member) close(std::find_if(seated_.begin(), seated_.end(), is_same));
  if (seated_.size() < limits_.connections) return;
  const auto waiting = std::find_if(seated_.begin(), seated_.end(), [](const Guest& guest) { return guest.waiting; });
  close(waiting == seated_.end() ? seated_.begin() : waiting);
}

void Room::clear_the_quiet() {
  const auto latest = std::chrono::steady_clock::now() - limits_.crowded_idle;
  for (auto guest = seated_.begin(); guest != seated_.end();)
    guest = guest->waiting && guest->heard <= latest ? close(guest) : std::next(guest);
}

void Room::stir(Connection& who, bool waiting) {
  const auto guest =
      std::find_if(seated_.begin(), seated_.end(), [&](const Guest& each) { return each.connection == &who; });
  if (guest == seated_.end()) return;
  guest->waiting = waiting;
  guest->heard = std::chrono::steady_clock::now();
  seated_.splice(seated_.end(), seated_, guest);
}

void Room::leave(Connection& who) {
  --present_;
  strangers_.remove(&who);
  seated_.remove_if([&](const Guest& guest) { return guest.connection == &who; });
}

void Room::close_all() {
  for (Connection* stranger : strangers_) stranger->close();
  for (const Guest& guest : seated_) guest.connection->close();
}

Room::Guests::iterator Room::close(Guests::iterator guest) {
  guest->connection->close();
  return seated_.erase(guest);
}

}  // namespace dokaz::server
