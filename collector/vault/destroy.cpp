// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/destroy.hpp"

#include <unistd.h>

#include <cerrno>

#include "collector/vault/kernel_key.hpp"
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

}  // namespace

Status destroy_keys(const Path& vault) {
  std::error_code error;
  const bool rooms = fs::exists(room_folder(vault, 0), error) || fs::exists(room_folder(vault, 1), error);
  forget_key(vault);  // its name is made of the key file
  const Status spoiled = SlotFile::spoil(vault);
  if (!spoiled && spoiled.code() == Errc::not_found) return rooms ? Status() : Status(Errc::not_joined);
  return spoiled;
}

Result<Removed> remove_vault(const Path& vault) {
  Removed removed;
  Status first;
  const auto note = [&](const Status& done) {
    if (first && !done) first = done;
  };
  std::error_code error;
  for (const unsigned room : {0u, 1u}) {
    note(spoil_room(vault, room));
    const Path folder = room_folder(vault, room);
    removed.objects += objects_under(folder);
    fs::remove_all(folder, error);
    if (error) note(fail(Errc::io_error, "vault"));
  }
  for (const char* name : {vault_layout::key_file, vault_layout::next_key_file, vault_layout::reserve_file, ".lock"})
    if (!fs::remove(vault / name, error) && error) note(fail(Errc::io_error, "vault"));
  static_cast<void>(remove_leftovers(vault).has_value());
  removed.all = ::rmdir(vault.c_str()) == 0 || errno == ENOENT;
  note(sync_folder(removed.all ? fs::absolute(vault, error).lexically_normal().parent_path() : vault));
  if (!first) return first.error();
  return removed;
}

}  // namespace dokaz
