// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/format/secret_line.hpp"

namespace dokaz::secret_line {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

void write_hex(std::span<const Byte, 32> secret, std::span<Byte> out) {
  for (std::size_t i = 0; i < secret.size(); ++i) {
    out[2 * i] = static_cast<Byte>(digits[secret[i] >> 4]);
    out[2 * i + 1] = static_cast<Byte>(digits[secret[i] & 15]);
  }
}

}  // namespace

Result<Secret<32>> read(std::string_view text) {
  if (text.size() != 64 || text.find_first_not_of(digits) != std::string_view::npos)
    return fail(Errc::malformed, "secret");
  return Secret<32>::make([&](std::span<Byte, 32> out) {
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = static_cast<Byte>(digits.find(text[2 * i]) << 4 | digits.find(text[2 * i + 1]));
  });
}

SecretBytes write(std::string_view before, const Secret<32>& seed, std::string_view after) {
  SecretBytes out(before.size() + 64 + after.size());
  out.fill([&](std::span<Byte> text) {
    std::copy(before.begin(), before.end(), text.begin());
    seed.reveal([&](std::span<const Byte, 32> bytes) { write_hex(bytes, text.subspan(before.size(), 64)); });
    std::copy(after.begin(), after.end(), text.subspan(before.size() + 64).begin());
  });
  return out;
}

}  // namespace dokaz::secret_line
