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

/// Seconds: a day, and for a large one as long as 64 KiB a second take.
std::int64_t time_to_bring(std::uint64_t size, const PassLimits& limits) {
  constexpr std::uint64_t slowest = std::uint64_t{64} << 10;
  return std::max(limits.slow.count(), static_cast<std::int64_t>(size / slowest));
}

}  // namespace

Errand* CourierBook::find(const PublicKey& courier) {
  const auto found = errands_.find(courier);
  return found == errands_.end() || found->second.leaving ? nullptr : &found->second;
}

std::optional<CourierBook::Willing> CourierBook::gives_way(const Errand& errand, std::int64_t now) const {
  if (errand.is_done()) return Willing::answered;
  const bool is_given_up = errand.stage == Stage::failed && errand.again == 0;
  if (is_given_up) return Willing::unused;
  if (errand.stage != Stage::open) return std::nullopt;  // what was brought whole stays
  if (errand.brought == 0) return Willing::unused;
  const bool is_slow = now - errand.grown >= limits_.stalled.count() || now - errand.since >= time_to_bring(errand.pass.size, limits_);
  return is_slow ? Willing::stalled : Willing::for_present_key;
}

CourierBook::Earlier CourierBook::earlier_of(const CourierPass& pass, std::int64_t now) const {
  Earlier out;
  std::pair<Willing, std::uint64_t> best;
  for (const auto& [courier, errand] : errands_) {
    if (errand.leaving || errand.signed_by != SignedBy::earlier_key || errand.pass.case_id != pass.case_id) continue;
    // What was only declared takes nothing: it could be anybody's, and as much as they like.
    const std::uint64_t bytes = errand.is_done() ? errand.answer : errand.brought;
    out.bytes_of_case += bytes;
    if (errand.pass.member != pass.member) continue;
    out.bytes_of_member += bytes;
    ++out.passes;
    const auto willing = gives_way(errand, now);
    if (!willing || (out.leaves && best <= std::pair(*willing, errand.shown))) continue;
    best = {*willing, errand.shown};
    out.leaves = courier;
    out.willing = *willing;
    out.leaving_bytes = bytes;
  }
  return out;
}

Result<CourierBook::Admitted> CourierBook::enter(const CourierPass& pass, SignedBy by, std::int64_t now,
                                                 const std::optional<PublicKey>& leaves) {
  if (leaves) errands_.at(*leaves).leaving = true;
  Errand& errand = errands_.emplace(pass.courier, Errand{pass, by}).first->second;
  errand.grown = errand.since = now;
  errand.shown = ++shown_;
  return Admitted{leaves};
}

Result<CourierBook::Admitted> CourierBook::admit(const CourierPass& pass, const CaseRoom& room, SignedBy by,
                                                 std::int64_t now) {
  if (errands_.contains(pass.courier)) return Errc::busy;  // it is leaving
  std::uint64_t bytes_of_case = 0, bytes_of_member = 0;
  std::size_t of_case = 0, of_member = 0, of_all = 0;
  std::optional<PublicKey> answered;
  for (const auto& [courier, errand] : errands_) {
    if (errand.leaving) continue;
    ++of_all;
    if (errand.pass.case_id != pass.case_id) continue;
    ++of_case;
    const bool is_theirs = errand.pass.member == pass.member;
    if (is_theirs) ++of_member;
    if (errand.signed_by == SignedBy::earlier_key) continue;  // which take nothing away from the present keys'
    const bool done = errand.is_done();
    const std::uint64_t bytes = done ? errand.answer : errand.pass.size;
    bytes_of_case += bytes;
    if (!is_theirs) continue;
    bytes_of_member += bytes;
    if (done) answered = courier;
  }
  const bool is_full = of_member >= limits_.of_member || of_case >= limits_.of_case;
  const Earlier earlier = earlier_of(pass, now);
  if (by == SignedBy::earlier_key) {
    const auto fits = [&](std::uint64_t leaving) {
      return pass.size <= room.left && earlier.bytes_of_case - leaving + room.kept_of_case + pass.size <= room.left / 2 &&
             earlier.bytes_of_member - leaving + room.kept_of_member + pass.size <= room.left / 4;
    };
    const bool has_place = earlier.passes < limits_.of_earlier_key && !is_full && of_all < limits_.of_all;
    if (has_place && fits(0)) return enter(pass, by, now, {});
    if (earlier.leaves && earlier.willing != Willing::for_present_key && fits(earlier.leaving_bytes)) return enter(pass, by, now, earlier.leaves);
    return Errc::quota_exceeded;
  }
  // As for objects that are still to come: nobody takes all that is left by declaring sizes.
  if (bytes_of_case > room.left || pass.size > room.left - bytes_of_case || bytes_of_member + pass.size > room.left / 2)
    return Errc::quota_exceeded;
  std::optional<PublicKey> leaves;
  if (is_full) {
    leaves = earlier.leaves ? earlier.leaves : answered;
    if (!leaves) return Errc::quota_exceeded;
  } else if (of_all >= limits_.of_all) {
    leaves = of_the_fullest_case(pass.case_id);
    if (!leaves) return Errc::quota_exceeded;
  }
  return enter(pass, by, now, leaves);
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

Errand& CourierBook::take_up(const CourierPass& pass, std::uint64_t brought, std::uint64_t answer, SignedBy by,
                             std::int64_t now) {
  Errand& errand = errands_.insert_or_assign(pass.courier, Errand{pass, by}).first->second;
  errand.grown = errand.since = now;
  errand.shown = ++shown_;
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

std::vector<CourierPass> CourierBook::that_stay() const {
  std::vector<CourierPass> out;
  for (const auto& [courier, errand] : errands_)
    if (errand.stage == Stage::answered && errand.brought > 0 && !errand.leaving) out.push_back(errand.pass);
  return out;
}

std::vector<PublicKey> CourierBook::clear(std::int64_t now) {
  std::vector<PublicKey> out;
  for (auto& [courier, errand] : errands_) {
    const bool put_off = errand.stage == Stage::failed && errand.again != 0;
    const bool whole = errand.stage == Stage::waiting || errand.stage == Stage::under_way || put_off;
    const bool stays = errand.stage == Stage::answered && errand.brought > 0;
    if (errand.leaving || whole || stays || errand.pass.until.unix_seconds >= now) continue;
    errand.leaving = true;
    out.push_back(courier);
  }
  return out;
}

}  // namespace dokaz::server
