// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/mp4/hashed_parts.hpp"

namespace dokaz::intake::mp4 {
namespace {

constexpr std::size_t block_size = 65536;

Status feed(const Content& file, std::uint64_t offset, std::uint64_t length, Bytes& block, Sha256Stream& hash) {
  while (length > 0) {
    block.resize(static_cast<std::size_t>(std::min<std::uint64_t>(length, block_size)));
    DOKAZ_TRY(file.read(block, offset));
    hash.update(block);
    offset += block.size();
    length -= block.size();
  }
  return {};
}

std::string name_of_part(HashedParts::Origin origin, unsigned type) {
  switch (origin) {
    case HashedParts::avc:
      return type == 6 ? "mp4.avc.sei" : type == 9 ? "mp4.avc.delimiter" : type == 12 ? "mp4.avc.filler"
                       : "mp4.avc.type-" + std::to_string(type);
    case HashedParts::hevc:
      return type == 39 || type == 40 ? "mp4.hevc.sei" : type == 35 ? "mp4.hevc.delimiter" : type == 38 ? "mp4.hevc.filler"
                                      : "mp4.hevc.type-" + std::to_string(type);
    case HashedParts::av1:
      return type == 5 ? "mp4.av1.metadata" : type == 2 ? "mp4.av1.delimiter" : type == 15 ? "mp4.av1.padding"
                       : "mp4.av1.type-" + std::to_string(type);
    case HashedParts::mpeg4: return type == 0xb2 ? "mp4.mpeg4.user-data" : "mp4.mpeg4.unit-" + std::to_string(type);
    case HashedParts::unused: break;
  }
  return "mp4.mdat.unused";
}

}  // namespace

Status HashedParts::add(Origin origin, unsigned type, std::uint64_t offset, std::uint64_t length) {
  const Kind kind{origin, type};
  if (kind != kind_ || offset != offset_ + length_) {
    DOKAZ_TRY(flush());
    kind_ = kind;
    offset_ = offset;
  }
  length_ += length;
  return {};
}

Status HashedParts::flush() {
  if (length_ == 0) return {};
  Part& part = parts_[kind_];
  part.length += length_;
  DOKAZ_TRY(feed(file_, offset_, length_, block_, part.hash));
  length_ = 0;
  return {};
}

Status HashedParts::list(LeftOut& left_out) {
  DOKAZ_TRY(flush());
  for (auto& [kind, part] : parts_) left_out.element(name_of_part(kind.first, kind.second), part.length, part.hash.finish());
  parts_.clear();
  return {};
}

Result<Sha256> HashedParts::digest(const Content& file, std::uint64_t offset, std::uint64_t length) {
  Bytes block;
  Sha256Stream hash;
  DOKAZ_TRY(feed(file, offset, length, block, hash));
  return hash.finish();
}

}  // namespace dokaz::intake::mp4
