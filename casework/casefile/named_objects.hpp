// SPDX-License-Identifier: GPL-3.0-or-later
// The objects that the pulled statements name, and how they lie in the folder. An object is what its id says; the size
// beside it is a claim: docs/protocol.md section 6.
#pragma once

#include <map>

#include "casework/casefile/case_file.hpp"

namespace dokaz {

/// One `obj` line of a statement in the log.
struct NamedObject {
  std::uint64_t index = 0;  // of the statement, in the log
  StatementHash statement;
  ObjectRef object;
  bool is_revoked = false;  // its member is, from its place on
};

class NamedObjects {
 public:
  /// Of every pulled statement, in the order of the log. io_error, damaged_store.
  static Result<NamedObjects> read(CaseFile& file);

  /// What the folder has by now.
  Status look_again();

  /// What is not in the folder, each id once, with the largest size that is claimed: those first that a statement names
  /// which counts, in the order of the log.
  std::vector<ObjectRef> wanted() const;
  /// Those lines whose object is in the folder and has another size.
  std::vector<NamedObject> mismatched() const;
  /// The first that names it; null for none.
  const NamedObject* naming(const ObjectId& id) const;

 private:
  Path folder_;
  std::vector<NamedObject> named_;
  std::map<ObjectId, std::size_t> first_;  // where `named_` has each id first
  std::map<ObjectId, std::uint64_t> here_;  // and the size of its file
};

}  // namespace dokaz
