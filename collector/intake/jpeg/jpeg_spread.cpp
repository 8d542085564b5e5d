// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/jpeg/jpeg_spread.hpp"

#include <algorithm>

#include "collector/intake/jpeg/jpeg_segments.hpp"
#include "crypto/check.hpp"

namespace dokaz::intake::jpeg {
namespace {

using namespace std::string_view_literals;

std::uint32_t number32(ByteView at) { return number16(at) << 16 | number16(at.subspan(2)); }

constexpr std::string_view profile_label = "ICC_PROFILE\0"sv;

}  // namespace

void ProfileParts::add(ByteView body) {
  any_ = true;
  if (body.size() < 2 || body[0] == 0 || body[0] > body[1] || (count_ != 0 && body[1] != count_) ||
      !parts_.emplace(body[0], body.subspan(2)).second) {
    broken_ = true;
    return;
  }
  count_ = body[1];
}

Bytes ProfileParts::whole() const {
  Bytes out;
  if (broken_ || parts_.size() != count_) return out;
  for (const auto& [number, part] : parts_) append(out, part);
  return out;
}

Bytes profile_segment(ByteView profile) {
  const std::size_t length = 2 + profile_label.size() + 2 + profile.size();
  DOKAZ_CHECK(length < 65536);
  Bytes out = {0xff, APP0 + 2, static_cast<Byte>(length >> 8), static_cast<Byte>(length)};
  append(out, bytes_of(profile_label));
  append(out, Bytes{1, 1});
  append(out, profile);
  return out;
}

void LongXmp::add(ByteView body) {
  if (body.size() < 40) return;
  const std::string_view name = text_of(body.first(32));
  if (!packets_.contains(name) && packets_.size() == most_packets) return;
  Packet& packet = packets_[name];
  if (packet.parts.empty()) packet.length = number32(body.subspan(32));
  packet.parts.emplace_back(number32(body.subspan(36)), body.subspan(40));
}

std::vector<Bytes> LongXmp::packets() const {
  std::vector<Bytes> out;
  for (const auto& [name, packet] : packets_) {
    std::size_t known = 0;  // never longer than what came for it
    for (const auto& [offset, part] : packet.parts) known += part.size();
    Bytes whole(std::min({std::size_t{packet.length}, known, longest}));
    for (const auto& [offset, part] : packet.parts)
      if (offset < whole.size())
        std::copy_n(part.begin(), std::min(part.size(), whole.size() - offset),
                    whole.begin() + static_cast<std::ptrdiff_t>(offset));
    out.push_back(std::move(whole));
  }
  return out;
}

bool C2paBoxes::holds(ByteView body) {
  constexpr auto store = "jumdc2pa\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71"sv;
  if (body.size() < 2) return false;
  const unsigned number = number16(body);
  if (text_of(body.first(std::min<std::size_t>(body.size(), 256))).find(store) != std::string_view::npos)
    numbers_.insert(number);
  return numbers_.contains(number);
}

}  // namespace dokaz::intake::jpeg
