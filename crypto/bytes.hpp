// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes, and ids that are types: a hash cannot be passed where a key is wanted.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dokaz {

using Byte = std::uint8_t;
using Bytes = std::vector<Byte>;
using ByteView = std::span<const Byte>;

inline ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const Byte*>(text.data()), text.size()};
}
inline std::string_view text_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes to_bytes(ByteView view) { return {view.begin(), view.end()}; }
inline Bytes to_bytes(std::string_view text) { return to_bytes(bytes_of(text)); }
inline std::string to_text(ByteView view) { return std::string(text_of(view)); }

inline void append(Bytes& to, ByteView more) { to.insert(to.end(), more.begin(), more.end()); }

/// Exactly N bytes with a meaning. Two tags make two types that refuse to compare or convert.
/// For public values only: a secret is a `Secret<N>`.
template <class Tag, std::size_t N>
class FixedBytes {
 public:
  static constexpr std::size_t size = N;

  FixedBytes() = default;  // all zeros
  explicit constexpr FixedBytes(const std::array<Byte, N>& bytes) : bytes_(bytes) {}

  /// Empty unless `view` has exactly N bytes.
  static std::optional<FixedBytes> from(ByteView view) {
    if (view.size() != N) return std::nullopt;
    FixedBytes out;
    std::copy(view.begin(), view.end(), out.bytes_.begin());
    return out;
  }

  ByteView view() const { return bytes_; }
  std::array<Byte, N>& raw() { return bytes_; }
  const std::array<Byte, N>& raw() const { return bytes_; }
  bool is_zero() const {
    return std::all_of(bytes_.begin(), bytes_.end(), [](Byte b) { return b == 0; });
  }

  friend auto operator<=>(const FixedBytes&, const FixedBytes&) = default;

 private:
  std::array<Byte, N> bytes_{};
};

}  // namespace dokaz
