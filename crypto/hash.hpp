// SPDX-License-Identifier: GPL-3.0-or-later
// Hashes. SHA-256 and SHA-512 run in OpenSSL's EVP (about five times libsodium's SHA-256 on x86-64).
#pragma once

#include <memory>
#include <string_view>

#include "crypto/bytes.hpp"

namespace dokaz {

using Sha256 = FixedBytes<struct Sha256Tag, 32>;
using Sha512 = FixedBytes<struct Sha512Tag, 64>;

/// Streaming SHA-256. `finish` may be called once.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(Sha256Stream&&) noexcept;
  Sha256Stream& operator=(Sha256Stream&&) noexcept;
  Sha256Stream& update(ByteView bytes);
  Sha256Stream& update(std::string_view text) { return update(bytes_of(text)); }
  Sha256 finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Streaming SHA-512. `finish` may be called once.
class Sha512Stream {
 public:
  Sha512Stream();
  ~Sha512Stream();
  Sha512Stream(Sha512Stream&&) noexcept;
  Sha512Stream& operator=(Sha512Stream&&) noexcept;
  Sha512Stream& update(ByteView bytes);
  Sha512 finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Sha256 sha256(ByteView bytes);
Sha256 sha256(std::string_view text);
Sha512 sha512(ByteView bytes);

}  // namespace dokaz
