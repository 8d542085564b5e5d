// SPDX-License-Identifier: GPL-3.0-or-later
// The scrypt stanza.
#include <sodium.h>

#include "crypto/age/wrap.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::age {
namespace {

constexpr std::string_view kind = "scrypt";
constexpr std::size_t salt_size = 16;

Result<Secret<32>> wrapping_key(const Passphrase& passphrase, ByteView salt, unsigned work) {
  Bytes labelled = to_bytes("age-encryption.org/v1/scrypt");
  append(labelled, salt);
  bool done = false;
  auto key = Secret<32>::make([&](std::span<Byte, 32> out) {
    passphrase.text().reveal([&](ByteView text) {
      done =
          crypto_pwhash_scryptsalsa208sha256_ll(text.data(), text.size(), labelled.data(), labelled.size(),
                                                std::uint64_t{1} << work, 8, 1, out.data(), out.size()) == 0;
    });
  });
  if (!done) return fail(Errc::internal, "not enough memory for the passphrase");
  return key;
}

}  // namespace

Result<Stanza> wrap(const FileKey& key, const Passphrase& passphrase) {
  Bytes salt(salt_size);
  random_fill(salt);
  DOKAZ_LET(wrapping, wrapping_key(passphrase, salt, passphrase.work()));
  return Stanza{{std::string(kind), base64_unpadded(salt), std::to_string(passphrase.work())},
                seal_file_key(key, wrapping)};
}

Result<std::optional<FileKey>> unwrap(const Stanza& stanza, const Passphrase& passphrase) {
  if (stanza.kind() != kind) return std::optional<FileKey>();
  if (stanza.arguments.size() != 3) return fail(Errc::age_header, "scrypt arguments");
  const auto salt = from_base64_unpadded(stanza.arguments[1]);
  if (!salt || salt->size() != salt_size) return fail(Errc::age_header, "scrypt salt");
  const auto work = from_decimal(stanza.arguments[2]);
  if (!work || *work == 0) return fail(Errc::age_header, "scrypt work factor");
  if (stanza.body.size() != wrapped_key_size) return fail(Errc::age_header, "scrypt body");
  if (*work > passphrase.most_work()) return Errc::age_work_factor;
  DOKAZ_LET(wrapping, wrapping_key(passphrase, *salt, static_cast<unsigned>(*work)));
  return open_file_key(stanza.body, wrapping);
}

}  // namespace dokaz::age
