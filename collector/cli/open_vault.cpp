// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/cli/open_vault.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "collector/vault/kernel_key.hpp"
#include "collector/vault/unlock.hpp"
#include "collector/vault/unlock_cost.hpp"
#include "console/say.hpp"

namespace dokaz::cli {
namespace {

Result<std::size_t> read_some(int descriptor, std::span<Byte> into) {
  while (true) {
    const ssize_t got = ::read(descriptor, into.data(), into.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return fail(Errc::io_error, "standard input");
  }
}

Result<SecretBytes> read_standard_input(std::size_t cap) {
  SecretBytes text(cap + 1);
  auto length = text.fill([](std::span<Byte> into) -> Result<std::size_t> {
    std::size_t done = 0;
    while (done < into.size()) {
      DOKAZ_LET(got, read_some(STDIN_FILENO, into.subspan(done)));
      if (got == 0) break;
      done += got;
    }
    return done;
  });
  if (!length) return std::move(length).error();
  if (*length > cap) return Errc::too_large;
  text.shrink(*length);
  return text;
}

}  // namespace

namespace {

/// A key file that no dokaz made opens as well, and whoever has a copy of it guesses for nothing.
void warn_of_cheap_key(const Common& common) {
  if (common.console.json || common.console.quiet || !is_cheap_to_guess(common.vault)) return;
  const std::string said = console::say(
      "Warning: guessing at this vault's passphrase costs next to nothing. Its key file asks for less work than any that\n"
      "dokaz makes: somebody else made it, or changed it. Sync what is in it, and join anew in another folder.\n");
  std::fputs(said.c_str(), stderr);
}

/// Whoever seals on after that does so for nobody.
Status warn_of_ended_key(const Common& common, Vault& vault) {
  DOKAZ_LET(run, vault.newest_run());
  if (!run || run->failure != Errc::key_revoked || common.console.json || common.console.quiet) return {};
  const std::string said = console::say(
      "Warning: your counsel has ended the key of this vault, as the last sync was told. What is sealed from now on does not\n"
      "reach the server. Keep the vault and the photos, and ask counsel, by a way you trust.\n");
  std::fputs(said.c_str(), stderr);
  return {};
}

Result<Vault> open_by_key_or_passphrase(const Common& common, Reserve reserve) {
  if (!Vault::is_in(common.vault)) return Errc::not_joined;
  if (!common.console.passphrase_file) {
    if (const auto key = kept_key(common.vault)) {
      auto vault = Vault::open(common.vault, key->room, reserve);
      // A key that opens nothing here is of another state of this folder: the passphrase decides.
      if (vault || vault.code() != Errc::damaged_store) return vault;
    }
  }
  DOKAZ_LET(passphrase, console::read_passphrase(common.console, console::say("Passphrase of the vault")));
  warn_of_cheap_key(common);
  return Vault::open(common.vault, passphrase, reserve);
}

}  // namespace

Result<Vault> open_vault(const Common& common, Reserve reserve) {
  DOKAZ_LET(vault, open_by_key_or_passphrase(common, reserve));
  const Status passed = vault.pass_time(console::now());
  if (!passed && passed.code() != Errc::no_space) return passed.error();
  if (reserve == Reserve::keep) DOKAZ_TRY(warn_of_ended_key(common, vault));
  return vault;
}

Result<UnlockedVault> unlock_vault(const Common& common) {
  if (!Vault::is_in(common.vault)) return Errc::not_joined;
  if (!common.console.passphrase_file)
    if (auto key = kept_key(common.vault)) return UnlockedVault{std::move(key->room), true};
  DOKAZ_LET(passphrase, console::read_passphrase(common.console, console::say("Passphrase of the vault")));
  warn_of_cheap_key(common);
  DOKAZ_LET(lock, lock_vault(common.vault, passphrase));
  DOKAZ_LET(unlocked, unlock(common.vault, passphrase, lock));
  return UnlockedVault{std::move(unlocked.room), false};
}

Result<SecretBytes> read_text(const std::string& path, std::size_t cap, const char* role) {
  if (path == "-") return read_standard_input(cap);
  auto bytes = read_file(path, cap, Links::follow);
  if (!bytes) return fail(bytes.code(), role);
  SecretBytes text = SecretBytes::copy_of(*bytes);
  wipe(*bytes);
  return text;
}

}  // namespace dokaz::cli
