// SPDX-License-Identifier: GPL-3.0-or-later
// Noticing a file that became an item before, by its hash alone and before anything dear is done with it.
#pragma once

#include <optional>

#include "collector/vault/vault.hpp"

namespace dokaz {

/// What a vault had sealed when this was made. `vault` must outlive it and stay where it is.
class KnownOriginals {
 public:
  static Result<KnownOriginals> of(Vault& vault);

  /// The hash of a file that has an item, a cleaned one: whether that item still holds all of it, is for
  /// Vault::earlier_item to say. Nothing also for a long film that no item is as long as, which is not read: it
  /// is noticed later, when it is sealed. From any thread.
  std::optional<Sha256> recognise(const Path& file) const;
  /// The hash of a file that has an item, one that is not cleaned.
  std::optional<Sha256> recognise_uncleaned(const Path& file) const;

 private:
  KnownOriginals(const Vault& vault, std::set<HmacTag> tags, std::vector<std::uint64_t> sizes)
      : vault_(&vault), tags_(std::move(tags)), sizes_(std::move(sizes)) {}
  std::optional<Sha256> recognise(const Path& file, Form form) const;
  bool may_be_one(std::uint64_t size) const;

  const Vault* vault_;
  std::set<HmacTag> tags_;
  std::vector<std::uint64_t> sizes_;  // of each item's longest object, ascending
};

/// SHA-256 of an ordinary file, which is read where it lies and never by way of a link. `not_found`,
/// `not_regular_file`, `io_error`, `empty_file`, `too_large`.
Result<Sha256> hash_of_file(const Path& file);

}  // namespace dokaz
