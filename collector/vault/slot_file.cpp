// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/slot_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "collector/vault/schema.hpp"

namespace dokaz {
namespace {

Path place_of(const Path& vault) { return vault / vault_layout::key_file; }
/// First the new slots, then, when the two names were exchanged, the old ones.
Path beside_of(const Path& vault) { return vault / vault_layout::next_key_file; }

Status fill_with_noise(const Path& path) {
  DOKAZ_LET(file, File::open(path, File::Access::read_write));
  DOKAZ_LET(size, file.size());
  Bytes noise(static_cast<std::size_t>(std::min<std::uint64_t>(size, KeySlots::largest_file)));
  random_fill(noise);
  DOKAZ_TRY(file.write_at(noise, 0));
  return file.sync();
}

/// Overwritten, then removed. Nothing there is no failure.
Status remove_spoiled(const Path& path) {
  const Status spoiled = fill_with_noise(path);
  if (!spoiled && spoiled.code() == Errc::not_found) return {};
  DOKAZ_TRY(spoiled);
  return remove_file_durably(path);
}

/// Under its name from the first byte on, so that it is found and overwritten whatever cuts this.
Status write_new(const Path& path, ByteView bytes) {
  DOKAZ_LET(file, File::open(path, File::Access::create_new));
  DOKAZ_TRY(file.append(bytes));
  return file.sync();
}

/// True if the two names changed places in one step; false if this disk cannot do that.
Result<bool> exchange(const Path& one, const Path& other) {
  if (::renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE) == 0) return true;
  if (errno == EINVAL || errno == ENOSYS) return false;
  return fail(Errc::io_error, "key file");
}

/// Where names cannot be exchanged the old file has none from here on; its bytes are reached by the descriptor.
Status take_place(const Path& vault) {
  DOKAZ_LET(old, File::open(place_of(vault), File::Access::read_write));
  if (::rename(beside_of(vault).c_str(), place_of(vault).c_str()) != 0) return fail(Errc::io_error, "key file");
  DOKAZ_TRY(sync_folder(vault));
  DOKAZ_LET(size, old.size());
  Bytes noise(static_cast<std::size_t>(size));
  random_fill(noise);
  DOKAZ_TRY(old.write_at(noise, 0));
  return old.sync();
}

}  // namespace

Status SlotFile::create(const Path& vault, const KeySlots& slots) {
  return create_file_durably(place_of(vault), slots.bytes());
}

Result<SlotFile> SlotFile::open(const Path& vault) {
  DOKAZ_LET(bytes, read_file(place_of(vault), KeySlots::largest_file));
  auto slots = KeySlots::parse(bytes);
  if (!slots && slots.code() == Errc::malformed) return fail(Errc::damaged_store, "key file");
  if (!slots) return std::move(slots).error();
  DOKAZ_TRY(remove_spoiled(beside_of(vault)));
  return SlotFile(vault, std::move(*slots));
}

Status SlotFile::overwrite() {
  DOKAZ_LET(file, File::open(place_of(vault_), File::Access::read_write));
  DOKAZ_TRY(file.write_at(slots_.bytes(), 0));
  return file.sync();
}

Status SlotFile::replace() {
  const Status written = write_new(beside_of(vault_), slots_.bytes());
  if (!written) {
    static_cast<void>(remove_spoiled(beside_of(vault_)).has_value());  // else the next open does it
    return written;
  }
  DOKAZ_TRY(sync_folder(vault_));
  DOKAZ_LET(exchanged, exchange(beside_of(vault_), place_of(vault_)));
  if (!exchanged) return take_place(vault_);
  DOKAZ_TRY(sync_folder(vault_));
  return remove_spoiled(beside_of(vault_));
}

Status SlotFile::spoil(const Path& vault) {
  const Status beside = fill_with_noise(beside_of(vault));
  const Status spoiled = fill_with_noise(place_of(vault));
  if (!beside && beside.code() != Errc::not_found) return beside;
  if (!spoiled && spoiled.code() == Errc::not_found && beside) return {};
  return spoiled;
}

}  // namespace dokaz
