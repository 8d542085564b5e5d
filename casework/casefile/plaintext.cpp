// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/plaintext.hpp"

namespace dokaz {
namespace {

constexpr std::size_t piece_size = std::size_t{64} << 10;  // as age's chunks
constexpr std::size_t pieces_held = 256;                   // together as long as a window's source segment

age::Place place_of(const Readable& object) {
  return {object.size(), [&object](std::span<Byte> into, std::uint64_t offset) -> Result<std::size_t> {
            if (offset >= object.size()) return std::size_t{0};
            const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), object.size() - offset));
            DOKAZ_TRY(object.read(into.first(size), offset));
            return size;
          }};
}

}  // namespace

Plaintext::Plaintext(std::shared_ptr<const Readable> object, age::SeekableReader reader)
    : object_(std::move(object)), reader_(std::move(reader)), held_(pieces_held) {}

Result<std::shared_ptr<const Plaintext>> Plaintext::open(std::shared_ptr<const Readable> object,
                                                         const age::Keys& keys) {
  DOKAZ_LET(reader, age::SeekableReader::open(place_of(*object), keys));
  return std::shared_ptr<const Plaintext>(new Plaintext(std::move(object), std::move(reader)));
}

Status Plaintext::read(std::span<Byte> into, std::uint64_t offset) const {
  if (offset > size() || into.size() > size() - offset) return fail(Errc::truncated_media);
  while (!into.empty()) {
    const std::uint64_t index = offset / piece_size;
    const auto within = static_cast<std::size_t>(offset % piece_size);
    std::size_t length = std::min(into.size(), piece_size - within);
    if (length == piece_size) {
      // Whole pieces go straight through, and do not drive out what small reads come back to.
      length = into.size() - into.size() % piece_size;
      DOKAZ_TRY(fill(into.first(length), offset));
    } else {
      DOKAZ_LET(content, piece(index));
      std::copy_n(content.subspan(within, length).begin(), length, into.begin());
    }
    into = into.subspan(length);
    offset += length;
  }
  return {};
}

Status Plaintext::fill(std::span<Byte> into, std::uint64_t offset) const {
  deciphered_ += into.size();
  DOKAZ_LET(got, reader_.read_at(into, offset));
  if (got != into.size()) return fail(Errc::age_payload, "cut");
  return {};
}

Result<ByteView> Plaintext::piece(std::uint64_t index) const {
  Piece& held = held_[index % pieces_held];
  if (held.content.empty() || held.index != index) {
    const std::uint64_t at = index * piece_size;
    held.content.resize(static_cast<std::size_t>(std::min<std::uint64_t>(piece_size, size() - at)));
    held.index = index;
    if (const Status filled = fill(held.content, at); !filled) {
      held.content.clear();
      return filled.error();
    }
  }
  return ByteView(held.content);
}

}  // namespace dokaz
