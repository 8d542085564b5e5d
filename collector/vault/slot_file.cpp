// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/slot_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>

#include "collector/vault/noise.hpp"
#include "collector/vault/schema.hpp"

namespace dokaz {
namespace {

constexpr std::string_view first_vaults = "dokaz/key-file/";  // had one passphrase and no slots

Path place_of(const Path& vault) { return vault / vault_layout::key_file; }
/// First the new slots, then, when the two names were exchanged, the old ones.
Path beside_of(const Path& vault) { return vault / vault_layout::next_key_file; }

bool has_this_name(const File& file, const Path& path) {
  struct stat held {}, named {};
  return ::fstat(file.descriptor(), &held) == 0 && ::lstat(path.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
         held.st_dev == named.st_dev;
}

/// Overwritten, then removed. Nothing there is no failure.
Status remove_spoiled(const Path& path) {
  const Status spoiled = fill_with_noise(path, KeySlots::largest_file);
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
  return fill_with_noise(old, KeySlots::largest_file);
}

/// Interrupts what this thread waits for after a second, again and again, as long as it lives.
class Impatience {
 public:
  Impatience() {
    struct sigaction interrupt {};
    interrupt.sa_handler = [](int) {};  // and no SA_RESTART
    ::sigaction(SIGALRM, &interrupt, &before_);
    set({{0, 100'000}, {1, 0}});
  }
  ~Impatience() {
    set({});
    ::sigaction(SIGALRM, &before_, nullptr);
  }
  Impatience(const Impatience&) = delete;
  Impatience& operator=(const Impatience&) = delete;

 private:
  static void set(const itimerval& time) { ::setitimer(ITIMER_REAL, &time, nullptr); }
  struct sigaction before_ {};
};

/// For a panic: a command that was stopped while it wrote, or hangs on its disk, holds it up for a second and no longer.
/// Then the file is given without the lock.
Result<File> lock_or_take_key_file(const Path& vault) {
  const Impatience impatience;
  while (true) {
    DOKAZ_LET(file, open_to_write(place_of(vault)));
    const bool locked = ::flock(file.descriptor(), LOCK_EX) == 0;
    if (!locked || has_this_name(file, place_of(vault))) return file;
  }
}

}  // namespace

Result<File> lock_key_file(const Path& vault) {
  while (true) {
    DOKAZ_LET(file, open_to_write(place_of(vault)));
    while (::flock(file.descriptor(), LOCK_EX) != 0)
      if (errno != EINTR) return fail(Errc::io_error, "key file");
    if (has_this_name(file, place_of(vault))) return file;  // else it was replaced while this waited
  }
}

Status SlotFile::create(const Path& vault, const KeySlots& slots) {
  return create_file_durably(place_of(vault), slots.bytes());
}

Result<SlotFile> SlotFile::open(const Path& vault) {
  const auto lock = lock_key_file(vault);
  if (!lock && lock.code() == Errc::not_found) return Errc::not_found;
  DOKAZ_LET(bytes, read_file(place_of(vault), KeySlots::largest_file));
  auto slots = KeySlots::parse(bytes);
  if (!slots && text_of(bytes).starts_with(first_vaults)) return Errc::unsupported_version;
  if (!slots && slots.code() == Errc::malformed) return fail(Errc::damaged_store, slots.error().detail);
  if (!slots) return std::move(slots).error();
  if (lock) DOKAZ_TRY(remove_spoiled(beside_of(vault)));  // else the disk takes no write
  return SlotFile(vault, std::move(*slots));
}

Result<File> SlotFile::lock_unchanged() const {
  auto file = lock_key_file(vault_);
  if (!file && file.code() == Errc::not_found) return Errc::wrong_passphrase;
  if (!file) return file;
  Bytes now(KeySlots::largest_file);
  DOKAZ_LET(size, file->read_at(now, 0));
  now.resize(size);
  if (now != on_disk_ && now != slots_.bytes()) return Errc::wrong_passphrase;  // the second after a failed write
  return file;
}

Status SlotFile::overwrite() {
  DOKAZ_LET(file, lock_unchanged());
  Bytes bytes = slots_.bytes();
  DOKAZ_TRY(file.write_at(bytes, 0));
  DOKAZ_TRY(sync_in_place(file));
  on_disk_ = std::move(bytes);
  return {};
}

Status SlotFile::replace() {
  DOKAZ_LET(old, lock_unchanged());
  const Status written = write_new(beside_of(vault_), slots_.bytes());
  if (!written) {
    static_cast<void>(remove_spoiled(beside_of(vault_)).has_value());  // else the next open does it
    return written;
  }
  DOKAZ_TRY(sync_folder(vault_));
  DOKAZ_LET(exchanged, exchange(beside_of(vault_), place_of(vault_)));
  if (!exchanged) {
    DOKAZ_TRY(take_place(vault_));
  } else {
    // The new slots hold from here on, whatever the disk says: the next open does what could not be done.
    if (sync_folder(vault_)) static_cast<void>(remove_spoiled(beside_of(vault_)).has_value());
  }
  on_disk_ = slots_.bytes();
  return {};
}

Status SlotFile::spoil(const Path& vault) {
  auto file = lock_or_take_key_file(vault);
  const Status beside = fill_with_noise(beside_of(vault), KeySlots::largest_file);
  const Status spoiled = file ? fill_with_noise(*file, KeySlots::largest_file) : Status(file.error());
  if (!beside && beside.code() != Errc::not_found) return beside;
  if (!spoiled && spoiled.code() == Errc::not_found && beside) return {};
  return spoiled;
}

}  // namespace dokaz
