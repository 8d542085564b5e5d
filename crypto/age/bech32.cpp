// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/age/bech32.hpp"

#include <array>

namespace dokaz::age {
namespace {

constexpr std::string_view alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t checksum_size = 6;

bool is_upper(Byte c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(Byte c) { return c >= 'a' && c <= 'z'; }
Byte lowered(Byte c) { return is_upper(c) ? static_cast<Byte>(c - 'A' + 'a') : c; }

class Checksum {
 public:
  explicit Checksum(std::string_view lower_prefix) {
    for (char c : lower_prefix) add(static_cast<Byte>(c) >> 5);
    add(0);
    for (char c : lower_prefix) add(static_cast<Byte>(c) & 31);
  }
  void add(unsigned value) {
    static constexpr std::array<std::uint32_t, 5> generator = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                                               0x2a1462b3};
    const std::uint32_t top = state_ >> 25;
    state_ = (state_ & 0x1ffffff) << 5 ^ value;
    for (std::size_t i = 0; i < generator.size(); ++i)
      if (top >> i & 1) state_ ^= generator[i];
  }
  std::uint32_t state() const { return state_; }

 private:
  std::uint32_t state_ = 1;
};

}  // namespace

SecretBytes bech32_encode(std::string_view prefix, ByteView data, LetterCase letters) {
  const std::size_t groups = (data.size() * 8 + 4) / 5;
  SecretBytes text(prefix.size() + 1 + groups + checksum_size);
  text.fill([&](std::span<Byte> out) {
    std::size_t at = 0;
    for (char c : prefix) out[at++] = static_cast<Byte>(c);
    out[at++] = '1';
    Checksum checksum(prefix);
    const auto put = [&](unsigned value) {
      checksum.add(value);
      out[at++] = static_cast<Byte>(alphabet[value]);
    };
    unsigned bits = 0, held = 0;
    for (Byte b : data) {
      held = (held << 8 | b) & 0xfff;
      for (bits += 8; bits >= 5; bits -= 5) put(held >> (bits - 5) & 31);
    }
    if (bits > 0) put(held << (5 - bits) & 31);
    for (std::size_t i = 0; i < checksum_size; ++i) checksum.add(0);
    const std::uint32_t sum = checksum.state() ^ 1;
    for (std::size_t i = 0; i < checksum_size; ++i)
      out[at++] = static_cast<Byte>(alphabet[sum >> 5 * (checksum_size - 1 - i) & 31]);
    DOKAZ_CHECK(at == out.size());
    if (letters == LetterCase::upper)
      for (Byte& c : out)
        if (is_lower(c)) c = static_cast<Byte>(c - 'a' + 'A');
  });
  return text;
}

Result<Bech32> bech32_decode(ByteView text) {
  const auto bad = [] { return fail(Errc::malformed, "key text"); };
  bool upper = false, lower = false;
  std::size_t separator = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] < 33 || text[i] > 126) return bad();
    upper |= is_upper(text[i]);
    lower |= is_lower(text[i]);
    if (text[i] == '1') separator = i;
  }
  if ((upper && lower) || separator == 0 || text.size() - separator - 1 < checksum_size) return bad();

  std::string lower_prefix = to_text(text.first(separator));
  Bech32 out{lower_prefix, SecretBytes((text.size() - separator - 1 - checksum_size) * 5 / 8)};
  for (char& c : lower_prefix) c = static_cast<char>(lowered(static_cast<Byte>(c)));

  Checksum checksum(lower_prefix);
  const ByteView groups = text.subspan(separator + 1);
  unsigned bits = 0, held = 0;
  bool good = true;
  out.data.fill([&](std::span<Byte> data) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < groups.size() && good; ++i) {
      const std::size_t value = alphabet.find(static_cast<char>(lowered(groups[i])));
      good = value != std::string_view::npos;
      if (!good) break;
      checksum.add(static_cast<unsigned>(value));
      if (i >= groups.size() - checksum_size) continue;
      held = (held << 5 | static_cast<unsigned>(value)) & 0xfff;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        data[at++] = static_cast<Byte>(held >> bits);
      }
    }
    good = good && at == data.size();
  });
  if (!good || checksum.state() != 1 || bits >= 5 || (held & ((1u << bits) - 1)) != 0) return bad();
  return out;
}

}  // namespace dokaz::age
