// SPDX-License-Identifier: GPL-3.0-or-later
// A member of the tests' case at a real server, who believes nothing that she does not verify and writes down each
// promise that she was given, so that another can hold the server to it later.
#pragma once

#include <map>

#include "proto/transport/client.hpp"
#include "tests/fault/actor/journal.hpp"
#include "tests/unit/sync-server/scene.hpp"

namespace dokaz::fault {

using server::test::People;
using server::test::Scribe;

/// Members 1 to last_documenter are documenters of the roster.
inline constexpr std::uint8_t last_documenter = 160;
inline constexpr std::uint8_t counsel_number = 201;

/// The case's roster for a server with this card.
Note roster_for(const ServerCard& card);
/// Whom a reader believes in this case.
Membership membership_of(const ServerCard& card);

/// Bytes that a seed names, so that nobody needs to store them.
Bytes content_of(std::uint64_t size, std::uint64_t seed);

/// What is known of an object that its member has sealed.
struct Sealed {
  ObjectRef object;
  std::uint64_t seed = 0;
  Statement statement;
};

class Actor {
 public:
  Actor(std::uint8_t number, ServerCard card, Journal journal);

  /// Every failure is the server's or the line's own; `internal`: a promise was broken, see `broken`.
  Status connect(const ServerAddress& address, std::optional<std::int64_t> ticket_until);
  void leave() { client_.reset(); }
  Client& client() { return *client_; }
  bool is_connected() const { return client_.has_value(); }

  /// Submits `count` notes, after a genesis where the chain has none; what a cut left unanswered is sent again first.
  Status note(std::uint32_t count);
  /// A statement over a fresh object of `size` bytes, with `notes` others in one Submit.
  Result<Sealed> seal(std::uint64_t size, std::uint32_t notes = 0);
  /// How far an upload came: where the server wanted it to go on, if it said so, and where what was sent ends.
  struct Sent {
    std::optional<std::uint64_t> from;
    std::uint64_t until = 0;
  };
  /// Offers the object and sends what the server lacks, in such pieces.
  Status upload(const Sealed& sealed, Sent& sent, std::size_t piece);
  Status collect(const Sealed& sealed);
  /// Seals, uploads and collects until something fails; `done` is called after each.
  Status load(std::uint64_t size, const std::function<void()>& done);

  /// The newest object sealed.
  const Sealed& newest() const { return *newest_; }
  const Sealed* find(const ObjectId& id) const;
  const std::string& broken() const { return broken_; }
  std::uint64_t log_index() const { return last_index_; }
  void kept(const Sealed& sealed);

 private:
  Status submit(Submit request);
  /// Judges and writes down what came back.
  Status take_outcome(const Submit::Item& item, const Submitted::Outcome& outcome);
  Status see(const Bytes& checkpoint, const ConsistencyPath* since_seen);
  Statement draft(Act act, std::vector<ObjectRef> objects);
  Error breach(std::string what);

  std::uint8_t number_;
  ServerCard card_;
  Journal journal_;
  People people_;
  SigningKey key_;
  Membership members_;
  Policy policy_;
  std::optional<Client> client_;
  TreeHead seen_;
  std::uint64_t next_ = 0;         // of the chain, with what is unanswered
  StatementHash head_;
  std::uint64_t acknowledged_ = 0;  // statements of the chain that receipts were given for
  std::uint64_t drafts_ = 0;   // so that no two statements are the same
  std::optional<Submit> unanswered_;
  std::optional<Sealed> newest_;
  std::optional<Sealed> in_hand_;  // of load, when it was cut
  std::map<ObjectId, Sealed> sealed_;
  std::uint64_t last_index_ = 0;
  std::string broken_;
};

}  // namespace dokaz::fault
