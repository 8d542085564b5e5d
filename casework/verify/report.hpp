// SPDX-License-Identifier: GPL-3.0-or-later
// What the check of an exhibit found: separate answers, three outcomes: format.md section 12.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/result.hpp"

namespace dokaz {

enum class Outcome { verified, verified_with_limits, failed };

struct Report {
  struct Failure {
    Error error;
    std::string where;  // the part of the exhibit
  };
  struct Person {
    std::string pseudonym, role, key;  // key in hex
    std::string authority;             // "roster 1" or "invitation of the case root"
    std::uint32_t epoch = 0;           // how many key-rotates lead from that to this key
  };
  struct Disclosed {
    std::string name, value;  // value as JSON of ASCII only
  };
  struct BytesAnswer {
    std::size_t files = 0;
    std::uint64_t size = 0;
    std::size_t objects = 0;
    bool clean_copy = false, original = false;
    std::string not_cleaned;                         // why: "malformed_media"; empty for a cleaned item
    std::size_t committed = 0, not_shown = 0;        // facts
    bool known_script = false, known_page = false;  // verify.sh and README.html are this version's
    std::vector<Disclosed> facts;
  };
  struct SignedAnswer {
    Person signer, exporter;
    std::string act;
    std::uint64_t roster = 0;          // number of the roster in the exhibit
    std::string exporter_fingerprint;  // H(key) in hex
  };
  struct Vouched {
    std::string witness;
    std::uint64_t unix_time = 0;
  };
  /// A time stamp over a checkpoint of the log that the statement is under: format.md sections 16 and 19.
  struct Stamp {
    std::string where;       // its file
    std::uint64_t size = 0;  // of the checkpoint
    std::string authority;   // subject of the signer's certificate, printable ASCII
    std::string policy;      // object identifier
    std::int64_t not_after = 0;
    bool confirmed = false;    // leads to a root that the verifier was given; otherwise it proves nothing
    bool not_revoked = false;  // and revocation is shown not to have happened
  };
  struct TimeAnswer {
    std::string claimed;
    std::uint64_t seen_size = 0;     // of the log, as the signer had verified it; 0 for none
    std::vector<Vouched> not_before;  // of the checkpoint that the statement names; empty if not shown
    std::vector<Vouched> not_after;   // of the checkpoint that proves it logged; empty if claimed only
    std::vector<Stamp> stamps = {};   // those that cover it

    /// What is proved, in seconds since 1970: by the earliest witness; by the latest witness or a confirmed stamp,
    /// whichever is earlier.
    std::optional<std::int64_t> proved_not_before() const;
    std::optional<std::int64_t> proved_not_after() const;
    /// The confirmed stamp of which `proved_not_after` is the time; null where it is witnesses'.
    const Stamp* best_stamp() const;
  };
  struct ChainAnswer {
    std::string chain;
    std::uint64_t statements = 0;  // from the first to this one
    std::string stored_by;         // the server's pseudonym, empty if only logged
  };
  struct LogAnswer {
    std::string origin;
    std::uint64_t index = 0, size = 0;
    std::vector<std::string> witnesses;
    bool same_policy = true;  // the one in the exhibit is the one that was given
  };

  std::string root;  // the fingerprint that was given
  bool root_given = true, policy_given = true;  // by another way than the exhibit
  std::string item;  // statement hash; empty until read
  // In the order of the checks; empty where the check was not reached.
  std::optional<BytesAnswer> bytes;
  std::optional<SignedAnswer> signed_by;
  std::optional<TimeAnswer> time;
  std::optional<ChainAnswer> chain;
  std::optional<LogAnswer> log;

  std::vector<std::string> limits;
  std::optional<Failure> failure;

  Outcome outcome() const;
  /// 0, 3, or the number of the failure.
  int exit_code() const;
};

/// For JSON; `words_of` is for people.
std::string_view name_of(Outcome outcome);
std::string_view words_of(Outcome outcome);
/// What no exhibit proves, said with every report.
const std::vector<std::string>& not_proved();

/// "2026-05-01T10:12:00Z"
std::string utc(std::uint64_t unix_time);

/// For people; ASCII only, lines of at most about 100 characters.
std::string render_text(const Report& report);
/// One JSON object and a line feed.
std::string render_json(const Report& report);

}  // namespace dokaz
