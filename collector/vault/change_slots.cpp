// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/change_slots.hpp"

#include "collector/vault/schema.hpp"
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
  DOKAZ_LET(lock, FolderLock::take(vault));
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

/// The key of the room that is not open, and never was used; where nobody knows it, the room is made anew.
Result<RoomKey> key_of_other_room(const Path& vault, const RoomKey& own) {
  const auto path = room_folder(vault, own.room) / vault_layout::database_file;
  auto database = Database::open(path, own.key);
  if (!database) return fail(Errc::damaged_store, "vault.db");
  {
    Query query = database->prepare("SELECT key FROM other_room");
    DOKAZ_LET(known, query.step());
    if (known) {
      DOKAZ_LET(key, query.secret<32>(0));
      return RoomKey{std::move(key), other_room(own.room)};
    }
  }
  RoomKey made{Secret<32>::random(), other_room(own.room)};
  DOKAZ_TRY(renew_room(vault, made));
  DOKAZ_TRY(made.key.reveal([&](ByteView key) { return database->run("INSERT INTO other_room VALUES (1, ?)", key); }));
  return made;
}

}  // namespace

Status change_passphrase(const Path& vault, const SecretBytes& passphrase, const SecretBytes& next) {
  DOKAZ_LET(opened, open(vault, passphrase));
  const std::size_t slot = opened.unlocked.slot;
  DOKAZ_LET(content, opened.slots().open(opened.unlocked.derived));
  DOKAZ_LET(derived, derive_for(opened.slots(), next, slot));
  opened.slots().put(slot, content.content, derived);
  return opened.unlocked.file.replace();
}

Status add_duress(const Path& vault, const SecretBytes& passphrase, const SecretBytes& duress) {
  DOKAZ_LET(opened, open(vault, passphrase));
  const Unlocked& own = opened.unlocked;
  const std::size_t slot = KeySlots::duress_of(own.slot);
  DOKAZ_LET(derived, derive_for(opened.slots(), duress, slot));
  DOKAZ_LET(other, key_of_other_room(vault, own.room));
  // A vault that a duress passphrase opened is a vault like any other from now on: it must not erase this slot.
  opened.slots().put(own.slot, {SlotKind::opens, static_cast<Byte>(own.room.room), own.room.copy().key}, own.derived);
  opened.slots().put(slot, {SlotKind::erases, static_cast<Byte>(other.room), std::move(other.key)}, derived);
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
