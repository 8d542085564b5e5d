// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/aead.hpp"

#include <openssl/evp.h>
#include <sodium.h>

#include <climits>

#include "crypto/check.hpp"

namespace dokaz {
namespace {

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

int length_of(std::size_t size) {
  DOKAZ_CHECK(size <= INT_MAX);
  return static_cast<int>(size);
}

Context keyed(const Secret<32>& key, int encrypting) {
  Context context(EVP_CIPHER_CTX_new());
  DOKAZ_CHECK(context != nullptr);
  key.reveal([&](std::span<const Byte, 32> bytes) {
    DOKAZ_CHECK(EVP_CipherInit_ex(context.get(), EVP_chacha20_poly1305(), nullptr, bytes.data(), nullptr,
                                  encrypting) == 1);
  });
  return context;
}

void start(EVP_CIPHER_CTX* context, const AeadNonce& nonce, ByteView associated) {
  int written = 0;
  DOKAZ_CHECK(EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, nonce.raw().data(), -1) == 1);
  if (!associated.empty())
    DOKAZ_CHECK(
        EVP_CipherUpdate(context, nullptr, &written, associated.data(), length_of(associated.size())) == 1);
}

void crypt(EVP_CIPHER_CTX* context, ByteView in, Byte* out) {
  int written = 0;
  if (in.empty()) return;
  DOKAZ_CHECK(EVP_CipherUpdate(context, out, &written, in.data(), length_of(in.size())) == 1);
  DOKAZ_CHECK(written == length_of(in.size()));
}

}  // namespace

struct Aead::State {
  Context sealing, opening;
};

Aead::Aead(const Secret<32>& key)
    : state_(std::make_unique<State>(State{keyed(key, 1), keyed(key, 0)})) {}
Aead::~Aead() = default;
Aead::Aead(Aead&&) noexcept = default;
Aead& Aead::operator=(Aead&&) noexcept = default;

void Aead::seal(const AeadNonce& nonce, ByteView associated, ByteView plain, std::span<Byte> out) {
  DOKAZ_CHECK(out.size() == plain.size() + aead_tag_size);
  EVP_CIPHER_CTX* context = state_->sealing.get();
  start(context, nonce, associated);
  crypt(context, plain, out.data());
  int written = 0;
  Byte nothing[16];
  DOKAZ_CHECK(EVP_CipherFinal_ex(context, nothing, &written) == 1 && written == 0);
  DOKAZ_CHECK(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(aead_tag_size),
                                  out.data() + plain.size()) == 1);
}

bool Aead::open(const AeadNonce& nonce, ByteView associated, ByteView sealed, std::span<Byte> out) {
  DOKAZ_CHECK(sealed.size() == out.size() + aead_tag_size);
  EVP_CIPHER_CTX* context = state_->opening.get();
  std::array<Byte, aead_tag_size> tag;  // taken first: `out` may overlap `sealed`
  std::copy_n(sealed.data() + out.size(), tag.size(), tag.begin());
  start(context, nonce, associated);
  DOKAZ_CHECK(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag.size()), tag.data()) ==
              1);
  crypt(context, sealed.first(out.size()), out.data());
  int written = 0;
  Byte nothing[16];
  if (EVP_CipherFinal_ex(context, nothing, &written) == 1) return true;
  wipe(out);
  return false;
}

HmacTag hmac_sha256(ByteView key, ByteView message) {
  HmacTag out;
  crypto_auth_hmacsha256_state state;
  const Byte nothing = 0;  // libsodium takes no null pointer for an empty key
  crypto_auth_hmacsha256_init(&state, key.empty() ? &nothing : key.data(), key.size());
  crypto_auth_hmacsha256_update(&state, message.data(), message.size());
  crypto_auth_hmacsha256_final(&state, out.raw().data());
  sodium_memzero(&state, sizeof state);
  return out;
}

Secret<32> hkdf_sha256(ByteView input_key, ByteView salt, std::string_view info) {
  HmacTag extracted = hmac_sha256(salt, input_key);
  Bytes block = to_bytes(info);
  block.push_back(1);
  HmacTag expanded = hmac_sha256(extracted.view(), block);
  auto out = Secret<32>::copy_of(std::span<const Byte, 32>(expanded.raw()));
  wipe(extracted.raw());
  wipe(expanded.raw());
  return out;
}

}  // namespace dokaz
