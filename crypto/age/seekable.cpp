// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/age/envelope.hpp"
#include "crypto/age/opening.hpp"

namespace dokaz::age {

struct SeekableReader::State {
  Place place;
  Stream stream;
  std::uint64_t payload;  // where chunk 0 starts
  std::uint64_t chunks, size;
  Bytes sealed = Bytes(sealed_chunk_size);
  SecretBytes plain{chunk_size};
  std::optional<std::uint64_t> held;  // the chunk in `plain`

  State(Place from, Stream with, std::uint64_t start, std::uint64_t count, std::uint64_t total)
      : place(std::move(from)), stream(std::move(with)), payload(start), chunks(count), size(total) {}

  Status load(std::uint64_t index) {
    if (held == index) return {};
    held.reset();
    const bool last = index + 1 == chunks;
    const std::size_t length = last ? static_cast<std::size_t>(size - index * chunk_size) : chunk_size;
    const auto chunk = std::span<Byte>(sealed).first(length + aead_tag_size);
    DOKAZ_LET(got, place.read_at(chunk, payload + index * sealed_chunk_size));
    const bool opened = got == chunk.size() && plain.fill([&](std::span<Byte> out) {
      return stream.open(index, last ? Chunk::last : Chunk::middle, chunk, out.first(length));
    });
    if (!opened) return fail(Errc::age_payload, "chunk");
    held = index;
    return {};
  }
};

SeekableReader::SeekableReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
SeekableReader::SeekableReader(SeekableReader&&) noexcept = default;
SeekableReader& SeekableReader::operator=(SeekableReader&&) noexcept = default;
SeekableReader::~SeekableReader() = default;

Result<SeekableReader> SeekableReader::open(Place place, const Keys& keys) {
  BufferedSource start([&place, at = std::uint64_t{0}](std::span<Byte> into) mutable -> Result<std::size_t> {
    DOKAZ_LET(got, place.read_at(into, at));
    at += got;
    return got;
  });
  DOKAZ_LET(stream, open_payload(start, keys));
  const std::uint64_t payload = start.position();
  if (place.size < payload + aead_tag_size) return fail(Errc::age_payload, "cut");
  const std::uint64_t sealed = place.size - payload;
  const std::uint64_t chunks = (sealed + sealed_chunk_size - 1) / sealed_chunk_size;
  const std::uint64_t rest = sealed - (chunks - 1) * sealed_chunk_size;  // the last chunk
  if (rest < aead_tag_size || (rest == aead_tag_size && chunks > 1))
    return fail(Errc::age_payload, "last chunk");
  auto state = std::make_unique<State>(std::move(place), std::move(stream), payload, chunks,
                                       sealed - chunks * aead_tag_size);
  DOKAZ_TRY(state->load(chunks - 1));
  return SeekableReader(std::move(state));
}

std::uint64_t SeekableReader::size() const { return state_->size; }

Result<std::size_t> SeekableReader::read_at(std::span<Byte> into, std::uint64_t offset) {
  State& state = *state_;
  std::size_t done = 0;
  while (done < into.size() && offset < state.size) {
    DOKAZ_TRY(state.load(offset / chunk_size));
    const std::uint64_t within = offset % chunk_size;
    const std::uint64_t left = std::min(state.size - offset, chunk_size - within);
    const std::size_t size = std::min(into.size() - done, static_cast<std::size_t>(left));
    state.plain.reveal([&](ByteView plain) {
      std::copy_n(plain.subspan(static_cast<std::size_t>(within), size).begin(), size,
                  into.subspan(done).begin());
    });
    done += size;
    offset += size;
  }
  return done;
}

}  // namespace dokaz::age
