// SPDX-License-Identifier: GPL-3.0-or-later
// Receipts: a statement's place in the log, in two encodings: format.md section 10.
#pragma once

#include "proto/format/case.hpp"
#include "proto/format/fact.hpp"
#include "proto/format/policy.hpp"
#include "proto/merkle/tree.hpp"

namespace dokaz {

/// A .tlog-proof, read strictly and trusted by nothing yet.
struct Receipt {
  Signature signature;  // S
  KeyHash member;       // K
  std::uint64_t index = 0;
  InclusionPath path;
  Note checkpoint;
};
/// malformed unless it is what write_tlog_proof writes, with a checkpoint note (section 9) at its end;
/// unsupported_version.
Result<Receipt> read_tlog_proof(ByteView bytes);
Bytes write_tlog_proof(const Receipt& receipt);

/// The same facts for Sigsum's tools. Witness lines only for keys that the policy names, once each.
/// Checks no signature. policy_unmet if there is no line by the policy's log; malformed if the note is no
/// checkpoint, its tree is empty, or a tree of one leaf is given an index or a path.
Result<Bytes> write_sigsum_proof(const Receipt& receipt, const Policy& policy);

/// A statement that is in the log under a policy, signed by somebody entitled to it. Made by check_receipt
/// alone.
struct Logged {
  SignedStatement statement;
  std::uint64_t index = 0;
  TrustedCheckpoint checkpoint;

 private:
  Logged(SignedStatement of, std::uint64_t at, TrustedCheckpoint under)
      : statement(std::move(of)), index(at), checkpoint(std::move(under)) {}
  friend Result<Logged> check_receipt(const Statement&, const Receipt&, const Membership&, const Policy&);
  friend Result<Logged> check_receipt(const Statement&, const Receipt&, const Membership&,
                                      const Verified<TrustedCheckpoint>&);
};
/// Steps 2 to 5 of section 10: not_a_member, bad_signature, key_revoked, policy_unmet, bad_inclusion.
Result<Logged> check_receipt(const Statement& statement, const Receipt& receipt, const Membership& members,
                             const Policy& policy);
/// The same where the policy accepted the receipt's checkpoint before: many receipts end with one. policy_unmet
/// where `under` is another than the receipt's, byte for byte.
Result<Logged> check_receipt(const Statement& statement, const Receipt& receipt, const Membership& members,
                             const Verified<TrustedCheckpoint>& under);

/// A statement that is in the log by the log's own word, witnessed or not: what *logged* and *stored* need,
/// and never enough for an exhibit. Made by check_log_receipt alone; does not convert into Logged.
struct LogSigned {
  SignedStatement statement;
  std::uint64_t index = 0;
  LogCheckpoint checkpoint;

 private:
  LogSigned(SignedStatement of, std::uint64_t at, LogCheckpoint under)
      : statement(std::move(of)), index(at), checkpoint(std::move(under)) {}
  friend Result<LogSigned> check_log_receipt(const Statement&, const Receipt&, const Membership&, const Policy&);
};
/// As check_receipt, without the quorum: policy_unmet for another log only.
Result<LogSigned> check_log_receipt(const Statement& statement, const Receipt& receipt, const Membership& members,
                                    const Policy& policy);

/// What shows that the server stored every object of a statement: section 10, "stored".
struct StoredReceipt {
  Statement receive;
  Fact answered;  // the fact "statement"
  Receipt receipt;
};
/// Also malformed (not a `receive`), not_a_member (not by a server), hash_mismatch (other objects) and
/// bad_disclosure (the fact is not committed to, or names another statement). What is returned is `receive`.
Result<Logged> check_stored(const Statement& statement, const StoredReceipt& stored,
                            const Membership& members, const Policy& policy);
Result<Logged> check_stored(const Statement& statement, const StoredReceipt& stored,
                            const Membership& members, const Verified<TrustedCheckpoint>& under);
/// The same by the log's own word.
Result<LogSigned> check_log_stored(const Statement& statement, const StoredReceipt& stored,
                                   const Membership& members, const Policy& policy);

}  // namespace dokaz
