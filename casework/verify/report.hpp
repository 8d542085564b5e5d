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
  struct TimeAnswer {
    std::string claimed;
    std::uint64_t seen_size = 0;     // of the log, as the signer had verified it; 0 for none
    std::vector<Vouched> not_before;  // of the checkpoint that the statement names; empty if not shown
    std::vector<Vouched> not_after;   // of the checkpoint that proves it logged; empty if claimed only
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

/// For people; ASCII only, lines of at most about 100 characters.
std::string render_text(const Report& report);
/// One JSON object and a line feed.
std::string render_json(const Report& report);

}  // namespace dokaz
