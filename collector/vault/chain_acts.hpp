// SPDX-License-Identifier: GPL-3.0-or-later
// Acts of custody besides taking in: format.md section 3. Each is the next statement of the vault's chain,
// durable when the call returns without failure.
//
// Failures of every call besides those named: `chain_closed` after a close; those of the vault. One thread.
#pragma once

#include "collector/vault/seal.hpp"

namespace dokaz {

/// The item that an act is about, by its number; nothing for the whole case.
using About = std::optional<std::uint64_t>;

/// Format.md section 4: the words of `consent.uses`.
inline constexpr std::string_view consent_uses[] = {"court", "partners", "press", "prosecutor", "publish", "team", "un"};
inline constexpr std::size_t max_consent_by = 64;  // bytes of UTF-8

struct Consent {
  About about;
  std::string by;                 // a pseudonym of whoever consents; empty: it is not said
  std::vector<std::string> uses;  // of consent_uses, in any order
};

/// What somebody has to say afterwards, sealed to the legal recipients. The failures of check_note, `malformed` for
/// an empty one; `not_found` if there is no such item. `more`: facts of the registry that go with it.
Result<SealedItem> add_note(Vault& vault, const About& about, std::string_view text, const ClaimedTime& time,
                            const std::vector<Fact>& more = {});
/// Sealed to both groups: whoever may pass something on has to know. `not_found`; `usage` for an unknown use, and
/// for none at all; `malformed` for a `by` that is not one line of plain text.
Result<SealedItem> add_consent(Vault& vault, const Consent& consent, const ClaimedTime& time);
/// The same for a consent that is taken back; without uses it is taken back for all.
Result<SealedItem> withdraw_consent(Vault& vault, const Consent& consent, const ClaimedTime& time);

/// Says that the chain is alive and ends here: what is cut off behind it is missed.
Result<SealedItem> heartbeat(Vault& vault, const ClaimedTime& time);
/// One if the newest statement claims a time a day or more away from `time`, and the chain is neither closed nor
/// forked. Nothing otherwise.
Result<std::optional<SealedItem>> heartbeat_if_due(Vault& vault, const ClaimedTime& time);
/// Whether its member changes keys at all: who documents does (section 7).
bool may_rotate(const Vault& vault);
/// Goes on with a fresh key, and erases the present one: format.md section 3, key epochs. Keep a sync out meanwhile
/// (take_sync_turn). `not_a_member` for who must not; `forked_chain`; `not_safe_yet` where so many key-rotates wait for
/// the server as it can be shown; `broken_chain` after max_epochs.
Result<SealedItem> rotate_key(Vault& vault, const ClaimedTime& time);
/// One if the vault is told to (rotation_days), so many days have passed by the claimed times since the present epoch
/// began, no parcel is under way, which would be the earlier key's, and nothing else is in the way of it. Nothing
/// otherwise.
Result<std::optional<SealedItem>> rotate_if_due(Vault& vault, const ClaimedTime& time);

/// The last statement. Its `seq` is the number of statements before it.
Result<SealedItem> close_chain(Vault& vault, const ClaimedTime& time);

}  // namespace dokaz
