// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/secret.hpp"

#include <sodium.h>

namespace dokaz {
namespace {

void start_library() {
  static const int started = sodium_init();  // 0 the first time, 1 when it already ran
  DOKAZ_CHECK(started >= 0);
}

}  // namespace

SecretBytes::SecretBytes(std::size_t size) : size_(size) {
  start_library();
  data_ = static_cast<Byte*>(sodium_malloc(size));
  DOKAZ_CHECK(data_ != nullptr);
}

SecretBytes SecretBytes::copy_of(ByteView bytes) {
  SecretBytes out(bytes.size());
  std::copy(bytes.begin(), bytes.end(), out.data_);
  return out;
}

SecretBytes::~SecretBytes() { sodium_free(data_); }

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this != &other) {
    sodium_free(data_);
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

void SecretBytes::shrink(std::size_t size) {
  DOKAZ_CHECK(size <= size_);
  sodium_memzero(data_ + size, size_ - size);
  size_ = size;
}

void random_fill(std::span<Byte> bytes) {
  start_library();
  randombytes_buf(bytes.data(), bytes.size());
}

bool equal_in_constant_time(ByteView a, ByteView b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(std::span<Byte> bytes) { sodium_memzero(bytes.data(), bytes.size()); }

}  // namespace dokaz
