// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/encoding.hpp"

#include <array>

namespace dokaz {
namespace {

// By tables, several times as fast as libsodium's, whose time does not depend on the bytes: a vault or a log reads
// millions of hashes and signatures in this form, and no key has it.
using Alphabet = std::array<char, 64>;
using Values = std::array<std::int8_t, 256>;  // -1: not in the alphabet

constexpr Alphabet alphabet(char second_last, char last) {
  Alphabet out{};
  for (std::size_t i = 0; i < 26; ++i) {
    out[i] = static_cast<char>('A' + i);
    out[26 + i] = static_cast<char>('a' + i);
  }
  for (std::size_t i = 0; i < 10; ++i) out[52 + i] = static_cast<char>('0' + i);
  out[62] = second_last;
  out[63] = last;
  return out;
}

constexpr Values values_of(const Alphabet& alphabet) {
  Values out{};
  for (auto& value : out) value = -1;
  for (std::size_t i = 0; i < alphabet.size(); ++i) out[static_cast<Byte>(alphabet[i])] = static_cast<std::int8_t>(i);
  return out;
}

enum class Padding : bool { none, whole };  // whole: to a multiple of 4 characters

struct Variant {
  Alphabet alphabet;
  Values values;
  Padding padding;
};
constexpr Variant variant(char second_last, char last, Padding padding) {
  return {alphabet(second_last, last), values_of(alphabet(second_last, last)), padding};
}
constexpr Variant original = variant('+', '/', Padding::whole), original_unpadded = variant('+', '/', Padding::none),
                  url = variant('-', '_', Padding::none);

std::string encode(ByteView bytes, const Variant& variant) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  unsigned held = 0;
  int bits = 0;  // of `held` that were not written
  for (const Byte byte : bytes) {
    held = (held << 8 | byte) & 0xffff;
    for (bits += 8; bits >= 6; bits -= 6) out.push_back(variant.alphabet[held >> (bits - 6) & 63]);
  }
  if (bits > 0) out.push_back(variant.alphabet[held << (6 - bits) & 63]);
  while (variant.padding == Padding::whole && out.size() % 4 != 0) out.push_back('=');
  return out;
}

/// Only the one canonical text of some bytes is accepted: padding as the variant has it, and no bit behind the last byte.
Result<Bytes> decode(std::string_view text, const Variant& variant) {
  if (variant.padding == Padding::whole) {
    if (text.size() % 4 != 0) return fail(Errc::malformed, "base64");
    for (int most = 2; most > 0 && text.ends_with('='); --most) text.remove_suffix(1);
  }
  if (text.size() % 4 == 1) return fail(Errc::malformed, "base64");
  Bytes out;
  out.reserve(text.size() * 3 / 4);
  unsigned held = 0;
  int bits = 0;
  for (const char c : text) {
    const int value = variant.values[static_cast<Byte>(c)];
    if (value < 0) return fail(Errc::malformed, "base64");
    held = (held << 6 | static_cast<unsigned>(value)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out.push_back(static_cast<Byte>(held >> bits));
  }
  if ((held & ((1U << bits) - 1)) != 0) return fail(Errc::malformed, "base64");
  return out;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

std::string hex(ByteView bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (Byte b : bytes) {
    out.push_back(digits[b >> 4]);
    out.push_back(digits[b & 15]);
  }
  return out;
}

Result<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return fail(Errc::malformed, "hex");
  Bytes out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return fail(Errc::malformed, "hex");
    out.push_back(static_cast<Byte>(high << 4 | low));
  }
  return out;
}

std::string base64(ByteView bytes) { return encode(bytes, original); }
Result<Bytes> from_base64(std::string_view text) { return decode(text, original); }

std::string base64_unpadded(ByteView bytes) { return encode(bytes, original_unpadded); }
Result<Bytes> from_base64_unpadded(std::string_view text) {
  return decode(text, original_unpadded);
}

std::string base64url(ByteView bytes) { return encode(bytes, url); }
Result<Bytes> from_base64url(std::string_view text) {
  return decode(text, url);
}

Result<std::uint64_t> from_decimal(std::string_view text) {
  if (text.empty() || text.size() > 20 || (text.size() > 1 && text[0] == '0'))
    return fail(Errc::malformed, "number");
  std::uint64_t value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return fail(Errc::malformed, "number");
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (UINT64_MAX - digit) / 10) return fail(Errc::malformed, "number");
    value = value * 10 + digit;
  }
  return value;
}

}  // namespace dokaz
