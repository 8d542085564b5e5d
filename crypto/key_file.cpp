// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/key_file.hpp"

#include "crypto/aead.hpp"
#include "crypto/encoding.hpp"
#include "crypto/passphrase_lines.hpp"

namespace dokaz {
namespace {

constexpr std::string_view first_line = "dokaz/key-file/v1";
constexpr std::size_t largest_file = 512;

std::string associated_text(const PassphraseWork& work, const PassphraseSalt& salt) {
  return write_passphrase_lines(first_line, {work, salt});
}

}  // namespace

Result<Bytes> KeyFile::seal(const Secret<32>& key, const SecretBytes& passphrase,
                            const PassphraseWork& work) {
  const auto salt = random_id<PassphraseSalt>();
  DOKAZ_LET(wrapping, key_from_passphrase(passphrase, salt, work));
  const std::string associated = associated_text(work, salt);
  Bytes sealed(32 + aead_tag_size);
  key.reveal([&](std::span<const Byte, 32> bytes) {
    Aead(wrapping).seal(AeadNonce(), bytes_of(associated), bytes, sealed);
  });
  return to_bytes(associated + "sealed " + base64(sealed) + "\n");
}

Result<KeyFile::Created> KeyFile::create(const SecretBytes& passphrase, const PassphraseWork& work) {
  auto key = Secret<32>::random();
  DOKAZ_LET(file, seal(key, passphrase, work));
  return Created{std::move(file), std::move(key)};
}

Result<Secret<32>> KeyFile::open(ByteView file, const SecretBytes& passphrase) {
  if (file.size() > largest_file) return fail(Errc::malformed, "key file");
  std::string_view rest = text_of(file);
  DOKAZ_LET(lines, take_passphrase_lines(first_line, rest));
  DOKAZ_TRY(take_literal(rest, "sealed "));
  DOKAZ_LET(sealed_text, take_until(rest, '\n'));
  DOKAZ_LET(sealed, from_base64(sealed_text));
  if (!rest.empty() || sealed.size() != 32 + aead_tag_size) return fail(Errc::malformed, "key file");

  DOKAZ_LET(wrapping, key_from_passphrase(passphrase, lines.salt, lines.work));
  bool opened = false;
  auto key = Secret<32>::make([&](std::span<Byte, 32> out) {
    opened = Aead(wrapping).open(AeadNonce(), bytes_of(associated_text(lines.work, lines.salt)), sealed, out);
  });
  if (!opened) return Errc::wrong_passphrase;
  return key;
}

}  // namespace dokaz
