// SPDX-License-Identifier: GPL-3.0-or-later
// Anchors on a schedule: each authority is asked when its time has come and there is a newer checkpoint that the
// server's policy accepts; a failure is tried again, later and later. One thread of its own.
#pragma once

#include <memory>
#include <mutex>
#include <thread>

#include "sync-server/anchor/stamper.hpp"

namespace dokaz::server {

/// A snapshot. Names are those of the file `authorities`.
struct AuthorityCounts {
  std::string name;
  std::uint64_t stamps = 0;    // since the start
  std::uint64_t failures = 0;  // since the start
  bool failing = false;        // the last attempt failed
  NewestAnchor newest;         // also of earlier runs; size 0 for none
};

struct AnchorTiming {
  std::chrono::milliseconds look{1'000};            // how often a due authority looks for a newer checkpoint
  std::chrono::milliseconds first_retry{10'000};    // doubled after each failure in a row
  std::chrono::milliseconds longest_retry{3'600'000};
  std::int64_t largest_difference = 600;            // seconds between our clock and an authority's, without a word
};

class Anchoring {
 public:
  /// The newest checkpoint that the policy accepts. Called by the thread.
  using Source = std::function<Checkpoint()>;
  /// Seconds since 1970 UTC.
  using Clock = std::function<std::int64_t()>;
  /// One line for the operator, without address, name, id or hash. Called by the thread.
  using Note = std::function<void(std::string_view)>;

  /// Reads what is kept and removes what is half-made; the thread runs at once, where there is an authority.
  /// `log` is the folder of the log; `guard` is asked for each write to it.
  static Result<std::unique_ptr<Anchoring>> start(const Path& log, std::vector<Authority> authorities, Source source,
                                                  WriteGuard guard, Clock clock, Note note, HttpSettings http = {},
                                                  AnchorTiming timing = {});
  /// Ends a call that is under way.
  ~Anchoring();
  Anchoring(const Anchoring&) = delete;
  Anchoring& operator=(const Anchoring&) = delete;

  /// Any thread.
  std::vector<AuthorityCounts> counts() const;

 private:
  using Moment = std::chrono::steady_clock::time_point;
  struct Asked {
    Authority authority;
    Moment due;
    unsigned failures_in_a_row = 0;
  };
  Anchoring(Stamper stamper, Source source, Clock clock, Note note, AnchorTiming timing);
  void run(const std::stop_token& stop);
  void try_one(std::size_t which, const Checkpoint& checkpoint, const std::stop_token& stop);
  void attempt(std::size_t which, const Checkpoint& checkpoint, const std::stop_token& stop);
  void say_more(std::size_t which, const Stamper::Stamp& stamp) const;

  Stamper stamper_;
  Source source_;
  Clock clock_;
  Note note_;
  AnchorTiming timing_;
  std::vector<Asked> asked_;
  mutable std::mutex mutex_;  // counts_
  std::vector<AuthorityCounts> counts_;
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace dokaz::server
