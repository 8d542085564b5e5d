// SPDX-License-Identifier: GPL-3.0-or-later
// The check of a whole case as it was pulled: every item, every chain.
#pragma once

#include <functional>

#include "casework/casefile/forks.hpp"
#include "casework/casefile/item.hpp"
#include "casework/verify/report.hpp"

namespace dokaz {

struct CheckedItem {
  StatementHash item;
  std::uint64_t index = 0;
  std::string signer, claimed;
  bool stored = false;
  std::vector<std::string> limits;
  std::optional<Error> failure;
  std::string not_cleaned = {};  // why: "malformed_media"; empty for a cleaned item

  Outcome outcome() const;
};

/// What is wrong with a chain as the log has it.
struct ChainFinding {
  enum class Kind { gap, fork, broken, after_close, act_unread, wrong_epoch };
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

struct CaseReport {
  std::vector<CheckedItem> items;
  std::vector<KeyChange> key_changes;  ///< in the order of the log
  std::vector<ChainFinding> findings;
  std::vector<RevokedStatement> revoked;  ///< with one of them, not more than verified with limits
  std::vector<Fork> forks;  ///< that the server found: not more than verified with limits

  std::size_t for_legal_alone = 0;  ///< acts that do not open without the legal group's key: no failure

  Outcome outcome() const;
  /// 0, 3, or the number of the first failure.
  int exit_code() const;
};

/// Told after each entry: how many are checked, of how many.
using CheckProgress = std::function<void(std::size_t done, std::size_t total)>;

/// Every entry's receipt anew, every chain, every item down to the rebuilt original. not_found without items;
/// a receipt that does not hold fails the whole, but for the key of another epoch, which is a finding.
Result<CaseReport> check_case(CaseFile& file, const CheckProgress& progress = {});

std::string words_of(const ChainFinding& finding);
std::string words_of(const RevokedStatement& statement);
std::string render_text(const CaseReport& report);
std::string render_json(const CaseReport& report);

}  // namespace dokaz
