// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/keys/change_key.hpp"

#include "crypto/sealed_db.hpp"
#include "sync-server/keys/key_bytes.hpp"

namespace dokaz::server {
namespace {

Status check_opens(const Secret<32>& key, const Path& data) {
  DOKAZ_TRY(Database::open(data / "store.db", key));
  return {};
}

Status check_is_ours(const KeySource& source) {
  return source.is_credential ? fail(Errc::usage, "the key is a credential of the service manager") : Status();
}

bool is_same(const SecretBytes& one, const SecretBytes& other) {
  return one.reveal([&](ByteView a) {
    return other.reveal([&](ByteView b) { return a.size() == b.size() && equal_in_constant_time(a, b); });
  });
}

}  // namespace

Status protect_key(const KeySource& source, const Path& data, const SecretBytes& passphrase) {
  DOKAZ_TRY(check_is_ours(source));
  DOKAZ_LET(key, read_database_key(source, data));
  DOKAZ_TRY(check_opens(key, data));
  DOKAZ_LET(sealed, KeyFile::seal(key, passphrase));
  DOKAZ_LET(again, KeyFile::open(sealed, passphrase));  // before the only other copy goes
  DOKAZ_TRY(check_opens(again, data));
  return write_file_durably(key_file_of(source, data), sealed);
}

Status unprotect_key(const KeySource& source, const Path& data) {
  DOKAZ_TRY(check_is_ours(source));
  DOKAZ_LET(key, read_database_key(source, data));
  DOKAZ_TRY(check_opens(key, data));
  return key.reveal([&](ByteView bytes) { return write_file_durably(key_file_of(source, data), bytes); });
}

Status move_key(const KeySource& source, const Path& data, const Path& to) {
  const Path from = key_file_of(source, data);
  DOKAZ_LET(bytes, read_key_bytes(source, data));
  DOKAZ_LET(key, key_of(bytes, source));
  DOKAZ_TRY(check_opens(key, data));
  std::error_code unclear;
  if (std::filesystem::equivalent(from, to, unclear)) return fail(Errc::already_exists, "this is where the key lies");
  const KeySource there{to, false, source.passphrase};
  Status written = bytes.reveal([&](ByteView view) { return create_file_durably(to, view); });
  if (!written && written.code() != Errc::already_exists) return written;
  // What is on the disk now, by this call or by one that was cut short, must be this key.
  DOKAZ_LET(copy, read_key_bytes(there, data));
  if (!is_same(bytes, copy)) return Errc::already_exists;
  DOKAZ_TRY(sync_folder(to.parent_path().empty() ? Path(".") : to.parent_path()));
  return source.is_credential ? Status() : remove_file_durably(from);
}

}  // namespace dokaz::server
