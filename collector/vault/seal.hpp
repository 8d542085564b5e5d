// SPDX-License-Identifier: GPL-3.0-or-later
// Sealing one item: two objects and one statement, all of them or none.
#pragma once

#include "collector/intake/beside.hpp"
#include "collector/intake/intake.hpp"
#include "collector/vault/vault.hpp"

namespace dokaz {

struct SealRequest {
  std::string file_name;  // without folders, as it came
  std::string note;       // empty: no note
  ClaimedTime time;
  std::vector<Sidecar> sidecars = {};  // as read_sidecars gives them
  std::vector<Fact> stated = {};       // facts of the documenter's own, for the legal recipients
  std::optional<ReviewWindow> review = {};  // a clean copy can be looked at until it is over
};

struct SealedItem {
  std::uint64_t number = 0;
  StatementHash statement;
};

/// The objects are durable in the outbox before the statement is durable in the chain; after a failure
/// or a crash between the two the chain is where it was, and the next open sets the objects aside.
/// An original whose item lost an object may be sealed again: as a new item.
/// What is written must have the hashes that were checked: a film is read from its file again.
/// `already_sealed`, unless all there is was not cleaned; `no_space`; `io_error` for a file that changed; the failures of facts_of.
Result<SealedItem> seal(Vault& vault, const TakenIn& item, const SealRequest& request);

/// Several as one thing (format.md section 4, `set`): all of them or none. Each is an item; the facts that bind them
/// are added. 2 to `max_set` of them, else `usage`. The same promises and failures.
inline constexpr std::size_t max_set = 64;
struct SealedTogether {
  const TakenIn* item = nullptr;
  SealRequest request;
};
Result<std::vector<SealedItem>> seal_set(Vault& vault, std::vector<SealedTogether> all);

/// What intake refused, as it is, marked "not cleaned" with the reason: one object, for the legal recipients
/// only (format.md section 5). `already_sealed` also where it was sealed cleaned, which is more. The same promises
/// and failures.
Result<SealedItem> seal_uncleaned(Vault& vault, const UncleanedFile& file, const SealRequest& request);

}  // namespace dokaz
