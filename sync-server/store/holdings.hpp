// SPDX-License-Identifier: GPL-3.0-or-later
// Which objects the statements name, and which of them are kept. One object is asked for once in a case;
// cases do not see each other's objects, so that nobody can ask whether the server has one.
#pragma once

#include "sync-server/store/ledger.hpp"

namespace dokaz::server {

class Holdings {
 public:
  explicit Holdings(Database& database) : database_(&database) {}

  /// Bytes that a statement with these objects adds to the case: those the case does not name yet.
  /// quota_exceeded if the sum does not even fit a number.
  Result<std::uint64_t> additional_bytes(const Case& in, const std::vector<ObjectRef>& objects);
  /// Bytes of the objects not kept yet that this member was the first to name.
  Result<std::uint64_t> awaited_bytes(const Case& in, const PublicKey& member);
  /// No object that the case keeps is named with another size than it has: malformed.
  Status check_sizes(const Case& in, const std::vector<ObjectRef>& objects);
  /// Files the obj lines of a new statement; those that the case keeps already count as kept.
  Status name(const Case& in, const Entry& statement, const std::vector<ObjectRef>& objects);

  struct Wanted {
    ObjectRef object;  // with the largest of `sizes`; with its true one where that is known
    bool kept = false;
    std::vector<std::uint64_t> sizes = {};  // not kept: that statements of the member claim, the first of them
  };
  /// An object that a statement of `member` names and the log (of `logged` statements) has: not_found; hash_mismatch
  /// where the case keeps it with a size that none of them names.
  Result<Wanted> wanted(const Case& in, const PublicKey& member, const ObjectId& object,
                        std::uint64_t logged);
  /// Size of an object that the case keeps: not_found.
  Result<std::uint64_t> kept_size(const Case& in, const ObjectId& object);
  Result<bool> is_kept_anywhere(const ObjectId& object);

  Status mark_kept(const Case& in, const ObjectRef& object);
  /// Rows of the statements naming the object that now have all their objects and no answer yet.
  Result<std::vector<std::int64_t>> completed_by(const Case& in, const ObjectRef& object);
  Result<bool> is_complete(std::int64_t statement_row);

 private:
  Database* database_;
};

}  // namespace dokaz::server
