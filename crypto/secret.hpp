// SPDX-License-Identifier: GPL-3.0-or-later
// Secret bytes: move-only, in libsodium's guarded and locked memory, wiped on destruction.
// There is no == and no <<; `reveal` is the one door, so that its call sites can be counted.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "crypto/bytes.hpp"
#include "crypto/check.hpp"

namespace dokaz {

/// Guarded heap memory of a length known at run time (a passphrase, a decrypted key file).
class SecretBytes {
 public:
  explicit SecretBytes(std::size_t size);
  static SecretBytes copy_of(ByteView bytes);
  ~SecretBytes();
  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  template <class F>
  decltype(auto) reveal(F&& use) const {
    return std::forward<F>(use)(ByteView(data_, size_));
  }
  template <class F>
  decltype(auto) fill(F&& write) {
    return std::forward<F>(write)(std::span<Byte>(data_, size_));
  }
  /// Keeps the first `size` bytes; the rest is wiped.
  void shrink(std::size_t size);

 private:
  Byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Exactly N secret bytes.
template <std::size_t N>
class Secret {
 public:
  static constexpr std::size_t size = N;

  static Secret copy_of(std::span<const Byte, N> bytes) { return Secret(SecretBytes::copy_of(bytes)); }
  /// `write` must fill all N bytes.
  template <class F>
  static Secret make(F&& write) {
    SecretBytes memory(N);
    memory.fill([&](std::span<Byte> bytes) { std::forward<F>(write)(bytes.first<N>()); });
    return Secret(std::move(memory));
  }
  static Secret random();

  Secret(Secret&&) noexcept = default;
  Secret& operator=(Secret&&) noexcept = default;

  template <class F>
  decltype(auto) reveal(F&& use) const {
    return memory_.reveal([&](ByteView bytes) -> decltype(auto) {
      DOKAZ_CHECK(bytes.size() == N);  // a moved-from secret must not be used
      return std::forward<F>(use)(bytes.first<N>());
    });
  }

 private:
  explicit Secret(SecretBytes memory) : memory_(std::move(memory)) {}
  SecretBytes memory_;
};

/// Fills with bytes from the operating system's generator.
void random_fill(std::span<Byte> bytes);

template <class Id>
Id random_id() {
  Id id;
  random_fill(id.raw());
  return id;
}

template <std::size_t N>
Secret<N> Secret<N>::random() {
  return make([](std::span<Byte, N> bytes) { random_fill(bytes); });
}

/// Constant time in the content; for values an attacker may probe.
bool equal_in_constant_time(ByteView a, ByteView b);
void wipe(std::span<Byte> bytes);

}  // namespace dokaz
