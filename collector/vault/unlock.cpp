// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/unlock.hpp"

#include "collector/vault/clearing.hpp"
#include "collector/vault/destroy.hpp"
#include "collector/vault/kernel_key.hpp"
#include "collector/vault/reserve.hpp"
#include "collector/vault/schema.hpp"
#include "crypto/counted.hpp"

namespace dokaz {
namespace {

Result<SlotFile> open_key_file(const Path& vault) {
  auto file = SlotFile::open(vault);
  if (file || file.code() != Errc::not_found) return file;
  std::error_code error;
  for (unsigned room : {0u, 1u})
    if (std::filesystem::exists(room_folder(vault, room), error)) return fail(Errc::damaged_store, "the key file is gone");
  return Errc::not_joined;
}

/// In place; where that fails with the room that the reserve takes, and in a new file at last.
Status write_down(const Path& vault, SlotFile& file) {
  const Status overwritten = file.overwrite();
  if (overwritten || overwritten.code() == Errc::wrong_passphrase) return overwritten;
  if (give_up_reserve(vault) && file.overwrite()) return {};
  return file.replace();
}

/// Puts random bytes for all the other passphrases. From now on this one is of a vault like any other: nothing in its
/// slot says what it did.
void erase_others(KeySlots& slots, KeySlots::Opened& opened, const KeySlots::Derived& derived) {
  slots.erase_all_but(opened.slot);
  opened.content.kind = SlotKind::opens;
  slots.put(opened.slot, opened.content, derived);
}

void end_kept_key(const Path& vault, bool erased) {
  const auto kept = find_key(vault);
  if (kept && erased) end_key(*kept);
}

void heed_while_busy(const Path& vault, const SecretBytes& passphrase) {
  auto file = SlotFile::open(vault);
  if (!file) return;
  const auto derived = file->slots().derive(passphrase);
  if (!derived) return;
  auto opened = file->slots().open(*derived);
  const bool erases = opened && opened->content.kind == SlotKind::erases;
  if (erases) erase_others(file->slots(), *opened, *derived);
  end_kept_key(vault, write_down(vault, *file) && erases);
}

Error wrong(const Path& vault, SlotFile& file) {
  const KeySlots& slots = file.slots();
  if (slots.limit == 0) return fail(Errc::wrong_passphrase);
  if (slots.tries < slots.limit)
    return fail(Errc::wrong_passphrase, counted("tries left: {}", {std::to_string(slots.limit - slots.tries)}));
  static_cast<void>(destroy_keys(vault).has_value());  // what is not destroyed now is at the next try
  static_cast<void>(remove_vault(vault).has_value());
  return fail(Errc::wrong_passphrase, "tries left: 0");
}

}  // namespace

Result<FolderLock> lock_vault(const Path& vault, const SecretBytes& passphrase) {
  auto lock = FolderLock::take(vault);
  if (!lock && lock.code() == Errc::busy) heed_while_busy(vault, passphrase);
  return lock;
}

Result<Unlocked> unlock(const Path& vault, const SecretBytes& passphrase, const FolderLock&) {
  DOKAZ_LET(file, open_key_file(vault));
  KeySlots& slots = file.slots();
  if (slots.limit > 0) {
    if (slots.tries < slots.limit) ++slots.tries;
    DOKAZ_TRY(file.overwrite());  // durable before anybody can know how this try ends
  }
  auto got = slots.derive(passphrase);
  if (!got) {  // want of memory is no wrong passphrase
    if (slots.limit > 0 && slots.tries > 0) --slots.tries;
    if (slots.limit > 0) static_cast<void>(file.overwrite().has_value());
    return std::move(got).error();
  }
  KeySlots::Derived derived = std::move(*got);
  auto opened = slots.open(derived);
  const bool erases = opened && opened->content.kind == SlotKind::erases;
  if (opened) slots.tries = 0;
  if (erases) erase_others(slots, *opened, derived);
  const Status written = write_down(vault, file);
  if (!opened && opened.code() == Errc::wrong_passphrase) return wrong(vault, file);
  if (!opened) return fail(Errc::damaged_store, "key file");
  // A disk that takes no write may still be read. But what must be erased first is not opened over, and what
  // somebody erased meanwhile is not opened.
  if (!written && (erases || written.code() == Errc::wrong_passphrase)) return Errc::wrong_passphrase;

  Unlocked unlocked{{std::move(opened->content.key), opened->content.room}, opened->slot, std::move(derived),
                    std::move(file)};
  end_kept_key(vault, erases);
  auto other = read_other_room(vault, unlocked.room);
  if (!other && erases) other = OtherRoom{{Secret<32>::random(), other_room(unlocked.room.room)}, 0};
  if (other && erases) other->new_size = 0;  // a vault that joined and holds nothing may look new: it goes as well
  if (other) start_clearing(vault, *other);
  return unlocked;
}

}  // namespace dokaz
