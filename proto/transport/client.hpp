// SPDX-License-Identifier: GPL-3.0-or-later
// The client side of the protocol over TLS 1.3, blocking: what a command-line program calls.
// A client belongs to one thread. Every method has the connection's deadlines; after a failure other than a Failure answer the
// connection is closed and every later call gives connection_lost.
#pragma once

#include <functional>
#include <memory>

#include "proto/dialogue/messages.hpp"
#include "proto/transport/line.hpp"

namespace dokaz {

/// Whom the client says to be.
struct ClientIdentity {
  Fingerprint case_id;
  const SigningKey* member = nullptr;
  std::optional<AdmissionNotes> admission;
  /// A courier's, who has no case and no admission: `member` is the courier's key.
  std::optional<Bytes> pass = {};
  /// Of a member who has changed its key: its first one, and the newest key-rotates; `member` is the present one.
  std::optional<PublicKey> first = {};
  std::vector<Rotation> rotations = {};
  /// Of the newest roster that is known here: the Welcome brings a newer one. 0: none is wanted.
  std::uint64_t roster_number = 0;
};

class Client {
 public:
  /// Connects, checks that the server shows one of the pins (wrong_pin), says Hello and gives the Welcome as received.
  /// unreachable, timed_out, refused, ticket_expired, ticket_used; proxy_failed: nothing was connected to but the
  /// proxy, and no name was looked up by this machine; interrupted.
  static Result<Client> connect(const ServerAddress& address, const TlsPins& pins, const ClientIdentity& identity,
                                std::uint64_t seen_size, const Line& line = {});
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  const Welcome& welcome() const;

  Result<Submitted> submit(Submit submit);
  Result<Resume> offer(const ObjectId& object);
  /// Sends bytes of the offered object as far as the server gives credit for them, and waits for more of it;
  /// the last byte's call is followed by `kept`. out_of_turn where no upload is under way.
  Status send(std::uint64_t offset, ByteView bytes);
  Result<Kept> kept();
  Result<Stored> collect(const StatementHash& statement);
  Result<Proofs> prove(Prove prove);
  /// `seen_size` is that of the newest checkpoint that was checked; 0 where there is none.
  Result<Entries> list(std::uint64_t from, std::uint64_t seen_size = 0);
  Result<Members> members();
  /// `roster` is a roster note. Counsel only: refused; already_exists where the server has a newer or another one.
  Result<RosterTaken> put_roster(Bytes roster);
  /// Calls `sink` with consecutive content from `offset` on; returns the object's whole size.
  Result<std::uint64_t> fetch(const ObjectId& object, std::uint64_t offset,
                              const std::function<Status(ByteView)>& sink);

 private:
  struct Impl;
  explicit Client(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace dokaz
