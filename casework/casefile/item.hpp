// SPDX-License-Identifier: GPL-3.0-or-later
// One item of the case: found, opened, its original rebuilt, everything checked on the way.
#pragma once

#include <map>

#include "casework/casefile/case_file.hpp"
#include "casework/export/exhibit.hpp"
#include "proto/format/object.hpp"

namespace dokaz {

/// The acts that make an item: they have objects that the case's keys open.
bool is_item(const Statement& statement);

/// The item whose statement hash starts with `prefix` (4 to 64 hexadecimal digits): usage, not_found.
Result<const CaseEntry*> find_item(const std::vector<CaseEntry>& entries, std::string_view prefix);

/// How a list names these items, in their order: short_name, and where two begin alike as many more digits as
/// tell them apart.
std::vector<std::string> list_names(const std::vector<StatementHash>& items);

/// An opened item. Each fact is one that the statement commits to. The files are deciphered, and the original is
/// rebuilt, where they are read, in constant memory; reading one fails (hash_mismatch) unless it is the one that
/// the facts or the statement name.
struct OpenItem {
  /// Set in the folder of a reviewer who has no key of the legal group: there is no `original`, no fact of `legal` and no
  /// sidecar, and whether the statement commits to more cannot be said. Without `clean` nothing of it opens here.
  bool legal_is_sealed = false;
  std::vector<Fact> team, legal;   // of an item that is not cleaned: no team facts
  std::optional<ShownFile> clean;  // empty: the item is not cleaned
  ShownFile original;
  std::vector<SidecarMember> sidecars;
  std::map<ObjectId, BagFile> objects;  // as they are on the server

  /// Why it was not cleaned: "malformed_media". Empty for a cleaned item.
  std::string not_cleaned() const;
  /// What the documenter wrote, wherever it stands.
  const Fact* note() const;
};

/// Objects, facts, sidecars and recovery are checked; clean copy and original wait for whoever reads them.
/// missing_part (not pulled yet), hash_mismatch, age_*, malformed, bad_disclosure, too_large.
Result<OpenItem> open_item_unread(const CaseFile& file, const Statement& statement);
/// The same with both read once, so that all of it holds.
Result<OpenItem> open_item(const CaseFile& file, const Statement& statement);

/// The facts that this case file can open, each committed to; the files beside them are not read: missing_part where no
/// object is here, age_*, malformed, bad_disclosure.
Result<std::vector<Fact>> read_item_facts(const CaseFile& file, const Statement& statement);

/// The server's answers that it stored something, found by what they answer. Valid as long as the entries are.
class StoredAnswers {
 public:
  explicit StoredAnswers(const std::vector<CaseEntry>& entries);
  std::optional<StoredReceipt> of(const Statement& statement) const;
  bool has(const Statement& statement) const { return find(statement) != nullptr; }

 private:
  const CaseEntry* find(const Statement& statement) const;
  std::map<std::string, const CaseEntry*, std::less<>> by_statement_;  // its hash in hex
};

/// One of them: where many are asked for, StoredAnswers reads the entries once. The server's answer that it stored this statement's objects, if it was pulled.
std::optional<StoredReceipt> find_stored(const std::vector<CaseEntry>& entries, const Statement& statement);

}  // namespace dokaz
