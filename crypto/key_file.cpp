// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/key_file.hpp"

#include "crypto/aead.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

constexpr std::string_view first_line = "dokaz/key-file/v1";
constexpr std::size_t largest_file = 512;

std::string associated_text(const PassphraseWork& work, const PassphraseSalt& salt) {
  return std::string(first_line) + "\nkdf argon2id " + std::to_string(work.passes) + " " +
         std::to_string(work.memory) + "\nsalt " + hex(salt) + "\n";
}

/// Cuts the text before `end` off `rest`.
Result<std::string_view> take_until(std::string_view& rest, char end) {
  const std::size_t at = rest.find(end);
  if (at == std::string_view::npos) return fail(Errc::malformed, "key file");
  const std::string_view field = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  return field;
}

Status take_literal(std::string_view& rest, std::string_view literal) {
  if (!rest.starts_with(literal)) return fail(Errc::malformed, "key file");
  rest.remove_prefix(literal.size());
  return {};
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
  DOKAZ_LET(version, take_until(rest, '\n'));
  if (version != first_line) {
    DOKAZ_TRY(take_literal(version, "dokaz/key-file/v"));
    DOKAZ_TRY(from_decimal(version));
    return Errc::unsupported_version;
  }
  DOKAZ_TRY(take_literal(rest, "kdf argon2id "));
  DOKAZ_LET(passes_text, take_until(rest, ' '));
  DOKAZ_LET(passes, from_decimal(passes_text));
  DOKAZ_LET(memory_text, take_until(rest, '\n'));
  DOKAZ_LET(memory, from_decimal(memory_text));
  DOKAZ_TRY(take_literal(rest, "salt "));
  DOKAZ_LET(salt_text, take_until(rest, '\n'));
  DOKAZ_LET(salt, id_from_hex<PassphraseSalt>(salt_text));
  DOKAZ_TRY(take_literal(rest, "sealed "));
  DOKAZ_LET(sealed_text, take_until(rest, '\n'));
  DOKAZ_LET(sealed, from_base64(sealed_text));
  const PassphraseWork work{passes, memory};
  if (!rest.empty() || sealed.size() != 32 + aead_tag_size || !work.acceptable())
    return fail(Errc::malformed, "key file");

  DOKAZ_LET(wrapping, key_from_passphrase(passphrase, salt, work));
  bool opened = false;
  auto key = Secret<32>::make([&](std::span<Byte, 32> out) {
    opened = Aead(wrapping).open(AeadNonce(), bytes_of(associated_text(work, salt)), sealed, out);
  });
  if (!opened) return Errc::wrong_passphrase;
  return key;
}

}  // namespace dokaz
