// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/change_slots.hpp"

#include "collector/vault/kernel_key.hpp"
#include "collector/vault/unlock.hpp"
#include "collector/vault/vault.hpp"

namespace dokaz {
namespace {

/// With the lock as long as it lives.
struct Opened {
  FolderLock lock;
  Unlocked unlocked;

  KeySlots& slots() { return unlocked.file.slots(); }
};

Result<Opened> open(const Path& vault, const SecretBytes& passphrase) {
  if (!Vault::is_in(vault)) return Errc::not_joined;
  DOKAZ_LET(lock, lock_vault(vault, passphrase));
  DOKAZ_LET(unlocked, unlock(vault, passphrase, lock));
  return Opened{std::move(lock), std::move(unlocked)};
}

/// For `slot`, if no other one opens by it.
Result<KeySlots::Derived> derive_for(const KeySlots& slots, const SecretBytes& passphrase, std::size_t slot) {
  DOKAZ_LET(derived, slots.derive(passphrase));
  const auto taken = slots.open(derived);
  if (taken && taken->slot != slot) return fail(Errc::usage, "this passphrase is in use here already: choose another one");
  return derived;
}

}  // namespace

Status change_passphrase(const Path& vault, const SecretBytes& passphrase, const SecretBytes& next) {
  DOKAZ_LET(opened, open(vault, passphrase));
  const std::size_t slot = opened.unlocked.slot;
  DOKAZ_LET(content, opened.slots().open(opened.unlocked.derived));
  DOKAZ_LET(derived, derive_for(opened.slots(), next, slot));
  opened.slots().put(slot, content.content, derived);
  DOKAZ_TRY(opened.unlocked.file.replace());
  forget_key(vault);  // who knew the old passphrase is not to go on
  return {};
}

Status add_duress(const Path& vault, const SecretBytes& passphrase, const SecretBytes& duress) {
  DOKAZ_LET(opened, open(vault, passphrase));
  const Unlocked& own = opened.unlocked;
  const std::size_t slot = KeySlots::duress_of(own.slot);
  DOKAZ_LET(derived, derive_for(opened.slots(), duress, slot));
  DOKAZ_LET(other, read_other_room(vault, own.room));
  DOKAZ_TRY(renew_room(vault, other));
  opened.slots().put(slot, {SlotKind::erases, static_cast<Byte>(other.key.room), std::move(other.key.key)}, derived);
  return opened.unlocked.file.replace();
}

Status remove_duress(const Path& vault, const SecretBytes& passphrase) {
  DOKAZ_LET(opened, open(vault, passphrase));
  opened.slots().erase(KeySlots::duress_of(opened.unlocked.slot));
  return opened.unlocked.file.replace();
}

Status set_wipe_after(const Path& vault, const SecretBytes& passphrase, std::uint16_t limit) {
  if (limit > 0 && limit < fewest_tries) return fail(Errc::usage, "at least 3 tries, or 0 for never");
  DOKAZ_LET(opened, open(vault, passphrase));
  opened.slots().limit = limit;
  return opened.unlocked.file.replace();
}

}  // namespace dokaz
