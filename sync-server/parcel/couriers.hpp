// SPDX-License-Identifier: GPL-3.0-or-later
// Parcels that couriers bring over the network: docs/protocol.md section 3. A courier has a pass for one parcel, brings
// it in pieces, and gets the answer; they see sizes and nothing else. What lies on the disk: courier_files.hpp. Any
// thread; who waits for the disk holds up nobody with another pass.
#pragma once

#include <memory>

#include "proto/format/courier.hpp"
#include "sync-server/parcel/courier_book.hpp"
#include "sync-server/store/custody.hpp"

namespace dokaz::server {

/// A courier who was let in.
struct CourierGreeting {
  Greeting greeting;    // its session has the courier's key, and no case
  Fingerprint case_id;  // of the pass …
  PublicKey sender;     // … and who signed it: whose courier this is
};

class Couriers {
 public:
  /// Makes the folder, takes up what was begun, removes what is over; takes nothing in before start. `custody` must
  /// outlive it.
  static Result<Couriers> open(const std::filesystem::path& folder, Custody& custody, Clock clock,
                               EventSink events = {}, PassLimits limits = {});
  /// A parcel that is being taken in is finished or left as it was: it is taken up again.
  ~Couriers();
  Couriers(Couriers&&) noexcept;
  Couriers& operator=(Couriers&&) noexcept;

  /// Parcels that are whole are taken in from now on. Once, when the witnesses were asked and the process is locked in.
  void start();

  /// The caller has checked Hello's signature over the channel. refused for every pass that does not hold, is for
  /// another key, is over or lasts too long, or is of nobody who is let in; case_suspended.
  Result<CourierGreeting> greet(const Hello& hello);

  // `courier` is the key that greet let in. The object of an Offer or Fetch is the parcel's hash: not_found for
  // every other.

  /// quota_exceeded where the case has no room for a parcel of this size, or no place for one more pass.
  Result<Resume> offer(const PublicKey& courier, Session& session, const Offer& request);
  /// As Custody::data. The parcel is kept when it is whole; then it is taken in, on another thread, in the order in
  /// which parcels became whole.
  Result<std::optional<Kept>> data(const PublicKey& courier, Session& session, const Data& request);
  /// The answer's size: missing_part before the parcel is whole, busy while it is taken in; the failure where it
  /// was refused as a whole.
  Result<Content> fetch(const PublicKey& courier, const Fetch& request);
  Result<Bytes> read_answer(const PublicKey& courier, std::uint64_t offset);

 private:
  struct Impl;
  explicit Couriers(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace dokaz::server
