// SPDX-License-Identifier: GPL-3.0-or-later
// Parcels that couriers bring over the network: docs/protocol.md section 3. A courier has a pass for one parcel, brings
// it in pieces, and gets the answer; they see sizes and nothing else.
//
//   couriers/<n>.pass      the pass as it was signed; written first, removed last
//   couriers/<n>.parcel    as much of the parcel as has come
//   couriers/<n>.answer    when it was taken in
//
// <n> is H of the courier's key. All is removed when the pass's time is over. Any thread.
#pragma once

#include <memory>

#include "proto/format/courier.hpp"
#include "sync-server/store/custody.hpp"

namespace dokaz::server {

inline constexpr std::size_t max_passes = 1024;           // under way or not fetched, all together
inline constexpr std::size_t max_passes_of_member = 16;

class Couriers {
 public:
  /// Makes the folder, takes up what was begun, removes what is over. `custody` must outlive it.
  static Result<Couriers> open(const std::filesystem::path& folder, Custody& custody, Clock clock);
  /// A parcel that is being taken in is finished or left as it was: it is taken up again.
  ~Couriers();
  Couriers(Couriers&&) noexcept;
  Couriers& operator=(Couriers&&) noexcept;

  /// The caller has checked Hello's signature over the channel. refused for every pass that does not hold, is for
  /// another key, is over, or is of nobody who is let in.
  Result<Greeting> greet(const Hello& hello);

  // `courier` is the key that greet let in. The object of an Offer or Fetch is the parcel's hash: not_found for
  // every other.

  /// quota_exceeded where the case has no room for a parcel of this size.
  Result<Resume> offer(const PublicKey& courier, Session& session, const Offer& request);
  /// As Custody::data. The parcel is kept when it is whole; then it is taken in, on another thread.
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
