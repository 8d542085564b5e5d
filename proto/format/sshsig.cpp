// SPDX-License-Identifier: GPL-3.0-or-later
// The blobs of OpenSSH's PROTOCOL.sshsig for Ed25519 and sha512.
#include "proto/format/sshsig.hpp"

#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

constexpr std::string_view magic = "SSHSIG";
constexpr std::string_view key_kind = "ssh-ed25519";
constexpr std::string_view hash_name = "sha512";
constexpr std::string_view armor_begin = "-----BEGIN SSH SIGNATURE-----\n";
constexpr std::string_view armor_end = "-----END SSH SIGNATURE-----\n";
constexpr std::size_t armor_width = 70;
constexpr std::size_t max_namespace = 64;
constexpr std::size_t max_armored = 1024;

bool is_printable(std::string_view text, char lowest) {
  return std::all_of(text.begin(), text.end(), [&](char c) { return c >= lowest && c <= '~'; });
}

bool is_namespace(std::string_view text) {
  return !text.empty() && text.size() <= max_namespace && is_printable(text, '!');
}

/// RFC 4251's `uint32` and `string`.
class Blob {
 public:
  Blob& raw(std::string_view text) { return append(bytes_, bytes_of(text)), *this; }
  Blob& number(std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes_.push_back(static_cast<Byte>(value >> shift));
    return *this;
  }
  Blob& string(ByteView bytes) {
    number(static_cast<std::uint32_t>(bytes.size()));
    return append(bytes_, bytes), *this;
  }
  Blob& string(std::string_view text) { return string(bytes_of(text)); }
  const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
};

Bytes key_blob(const PublicKey& key) { return Blob().string(key_kind).string(key.view()).bytes(); }

Bytes signed_blob(ByteView message, std::string_view name_space) {
  return Blob()
      .raw(magic)
      .string(name_space)
      .string("")
      .string(hash_name)
      .string(sha512(message).view())
      .bytes();
}

std::string armor(const PublicKey& key, std::string_view name_space, const Signature& signature) {
  const Bytes blob = Blob()
                         .raw(magic)
                         .number(1)
                         .string(key_blob(key))
                         .string(name_space)
                         .string("")
                         .string(hash_name)
                         .string(Blob().string(key_kind).string(signature.view()).bytes())
                         .bytes();
  const std::string text = base64(blob);
  std::string out(armor_begin);
  for (std::size_t at = 0; at < text.size(); at += armor_width) out += text.substr(at, armor_width) + "\n";
  return out += armor_end;
}

struct Fields {
  PublicKey key;
  std::string name_space;
  Signature signature;
};

/// Reads a blob from its front; a field that is not there is empty, which no field of ours may be.
class BlobReader {
 public:
  explicit BlobReader(ByteView rest) : rest_(rest) {}
  ByteView raw(std::size_t length) {
    const ByteView out = rest_.first(std::min(length, rest_.size()));
    rest_ = rest_.subspan(out.size());
    return out;
  }
  ByteView string() {
    const ByteView four = raw(4);
    if (four.size() < 4) return {};
    return raw(std::size_t{four[0]} << 24 | std::size_t{four[1]} << 16 | std::size_t{four[2]} << 8 | four[3]);
  }

 private:
  ByteView rest_;
};

/// Takes the fields from where they should be, then accepts only what the writer would have made of them.
Result<Fields> read(std::string_view armored) {
  if (armored.size() > max_armored || armored.size() < armor_begin.size() + armor_end.size() ||
      !armored.starts_with(armor_begin) || !armored.ends_with(armor_end))
    return fail(Errc::malformed, "armor");
  std::string text(
      armored.substr(armor_begin.size(), armored.size() - armor_begin.size() - armor_end.size()));
  std::erase(text, '\n');
  DOKAZ_LET(blob, from_base64(text));
  BlobReader reader(blob);
  reader.raw(magic.size() + 4);
  BlobReader key_fields(reader.string());
  key_fields.string();
  const ByteView key_bytes = key_fields.string();
  const std::string name_space = to_text(reader.string());
  reader.string();
  reader.string();
  BlobReader signature_fields(reader.string());
  signature_fields.string();
  const auto signature = Signature::from(signature_fields.string());
  if (key_bytes.size() != PublicKey::size || !signature || !is_namespace(name_space))
    return fail(Errc::malformed, "fields");
  DOKAZ_LET(key, PublicKey::from(key_bytes));
  if (armor(key, name_space, *signature) != armored) return fail(Errc::malformed, "not canonical");
  return Fields{key, name_space, *signature};
}

}  // namespace

std::string openssh_public_key(const PublicKey& key, std::string_view comment) {
  DOKAZ_CHECK(is_printable(comment, ' '));
  std::string line = std::string(key_kind) + " " + base64(key_blob(key));
  if (!comment.empty()) line.append(" ").append(comment);
  return line;
}

std::string sign_sshsig(ByteView message, std::string_view name_space, const SigningKey& key) {
  DOKAZ_CHECK(is_namespace(name_space));
  return armor(key.public_key(), name_space, key.sign(signed_blob(message, name_space)));
}

Status verify_sshsig(ByteView armored, ByteView message, std::string_view name_space, const PublicKey& key) {
  DOKAZ_LET(fields, read(text_of(armored)));
  if (fields.name_space != name_space) return fail(Errc::bad_signature, "namespace");
  if (fields.key != key) return fail(Errc::bad_signature, "key");
  return verify(key, signed_blob(message, name_space), fields.signature);
}

}  // namespace dokaz
