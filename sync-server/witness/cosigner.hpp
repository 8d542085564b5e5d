// SPDX-License-Identifier: GPL-3.0-or-later
// Has the log's checkpoints cosigned by the witnesses of the server's policy, all at the same time, for as long
// as it lives: docs/format.md section 8. What they have vouched for goes to the log. A witness may say that it has seen
// more than this log has, or something else; when that ends the taking of writes:
// docs/decisions/2026-11-contradicting-witness.md.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "sync-server/witness/cosigning.hpp"
#include "sync-server/witness/witness_call.hpp"

namespace dokaz::server {

/// The log that is cosigned. Each is called from any thread.
struct WitnessedLog {
  std::function<Checkpoint()> newest;
  std::function<Result<ConsistencyPath>(std::uint64_t older, std::uint64_t newer)> prove_between;
  std::function<Status(const Note& cosigned)> vouch;
  /// So many say now that they have seen another history; not enough to act on.
  std::function<void(std::size_t witnesses)> doubt;
  /// Enough do: `who` are their names. Called once.
  std::function<void(const std::vector<std::string>& who)> stop_writes;
};

struct WitnessSettings {
  Pauses pauses{Pause{1'000}, Pause{300'000}, Pause{2'000}};
  std::int64_t tolerance = 600;  // seconds that a witness's clock may be ahead of ours
  HttpSettings http = {};
};

/// Since the start, except where it says "now".
struct WitnessCounts {
  std::size_t witnesses = 0;         // that are asked
  std::size_t answering = 0;         // now: whose last call was answered
  std::uint64_t cosignatures = 0;    // lines that held
  std::uint64_t failures = 0;        // calls without an answer that can be used
  std::uint64_t vouched = 0;         // notes that had the quorum
  std::size_t contradicting = 0;     // now: who say that they have seen another history
  bool contradicted = false;         // enough do, or did: nothing more is asked
};

class Cosigner {
 public:
  using Clock = std::function<std::int64_t()>;  // seconds since 1970 UTC
  /// One line for the operator, without address, name, id or hash. Any thread.
  using EventSink = std::function<void(std::string_view event)>;

  /// Starts to ask, one thread a witness. usage for an address that may not be asked.
  static Result<std::unique_ptr<Cosigner>> start(const ServerPolicy& policy, WitnessedLog log, WitnessSettings settings,
                                                 Clock clock, EventSink events);
  /// Ends what is under way.
  ~Cosigner();
  Cosigner(const Cosigner&) = delete;
  Cosigner& operator=(const Cosigner&) = delete;

  /// Until each witness was asked once, or enough contradict, but not longer than this: before the first write is
  /// taken, so that an old backup that was put back takes none.
  void wait_until_known(Pause at_most);
  WitnessCounts counts() const;

 private:
  Cosigner(const ServerPolicy& policy, WitnessedLog log, WitnessSettings settings, Clock clock, EventSink events);
  void serve(std::size_t witness, const std::stop_token& stop);
  Result<WitnessAnswer> ask(std::size_t witness, Cosigning::Task& task, const std::stop_token& stop);
  Result<WitnessAnswer> ask_from_its_size(std::size_t witness, Cosigning::Task& task, const std::stop_token& stop);
  Result<WitnessAnswer> ask_from(std::size_t witness, const Cosigning::Task& task, const std::stop_token& stop);
  void take(std::size_t witness, const Cosigning::Task& task, const WitnessAnswer& answer);
  void note_failure(std::size_t witness, const Error& error);
  /// It says twice that it has seen another history.
  void contradict(std::size_t witness);
  void withdraw(std::size_t witness);
  std::vector<std::string> contradicting() const;  // their names
  void tell(std::size_t witness, std::string_view what) const;

  const std::vector<ServerPolicy::Place> places_;
  const WitnessedLog log_;
  const WitnessSettings settings_;
  const HttpClient http_;
  const Clock clock_;
  const EventSink events_;

  mutable std::mutex mutex_;
  std::condition_variable_any change_;
  Cosigning cosigning_;
  WitnessCounts counts_;
  std::vector<std::optional<Instant>> contradicted_;  // by witness: when it last did, unless it has cosigned since
  std::mutex vouching_;  // one note at a time, the older first
  std::vector<std::jthread> threads_;  // last, so that they end first
};

}  // namespace dokaz::server
