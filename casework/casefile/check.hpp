// SPDX-License-Identifier: GPL-3.0-or-later
// The check of a whole case as it was pulled: every statement, every chain, every item, by the judgement of
// casework/verify and with its answers. Offline.
#pragma once

#include <functional>
#include <set>

#include "casework/casefile/forks.hpp"
#include "casework/casefile/item.hpp"
#include "casework/casefile/stamps.hpp"
#include "casework/verify/dossier.hpp"

namespace dokaz {

/// What is wrong with a chain as the log has it.
struct ChainFinding {
  enum class Kind { gap, fork, broken, after_close, act_unread, wrong_epoch, other_history };
  Kind kind = Kind::gap;
  ChainId chain;
  std::uint64_t seq = 0;
  std::string signer;
};

/// A key that followed another one in a chain: format.md section 3.
struct KeyChange {
  ChainId chain;
  std::uint64_t seq = 0;    ///< of the key-rotate
  std::uint64_t index = 0;  ///< where the log has it
  std::uint32_t epoch = 0;  ///< that it begins
  std::string signer, claimed;
  std::string key;  ///< fingerprint of the new one, in hex
};

/// What the log holds at or beyond the place from which its member is revoked: it counts for nothing.
struct RevokedStatement {
  std::uint64_t index = 0, seq = 0;
  std::string signer, act, claimed;
  std::uint64_t since = 0;  ///< from which place on
};

/// One chain, as far as it was pulled.
struct CheckedChain {
  ChainId chain;
  std::string signer;
  std::uint64_t statements = 0;  ///< that are here and hold
  std::uint64_t last = 0;        ///< the highest number that is here
  std::size_t items = 0;
  bool closed = false;
  struct Missing {
    std::uint64_t first = 0, last = 0;
    std::string reason;  ///< "not in what was pulled", "set aside"
  };
  std::vector<Missing> missing;
};

struct CaseReport {
  std::string root;                             ///< fingerprint in hex
  bool root_given = true, policy_given = true;  ///< false: as an invitation said, and not compared by another way
  /// In the order of the log. `signed_by`, `time`, `chain` and `log` are there always, `bytes` unless it failed.
  std::vector<Report> items;
  std::vector<CheckedChain> chains;  ///< in the order of the log
  std::size_t statements = 0;        ///< that were checked
  std::vector<KeyChange> key_changes;  ///< in the order of the log
  std::vector<ChainFinding> findings;
  std::vector<RevokedStatement> revoked;  ///< with one of them, not more than verified with limits
  std::vector<Fork> forks;                ///< that the server found: not more than verified with limits
  std::size_t for_legal_alone = 0;  ///< acts that do not open without the legal group's key: no failure
  std::size_t acts_missing = 0;     ///< acts whose content is not here: not more than verified with limits
  DossierReport::LogAnswer log;
  std::vector<Report::Stamp> stamps;
  std::size_t broken_anchors = 0;  ///< of the folder that was given, left out

  /// What is a limit of any item, each text once, with the places of these items.
  std::vector<std::pair<std::string, std::vector<std::size_t>>> limits() const;
  /// In which something is missing or wrong.
  std::set<ChainId> broken_chains() const;
  /// How many items.
  std::size_t count(Outcome outcome) const;
  Outcome outcome() const;
  /// 0, 3, or the number of the first failure.
  int exit_code() const;
};

struct CheckOptions {
  std::optional<Fingerprint> root = {};  ///< typed by whoever asks: wrong_root for another case
  std::optional<Policy> policy = {};     ///< judged by instead of the folder's: policy_unmet for another log
  StampSource stamps = {};
  std::optional<std::int64_t> now = {};  ///< seconds since 1970: nothing may be signed a day after it
};

/// Told after each entry: how many are checked, of how many. From several threads, one at a time.
using CheckProgress = std::function<void(std::size_t done, std::size_t total)>;

/// Every entry's receipt anew, every chain, every item down to the rebuilt original, on all processors. not_found without
/// items; a receipt that does not hold fails the whole, but for the key of another epoch, which is a finding.
Result<CaseReport> check_case(CaseFile& file, const CheckOptions& options = {}, const CheckProgress& progress = {});

/// What no check of a case proves, said with every report.
std::vector<std::string> not_proved_of_case();

std::string words_of(const ChainFinding& finding);
std::string words_of(const RevokedStatement& statement);
/// By the renderer of dokaz-verify.
std::string render_text(const CaseReport& report);
/// docs/schema/case-verify.json
std::string render_json(const CaseReport& report);
/// One page without script, as dokaz-verify writes it.
std::string render_html(const CaseReport& report);

}  // namespace dokaz
