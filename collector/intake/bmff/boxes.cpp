// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/bmff/boxes.hpp"

namespace dokaz::intake::bmff {

std::string plain_name(Type type) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) {
    const char c = static_cast<char>(type >> shift);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_') out += c;
  }
  return out.empty() ? "unnamed" : out;
}

Result<Box> box_at(const Content& content, std::uint64_t offset, std::uint64_t end, OpenEnd open) {
  if (offset > end || end - offset < 8) return fail(Errc::truncated_media, "a box header is cut");
  std::array<Byte, 32> room{};
  const std::uint64_t left = end - offset;
  const std::span<Byte> head = std::span(room).first(static_cast<std::size_t>(std::min<std::uint64_t>(left, room.size())));
  DOKAZ_TRY(content.read(head, offset));
  Fields fields(head);
  Box box;
  box.offset = offset;
  box.size = fields.u32();
  box.type = fields.u32();
  if (box.size == 1) {
    box.size = fields.u64();
    box.header = 16;
  } else if (box.size == 0) {
    if (open == OpenEnd::refused) return fail(Errc::malformed_media, "a box without a size");
    box.size = left;
  }
  if (box.type == type("uuid")) {
    const ByteView uuid = fields.bytes(box.uuid.size());
    std::copy(uuid.begin(), uuid.end(), box.uuid.begin());
    box.header += 16;
  }
  if (!fields.ok()) return fail(Errc::truncated_media, "a box header is cut");
  if (box.size < box.header) return fail(Errc::malformed_media, "a box smaller than its header");
  if (box.size > left) return fail(Errc::truncated_media, "a box goes beyond the end");
  return box;
}

Result<std::vector<Box>> boxes_in(const Content& content, std::uint64_t offset, std::uint64_t end, std::size_t most) {
  std::vector<Box> out;
  while (offset < end) {
    if (out.size() == most) return fail(Errc::too_large, "too many boxes");
    auto box = box_at(content, offset, end);
    if (!box) {
      if (box.code() == Errc::truncated_media) return fail(Errc::malformed_media, "a box goes beyond the one it is in");
      return std::move(box).error();
    }
    offset = box->end();
    out.push_back(*box);
  }
  return out;
}

BoxWriter& BoxWriter::begin(Type type) {
  open_.push_back(out_.size());
  return u32(0).u32(type);
}

BoxWriter& BoxWriter::begin_full(Type type, Byte version, std::uint32_t flags) {
  return begin(type).u8(version).u24(flags);
}

BoxWriter& BoxWriter::end() {
  DOKAZ_CHECK(!open_.empty());
  const std::size_t start = open_.back(), size = out_.size() - start;
  DOKAZ_CHECK(size <= UINT32_MAX);
  open_.pop_back();
  for (std::size_t i = 0; i < 4; ++i) out_[start + i] = static_cast<Byte>(size >> (24 - 8 * i));
  return *this;
}

Bytes BoxWriter::take() {
  DOKAZ_CHECK(open_.empty());
  return std::move(out_);
}

}  // namespace dokaz::intake::bmff
