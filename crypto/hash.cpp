// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/hash.hpp"

#include <openssl/evp.h>

#include "crypto/check.hpp"

namespace dokaz {
namespace {

/// Looked up once: finding an algorithm by its name costs more than hashing a node of a tree. Never changed, and kept
/// until the process ends.
const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const found = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return found;
}
const EVP_MD* sha512_algorithm() {
  static const EVP_MD* const found = EVP_MD_fetch(nullptr, "SHA512", nullptr);
  return found;
}

class Digest {
 public:
  explicit Digest(const EVP_MD* kind) : context_(EVP_MD_CTX_new()) {
    DOKAZ_CHECK(kind && context_ && EVP_DigestInit_ex2(context_.get(), kind, nullptr) == 1);
  }
  void update(ByteView bytes) {
    DOKAZ_CHECK(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
  }
  template <class Hash>
  Hash finish() {
    Hash out;
    unsigned int length = 0;
    DOKAZ_CHECK(EVP_DigestFinal_ex(context_.get(), out.raw().data(), &length) == 1 && length == Hash::size);
    return out;
  }

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

}  // namespace

struct Sha256Stream::State : Digest {
  State() : Digest(sha256_algorithm()) {}
};
struct Sha512Stream::State : Digest {
  State() : Digest(sha512_algorithm()) {}
};

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {}
Sha256Stream::~Sha256Stream() = default;
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::update(ByteView bytes) { return state_->update(bytes), *this; }
Sha256 Sha256Stream::finish() { return state_->finish<Sha256>(); }

Sha512Stream::Sha512Stream() : state_(std::make_unique<State>()) {}
Sha512Stream::~Sha512Stream() = default;
Sha512Stream::Sha512Stream(Sha512Stream&&) noexcept = default;
Sha512Stream& Sha512Stream::operator=(Sha512Stream&&) noexcept = default;
Sha512Stream& Sha512Stream::update(ByteView bytes) { return state_->update(bytes), *this; }
Sha512 Sha512Stream::finish() { return state_->finish<Sha512>(); }

Sha256 sha256(ByteView bytes) { return Sha256Stream().update(bytes).finish(); }
Sha256 sha256(std::string_view text) { return sha256(bytes_of(text)); }
Sha512 sha512(ByteView bytes) { return Sha512Stream().update(bytes).finish(); }

}  // namespace dokaz
