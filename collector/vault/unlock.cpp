// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/unlock.hpp"

#include "collector/vault/clearing.hpp"
#include "collector/vault/destroy.hpp"
#include "collector/vault/kernel_key.hpp"
#include "collector/vault/schema.hpp"

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

/// In place, or where that fails in a new file.
Status write_down(SlotFile& file) {
  const Status overwritten = file.overwrite();
  return overwritten ? overwritten : file.replace();
}

Error wrong(const Path& vault, SlotFile& file) {
  const KeySlots& slots = file.slots();
  if (slots.limit == 0) return fail(Errc::wrong_passphrase);
  if (slots.tries < slots.limit)
    return fail(Errc::wrong_passphrase, "tries left: " + std::to_string(slots.limit - slots.tries));
  static_cast<void>(destroy_keys(vault).has_value());  // what is not destroyed now is at the next try
  static_cast<void>(remove_vault(vault).has_value());
  return fail(Errc::wrong_passphrase, "tries left: 0");
}

}  // namespace

Result<Unlocked> unlock(const Path& vault, const SecretBytes& passphrase, const FolderLock&) {
  DOKAZ_LET(file, open_key_file(vault));
  KeySlots& slots = file.slots();
  if (slots.limit > 0) {
    if (slots.tries < slots.limit) ++slots.tries;
    DOKAZ_TRY(file.overwrite());  // before anybody can know how this try ends
  }
  DOKAZ_LET(derived, slots.derive(passphrase));
  auto opened = slots.open(derived);
  const bool erases = opened && opened->content.kind == SlotKind::erases;
  if (opened) slots.tries = 0;
  if (erases) slots.erase_all_but(opened->slot);
  const Status written = write_down(file);
  if (!opened && opened.code() == Errc::wrong_passphrase) return wrong(vault, file);
  if (!opened) return fail(Errc::damaged_store, "key file");
  static_cast<void>(written.has_value());  // a disk that takes no write may still be read
  const auto kept = find_key(vault);
  if (kept && erases) end_key(*kept);
  start_clearing(vault, erases ? std::optional(other_room(opened->content.room)) : std::nullopt);
  return Unlocked{{std::move(opened->content.key), opened->content.room}, opened->slot, std::move(derived),
                  std::move(file)};
}

}  // namespace dokaz
