// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/destroy.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>

#include "collector/vault/kernel_key.hpp"
#include "collector/vault/reserve.hpp"
#include "collector/vault/room.hpp"
#include "collector/vault/schema.hpp"
#include "collector/vault/slot_file.hpp"

namespace dokaz {
namespace {

namespace fs = std::filesystem;

std::size_t objects_under(const Path& folder) {
  std::size_t objects = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (entry->path().extension() == ".age") ++objects;
  return objects;
}

/// Where the vault is, and where one is or was made; what a join leaves that was cut opens by the same passphrase.
std::array<Path, 2> places_of(const Path& vault) {
  Path joining = vault.lexically_normal();
  if (!joining.has_filename()) joining = joining.parent_path();
  joining += vault_layout::joining_suffix;
  return {vault, joining};
}

Status remove_place(const Path& vault, Removed& removed) {
  Status first;
  const auto note = [&](const Status& done) {
    if (first && !done) first = done;
  };
  std::error_code error;
  if (!fs::exists(vault, error)) return {};
  for (const unsigned room : {0u, 1u}) note(spoil_room(vault, room));
  for (const unsigned room : {0u, 1u}) {
    const Path folder = room_folder(vault, room);
    removed.objects += objects_under(folder);
    fs::remove_all(folder, error);
    if (error) note(fail(Errc::io_error, "vault"));
  }
  for (const char* name : {vault_layout::key_file, vault_layout::next_key_file, vault_layout::reserve_file, ".lock"})
    if (!fs::remove(vault / name, error) && error) note(fail(Errc::io_error, "vault"));
  static_cast<void>(remove_leftovers(vault).has_value());
  const bool gone = ::rmdir(vault.c_str()) == 0 || errno == ENOENT;
  removed.all = removed.all && gone;
  note(sync_folder(gone ? fs::absolute(vault, error).lexically_normal().parent_path() : vault));
  return first;
}

}  // namespace

Status destroy_keys(const Path& vault) {
  bool there = false;
  Status first;
  forget_all_keys();
  for (const Path& place : places_of(vault)) {
    std::error_code error;
    Status spoiled = SlotFile::spoil(place);
    if (!spoiled && spoiled.code() != Errc::not_found && give_up_reserve(place)) spoiled = SlotFile::spoil(place);
    there = there || spoiled || spoiled.code() != Errc::not_found || fs::exists(room_folder(place, 0), error) ||
            fs::exists(room_folder(place, 1), error);
    if (first && !spoiled && spoiled.code() != Errc::not_found) first = spoiled;
  }
  forget_all_keys();  // one that was kept until the slots were gone
  return there ? first : Status(Errc::not_joined);
}

Result<Removed> remove_vault(const Path& vault) {
  Removed removed;
  Status first;
  for (const Path& place : places_of(vault)) {
    const Status done = remove_place(place, removed);
    if (first && !done) first = done;
  }
  if (!first) return first.error();
  return removed;
}

}  // namespace dokaz
