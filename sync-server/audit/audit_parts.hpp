// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of an audit. Private to the folder. None of them includes anything of store or log.
#pragma once

#include <fmt/format.h>

#include <map>
#include <set>

#include "crypto/sealed_db.hpp"
#include "proto/format/statement.hpp"
#include "proto/merkle/tiles.hpp"
#include "sync-server/audit/audit.hpp"

namespace dokaz::server::auditing {

struct Audit {
  Path folder;
  Database database;
  AuditReport report;
  const AuditProgress& progress;
  std::map<std::uint64_t, TreeHash> stamped = {};  // the roots that authorities stamped, by size

  template <class... Values>
  void find(const char* part, fmt::format_string<Values...> words, Values&&... values) {
    ++report.faults;
    if (std::string_view(part) == "anchors") ++report.anchor_faults;
    if (std::string_view(part) == "objects") ++report.object_faults;
    if (report.findings.size() < most_findings)
      report.findings.push_back({part, fmt::format(words, std::forward<Values>(values)...)});
  }
};

/// Gives the leaf at `index`, for all of the signed log, in order.
using EachLeaf = std::function<Status(std::uint64_t index, const Leaf& leaf)>;

/// Every anchor: its checkpoint, under the log's key, and its tokens. Notes the roots in audit.stamped.
Status check_anchors(Audit& audit, const PublicKey& log);

/// The anchors; the checkpoint's signature; entries → leaf hashes → every tile → root; hands each leaf on.
Status check_log(Audit& audit, const EachLeaf& each);

/// From which index of the log on a case's member, by its first key, is revoked.
using RevokedMembers = std::map<std::pair<std::int64_t, Bytes>, std::uint64_t>;
/// Every roster that is kept: a finding where its root did not sign it.
Result<RevokedMembers> check_rosters(Audit& audit);

/// The rows of the statements in the order of the log, one by one.
class StatementWalk {
 public:
  StatementWalk(Audit& audit, RevokedMembers revoked);
  /// Compares the next row with the leaf that the log has at `index`.
  Status compare(std::uint64_t index, const Leaf& leaf);
  /// The rows after the log's end, and the forks.
  Status finish();

 private:
  struct Row {
    std::int64_t id = 0, of_case = 0;
    std::uint64_t leaf = 0;
    Bytes member, signer, signature, statement, hash;
    std::string disclosure;
  };
  Result<std::optional<Row>> next();
  Result<std::optional<Leaf>> check(const Row& row);
  void check_chain(const Row& row, const SignedStatement& statement);
  Status check_epochs();
  void note_fork(const Row& row, const Statement& statement);
  Status check_forks();

  Audit& audit_;
  const RevokedMembers revoked_;
  Query rows_;
  std::optional<Row> ahead_;
  bool ended_ = false;
  struct End {
    std::uint64_t seq = 0;
    StatementHash hash;
    Bytes member, signer;  // who signs what follows
  };
  std::map<ChainId, End> chains_;
  std::map<std::pair<std::int64_t, Bytes>, Bytes> newest_;  // key of a case's member, where another one than the first
  std::uint64_t rotations_ = 0;
  std::set<StatementHash> said_;  // second statements that a fork-found names
};

/// Every object that the database calls kept: there, whole, and with its own hash for a name.
Status check_objects(Audit& audit);

}  // namespace dokaz::server::auditing
