// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/keys/database_key.hpp"

#include <sys/stat.h>

#include "crypto/passphrase_cost.hpp"
#include "sync-server/keys/key_bytes.hpp"

namespace dokaz::server {
namespace {

constexpr std::string_view protected_kind = "dokaz/key-file/";

Status check_rights(const File& file, bool is_credential) {
  struct stat about {};
  if (::fstat(file.descriptor(), &about) != 0) return Errc::io_error;
  constexpr mode_t others = S_IRWXO;
  const mode_t forbidden = is_credential ? others | S_IWGRP : others | S_IRWXG;
  if ((about.st_mode & forbidden) != 0) return fail(Errc::wrong_key, "others may use the database key's file");
  return {};
}

}  // namespace

Path key_file_of(const KeySource& source, const Path& data) {
  return source.file.empty() ? data / "db.key" : source.file;
}

bool is_protected(const SecretBytes& file) {
  return file.reveal([](ByteView bytes) { return text_of(bytes).starts_with(protected_kind); });
}

Result<SecretBytes> read_key_bytes(const KeySource& source, const Path& data) {
  // The service manager shows credentials through a link to today's folder, never the file itself by one.
  DOKAZ_LET(file, File::open(key_file_of(source, data), File::Access::read));
  DOKAZ_TRY(check_rights(file, source.is_credential));
  constexpr std::uint64_t largest = 4096;
  DOKAZ_LET(size, file.size());
  if (size == 0 || size > largest) return fail(Errc::wrong_key, "the database key's file has a wrong length");
  SecretBytes out(size);
  DOKAZ_TRY(out.fill([&](std::span<Byte> bytes) { return file.read_exactly_at(bytes, 0); }));
  return out;
}

Result<Secret<32>> key_of(const SecretBytes& bytes, const KeySource& source) {
  if (!is_protected(bytes)) {
    if (bytes.size() != Secret<32>::size) return fail(Errc::wrong_key, "the database key's file has a wrong length");
    return bytes.reveal([](ByteView key) { return Secret<32>::copy_of(key.first<Secret<32>::size>()); });
  }
  if (!source.passphrase) return Errc::no_passphrase;
  DOKAZ_LET(passphrase, source.passphrase());
  return bytes.reveal([&](ByteView file) -> Result<Secret<32>> {
    DOKAZ_LET(work, stated_work(file));
    if (is_cheap(work)) return fail(Errc::malformed, "the key file asks for less work than any of ours: guessing at it is cheap");
    return KeyFile::open(file, passphrase);
  });
}

Result<Secret<32>> read_database_key(const KeySource& source, const Path& data) {
  DOKAZ_LET(bytes, read_key_bytes(source, data));
  return key_of(bytes, source);
}

Result<DatabaseKey> make_database_key(const KeySource& source, const Path& data, const SecretBytes* under) {
  auto there = read_key_bytes(source, data);
  if (there) {
    if (under != nullptr && !is_protected(*there)) return Errc::already_exists;
    DOKAZ_LET(key, key_of(*there, source));
    return DatabaseKey{std::move(key), false};
  }
  if (there.code() != Errc::not_found || source.is_credential) return std::move(there).error();
  const Path path = key_file_of(source, data);
  if (under != nullptr) {
    DOKAZ_LET(made, KeyFile::create(*under));
    DOKAZ_TRY(create_file_durably(path, made.file));
    return DatabaseKey{std::move(made.key), true};
  }
  auto key = Secret<32>::random();
  DOKAZ_TRY(key.reveal([&](ByteView bytes) { return create_file_durably(path, bytes); }));
  return DatabaseKey{std::move(key), true};
}

}  // namespace dokaz::server
