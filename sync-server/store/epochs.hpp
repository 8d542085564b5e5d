// SPDX-License-Identifier: GPL-3.0-or-later
// Whose key signs where: docs/format.md section 3, key epochs. The first key of a member is that of its membership and
// stands in no table; each later one came with a key-rotate that has its place in the log.
#pragma once

#include <map>

#include "sync-server/store/ledger.hpp"

namespace dokaz::server {

class Epochs {
 public:
  explicit Epochs(Database& database) : database_(&database) {}

  /// The one that alone lets its holder in: the member's first key, where none followed.
  Result<PublicKey> newest(const Case& in, const PublicKey& member);
  /// A key of one of the member's epochs, the first one included.
  Result<bool> is_of(const Case& in, const PublicKey& member, const PublicKey& key);
  /// Who has to sign a statement of the member, by what it follows; where that is a place that is taken, by what has
  /// it. Nothing where neither is kept.
  Result<std::optional<PublicKey>> signer_of(const Case& in, const PublicKey& member, const StatementFields& statement);
  /// Whether this checked key-rotate may have its place: wrong_epoch (the signer's key is not the newest), bad_key
  /// (somebody's already), broken_chain (more epochs than a member may have).
  Status may_begin(const Case& in, const Membership& members, const PublicKey& member, const SignedStatement& rotation);
  /// Notes the key that it names, once it has its place. Inside the caller's transaction.
  Status begin(const Case& in, const Entry& rotation, const PublicKey& next);

 private:
  Result<std::int64_t> count(const Case& in, const PublicKey& member);

  Database* database_;
};

/// The same for statements that come together, and follow each other before any of them is kept.
class BatchSigners {
 public:
  BatchSigners(Epochs& epochs, const Case& in, const PublicKey& member) : epochs_(epochs), in_(in), member_(member) {}

  Result<std::optional<PublicKey>> signer_of(const StatementFields& statement);
  /// It was checked: what follows it is known from here on.
  void passed(const SignedStatement& statement);

 private:
  Epochs& epochs_;
  const Case& in_;
  PublicKey member_;
  std::map<StatementHash, PublicKey> next_;
};

}  // namespace dokaz::server
