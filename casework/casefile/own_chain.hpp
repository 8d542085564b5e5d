// SPDX-License-Identifier: GPL-3.0-or-later
// The case file's own chain: what whoever works with it did, as statements of custody: format.md section 3.
//
// Each act is durable when the call returns without failure, and nothing of it is there after a failure, but an object
// that no statement names. No network: `pull` brings to the server what waits. One thread, as the case file.
#pragma once

#include <optional>
#include <vector>

#include "casework/casefile/case_file.hpp"

namespace dokaz {

/// A statement that this case file signed.
struct OwnStatement {
  std::uint32_t n = 0;  // the number of its chain among the member's
  SignedStatement signed_statement;
  std::optional<Receipt> receipt;  // the server logged it
  bool kept = false;               // the server holds its object
};

class OwnChain {
 public:
  explicit OwnChain(CaseFile& file) : file_(file) {}

  /// Signs the next statement; before the first one a genesis. `facts` are those of section 4 for this act, without
  /// `object` and decoys. The object is sealed to the groups that section 5 names. bad_disclosure for facts that the act
  /// may not have; malformed for more than one statement can commit to; no_space, io_error.
  Result<StatementHash> state(Act act, std::vector<Fact> facts, const ClaimedTime& time);

  /// What the server has not logged, of the chain that goes on, in its order.
  Result<std::vector<OwnStatement>> waiting();
  /// What it logged and whose object it does not hold, as far as is known.
  Result<std::vector<OwnStatement>> without_object();
  /// What is not among the entries that were pulled, in the order in which it was signed; without what was stated anew.
  Result<std::vector<OwnStatement>> not_pulled(const std::vector<CaseEntry>& entries);

  /// Compares with what the server says of the member's chains, which it does not prove. False where it names more of the
  /// present one than this case file has, or something else at a place that was not logged: then nothing is sent before
  /// entries were pulled. server_rolled_back where it has less, or something else, than it gave receipts for.
  Result<bool> may_send(const std::vector<ChainHead>& server);
  /// The log proves that the key of this case file signed what is not here, in the present chain: the case file was
  /// restored from a copy, or is used in two places. Nothing more is signed for that chain, and the next one is begun, whose
  /// genesis names it. True then. broken_chain after the last chain that a member may have.
  Result<bool> give_way(const std::vector<CaseEntry>& entries, const std::vector<ChainHead>& server, const ClaimedTime& time);
  /// What waits in chains that ended so: what the log has is logged; what it has no place for any more is stated anew in
  /// the present chain, as it was. Returns how many were stated anew. Where the log was not pulled so far it waits.
  Result<std::size_t> settle(const std::vector<ChainHead>& server, const std::vector<CaseEntry>& entries);

  /// Keeps the receipt of a statement of the present chain: the failures of check_log_receipt. `members` are the file's.
  Status keep_receipt(const OwnStatement& own, const Receipt& receipt, const Membership& members);
  Status keep_object(const OwnStatement& own);

 private:
  CaseFile& file_;
};

/// Whether all that this case file stated is on the server, with its objects, as far as is known here.
Result<bool> all_brought(CaseFile& file);
/// The place in the log behind the last statement of it that has a receipt; 0 where none has.
Result<std::uint64_t> behind_own_chain(Database& db);
/// For another member's key: nothing of the chain before is this member's. Inside the caller's transaction.
Status forget_own_chain(Database& db);

/// The tables. Only CaseFile::create has a use for them.
extern const char* const own_chain_tables;

}  // namespace dokaz
