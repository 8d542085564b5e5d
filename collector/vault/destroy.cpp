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

/// Where the vault is, and where one is or was made; what a join leaves that was cut opens by the same passphrase.
std::array<Path, 2> places_of(const Path& vault) {
  Path joining = vault.lexically_normal();
  if (!joining.has_filename()) joining = joining.parent_path();
  joining += vault_layout::joining_suffix;
  return {vault, joining};
}

/// Another command may make the lock's file again while this one removes it: then once more.
bool remove_folder(const Path& vault) {
  for (int attempt = 0; attempt < 3; ++attempt) {
    if (::rmdir(vault.c_str()) == 0 || errno == ENOENT) return true;
    ::unlink((vault / ".lock").c_str());
  }
  return false;
}

Status remove_place(const Path& vault, const RemovalProgress& progress, Removed& removed) {
  Status first;
  const auto note = [&](const Status& done) {
    if (first && !done) first = done;
  };
  std::error_code error;
  const auto kind = fs::symlink_status(vault, error).type();
  if (kind == fs::file_type::not_found) return {};
  // What cannot be looked at is not gone.
  if (kind == fs::file_type::none) return fail(Errc::io_error, "the vault's folder");
  for (const unsigned room : {0u, 1u}) note(spoil_room(vault, room));
  Status done;
  for (int attempt = 0; attempt < 2; ++attempt) {  // a command that runs may have put something there meanwhile
    Removal removal;
    for (const unsigned room : {0u, 1u}) removal.add(room_folder(vault, room));
    for (const char* name : {vault_layout::key_file, vault_layout::next_key_file, vault_layout::reserve_file, ".lock"})
      removal.add(vault / name);
    removed.objects += removal.objects();
    if (done = removal.run(removal_threads, progress); done) break;
  }
  note(done);
  static_cast<void>(remove_leftovers(vault).has_value());
  const bool gone = remove_folder(vault);
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

Result<Removed> remove_vault(const Path& vault, const RemovalProgress& progress) {
  Removed removed;
  Status first;
  for (const Path& place : places_of(vault)) {
    const Status done = remove_place(place, progress, removed);
    if (first && !done) first = done;
  }
  if (!first) return first.error();
  return removed;
}

}  // namespace dokaz
