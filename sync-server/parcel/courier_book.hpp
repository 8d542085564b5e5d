// SPDX-License-Identifier: GPL-3.0-or-later
// Which passes a server has in use, how far each has come, and whose turn it is: docs/protocol.md section 3. A value
// without files, clocks or locks. Private to the folder.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "proto/format/courier.hpp"

namespace dokaz::server {

/// Bounds on passes in use. Bytes are bounded by the case's quota.
struct PassLimits {
  std::size_t of_member = 16;
  std::size_t of_case = 256;
  std::size_t of_all = 4096;
  std::size_t of_earlier_key = 2;  // of one member, signed by keys that others followed: a thief may hold such a key
  std::chrono::seconds stalled{3600};  // after which one of these that did not grow gives way
  std::chrono::seconds slow{86'400};   // after which one that is not whole does, however it grew; longer for a large one
  /// Nothing is removed for being over in the first minutes of a run: a clock that is wrong at the start is set by then.
  std::chrono::seconds settling{600};
};
/// A pass ends at the latest so long after it is shown: what a courier left behind is not kept for ever. Seconds; a
/// year, and two days for clocks that differ.
inline constexpr std::int64_t first_pause = 60, longest_pause = 6 * 3600;  // of a parcel that could not be taken in
inline constexpr std::int64_t longest_pass = std::int64_t{368} * 86'400;

/// Whose key a pass was signed by when it was shown.
enum class SignedBy { present_key, earlier_key };

/// One pass that is in use.
struct Errand {
  enum class Stage {
    open,       // being brought, or to be brought
    waiting,    // whole, to be taken in
    under_way,  // being taken in
    answered,
    failed,     // refused as a whole: `failure`; tried again by itself when `again` has come, unless that is 0
  };
  explicit Errand(CourierPass of, SignedBy by = SignedBy::present_key) : pass(std::move(of)), signed_by(by) {}

  CourierPass pass;
  SignedBy signed_by;
  Stage stage = Stage::open;
  std::uint64_t brought = 0;  // bytes of the parcel that are there; also of an answered one that stays
  std::uint64_t answer = 0;   // bytes
  Errc failure = Errc::internal;
  std::int64_t grown = 0;     // when it was shown, or something of it was brought; seconds since 1970 UTC
  std::int64_t since = 0;     // when it was shown
  std::uint64_t shown = 0;    // among all: the lowest was shown first
  unsigned tries = 0;
  std::int64_t again = 0;     // seconds since 1970 UTC
  std::uint64_t turn = 0;     // among those that wait: the lowest first
  bool leaving = false;       // its files are being removed; it counts no more
  /// Held around every use of its files. Taken before the lock that guards the book, never the other way round.
  std::shared_ptr<std::mutex> files = std::make_shared<std::mutex>();

  bool is_taken() const { return stage != Stage::open; }
  /// Answered, and nothing but the answer is here.
  bool is_done() const { return stage == Stage::answered && brought == 0; }
};

/// What is left of a case's quota, in bytes, and what its parcels that stay take beside it.
struct CaseRoom {
  CaseRoom(std::uint64_t of_quota, std::uint64_t stays_of_case = 0, std::uint64_t stays_of_member = 0)
      : left(of_quota), kept_of_case(stays_of_case), kept_of_member(stays_of_member) {}
  std::uint64_t left = 0;
  std::uint64_t kept_of_case = 0;
  std::uint64_t kept_of_member = 0;  // who signed the pass
};

class CourierBook {
 public:
  explicit CourierBook(PassLimits limits = {}) : limits_(limits) {}

  /// Null for one that is not in use, or is leaving.
  Errand* find(const PublicKey& courier);

  /// Also of one that is leaving; null for one that is gone.
  std::shared_ptr<std::mutex> files_of(const PublicKey& courier) const {
    const auto found = errands_.find(courier);
    return found == errands_.end() ? nullptr : found->second.files;
  }

  struct Admitted {
    std::optional<PublicKey> leaves;  // whose files are to be removed
  };
  /// quota_exceeded where the case or the member has too much under way, or too many passes are in use. Of a member's
  /// many an answered one leaves; of all, one of the case that has the most, if that is more than the newcomer's would
  /// have: an answered one, or one for which nothing was brought. One that an earlier key signed makes none leave but
  /// one of its member's own kind for which nothing was brought, or nothing for long, or that was answered; and leaves
  /// before any other of its member's. Such ones have room of their own, with the parcels that stay.
  Result<Admitted> admit(const CourierPass& pass, const CaseRoom& room, SignedBy by = SignedBy::present_key,
                         std::int64_t now = 0);
  /// One that an earlier run had; its stage follows from the sizes.
  Errand& take_up(const CourierPass& pass, std::uint64_t brought, std::uint64_t answer,
                  SignedBy by = SignedBy::present_key, std::int64_t now = 0);

  /// It is whole: at the end of those that wait.
  void wait(Errand& errand);
  /// The one that has waited longest, which is under way from now on.
  std::optional<PublicKey> next();
  /// It could not be taken in for now: later and later, so that nobody has the whole server try for ever.
  void put_off(Errand& errand, Errc failure, std::int64_t now);
  /// It never can be.
  static void give_up(Errand& errand, Errc failure);
  /// Those that were put off until now wait again.
  void wake(std::int64_t now);

  /// Those whose time is over leave. What was brought whole in time is taken in first, however late; and a parcel that
  /// has to stay leaves with no pass.
  std::vector<PublicKey> clear(std::int64_t now);
  /// Answered, and the parcel is still here: it has to be moved to those that stay.
  std::vector<CourierPass> that_stay() const;
  /// Its files are gone.
  void forget(const PublicKey& courier) { errands_.erase(courier); }

 private:
  /// How willingly one that an earlier key signed leaves: the first of these first.
  enum class Willing { unused, stalled, answered, for_present_key };
  /// Under way by earlier keys, and what would leave for one more of the member.
  struct Earlier {
    std::uint64_t bytes_of_case = 0, bytes_of_member = 0;
    std::size_t passes = 0;  // of the member
    std::optional<PublicKey> leaves;
    Willing willing = Willing::for_present_key;
    std::uint64_t leaving_bytes = 0;
  };
  Earlier earlier_of(const CourierPass& pass, std::int64_t now) const;
  /// Nothing where it stays.
  std::optional<Willing> gives_way(const Errand& errand, std::int64_t now) const;
  Result<Admitted> enter(const CourierPass& pass, SignedBy by, std::int64_t now, const std::optional<PublicKey>& leaves);
  /// What makes place for one more of this case.
  std::optional<PublicKey> of_the_fullest_case(const Fingerprint& newcomer) const;

  PassLimits limits_;
  std::map<PublicKey, Errand> errands_;
  std::uint64_t turns_ = 0, shown_ = 0;
};

}  // namespace dokaz::server
