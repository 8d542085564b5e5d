// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/parcel/courier_book.hpp"

#include <algorithm>

namespace dokaz::server {
namespace {

using Stage = Errand::Stage;

/// What nobody loses by: it was answered, or nothing of it is here.
bool is_idle(const Errand& errand) {
  return errand.is_done() || (errand.stage == Stage::open && errand.brought == 0);
}

}  // namespace

Errand* CourierBook::find(const PublicKey& courier) {
  const auto found = errands_.find(courier);
  return found == errands_.end() || found->second.leaving ? nullptr : &found->second;
}

Result<CourierBook::Admitted> CourierBook::admit(const CourierPass& pass, std::uint64_t room, SignedBy by) {
  if (errands_.contains(pass.courier)) return Errc::busy;  // it is leaving
  std::uint64_t bytes_of_case = 0, bytes_of_member = 0;
  std::size_t of_case = 0, of_member = 0, of_all = 0, by_earlier = 0;
  std::optional<PublicKey> answered, earlier;
  for (const auto& [courier, errand] : errands_) {
    if (errand.leaving) continue;
    ++of_all;
    if (errand.pass.case_id != pass.case_id) continue;
    ++of_case;
    const bool done = errand.is_done();
    const std::uint64_t bytes = done ? errand.answer : errand.pass.size;
    bytes_of_case += bytes;
    if (errand.pass.member != pass.member) continue;
    ++of_member;
    if (errand.signed_by == SignedBy::earlier_key) {
      ++by_earlier;
      if (done || errand.stage == Stage::open) earlier = courier;  // what was brought whole stays
    }
    bytes_of_member += bytes;
    if (done) answered = courier;
  }
  const bool is_earlier = by == SignedBy::earlier_key;
  if (is_earlier && by_earlier >= limits_.of_earlier_key) return Errc::quota_exceeded;
  // As for objects that are still to come: nobody takes all that is left by declaring sizes.
  if (bytes_of_case > room || pass.size > room - bytes_of_case || bytes_of_member + pass.size > room / 2)
    return Errc::quota_exceeded;
  Admitted out;
  if (of_member >= limits_.of_member || of_case >= limits_.of_case) {
    if (earlier) answered = earlier;
    if (!answered || is_earlier) return Errc::quota_exceeded;
    out.leaves = answered;
  } else if (of_all >= limits_.of_all && is_earlier) {
    return Errc::quota_exceeded;
  } else if (of_all >= limits_.of_all) {
    out.leaves = of_the_fullest_case(pass.case_id);
    if (!out.leaves) return Errc::quota_exceeded;
  }
  if (out.leaves) errands_.at(*out.leaves).leaving = true;
  errands_.emplace(pass.courier, Errand{pass, by});
  return out;
}

std::optional<PublicKey> CourierBook::of_the_fullest_case(const Fingerprint& newcomer) const {
  std::map<Fingerprint, std::size_t> count;
  for (const auto& [courier, errand] : errands_)
    if (!errand.leaving) ++count[errand.pass.case_id];
  std::size_t most = count[newcomer] + 1;
  std::optional<PublicKey> out;
  for (const auto& [courier, errand] : errands_) {
    const std::size_t here = count[errand.pass.case_id];
    if (errand.leaving || here <= most || !is_idle(errand)) continue;
    most = here;
    out = courier;
  }
  return out;
}

Errand& CourierBook::take_up(const CourierPass& pass, std::uint64_t brought, std::uint64_t answer) {
  Errand& errand = errands_.insert_or_assign(pass.courier, Errand{pass}).first->second;
  errand.brought = brought;
  errand.answer = answer;
  if (answer > 0) errand.stage = Stage::answered;
  else if (brought >= pass.size) wait(errand);
  return errand;
}

void CourierBook::wait(Errand& errand) {
  errand.stage = Stage::waiting;
  errand.turn = ++turns_;
}

std::optional<PublicKey> CourierBook::next() {
  std::pair<const PublicKey, Errand>* first = nullptr;
  for (auto& each : errands_)
    if (each.second.stage == Stage::waiting && (first == nullptr || each.second.turn < first->second.turn)) first = &each;
  if (first == nullptr) return std::nullopt;
  first->second.stage = Stage::under_way;
  return first->first;
}

void CourierBook::put_off(Errand& errand, Errc failure, std::int64_t now) {
  constexpr unsigned most_doublings = 10;
  errand.stage = Stage::failed;
  errand.failure = failure;
  errand.again = now + std::min(longest_pause, first_pause << std::min(errand.tries++, most_doublings));
}

void CourierBook::give_up(Errand& errand, Errc failure) {
  errand.stage = Stage::failed;
  errand.failure = failure;
  errand.brought = 0;
  errand.again = 0;
}

void CourierBook::wake(std::int64_t now) {
  for (auto& [courier, errand] : errands_)
    if (errand.stage == Stage::failed && !errand.leaving && errand.again != 0 && errand.again <= now) wait(errand);
}

std::vector<PublicKey> CourierBook::clear(std::int64_t now) {
  std::vector<PublicKey> out;
  for (auto& [courier, errand] : errands_) {
    const bool put_off = errand.stage == Stage::failed && errand.again != 0;
    const bool whole = errand.stage == Stage::waiting || errand.stage == Stage::under_way || put_off;
    if (errand.leaving || whole || errand.pass.until.unix_seconds >= now) continue;
    errand.leaving = true;
    out.push_back(courier);
  }
  return out;
}

}  // namespace dokaz::server
