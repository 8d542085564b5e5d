// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/age/armor.hpp"
#include "crypto/age/envelope.hpp"
#include "crypto/age/opening.hpp"

namespace dokaz::age {

struct Reader::State {
  std::shared_ptr<BufferedSource> source;
  Stream stream;
  std::uint64_t index = 0;
  Bytes sealed = Bytes(sealed_chunk_size);
  SecretBytes plain{chunk_size};
  std::size_t at = 0, end = 0;  // what of `plain` is still to be given out
  bool last_seen = false, ended = false;
  std::optional<Error> failed;

  State(std::shared_ptr<BufferedSource> from, Stream with)
      : source(std::move(from)), stream(std::move(with)) {}

  Result<std::size_t> fetch(std::span<Byte> into) {
    return read_full([this](std::span<Byte> part) { return source->read(part); }, into);
  }

  bool opens(Chunk place, ByteView chunk) {
    return plain.fill([&](std::span<Byte> out) {
      return stream.open(index, place, chunk, out.first(chunk.size() - aead_tag_size));
    });
  }

  /// The next chunk into `plain`, or the proof that there is none.
  Status next_chunk() {
    DOKAZ_LET(got, fetch(sealed));
    if (last_seen) {
      if (got != 0) return fail(Errc::age_payload, "bytes after the end");
      ended = true;
      return {};
    }
    if (got < aead_tag_size) return fail(Errc::age_payload, "cut");
    const ByteView chunk = ByteView(sealed).first(got);
    if (got == sealed_chunk_size && opens(Chunk::middle, chunk)) {
      // not the last
    } else if (opens(Chunk::last, chunk)) {
      last_seen = true;
    } else {
      return fail(Errc::age_payload, "chunk");
    }
    if (got == aead_tag_size && index > 0) return fail(Errc::age_payload, "an empty last chunk");
    ++index;
    at = 0;
    end = got - aead_tag_size;
    return {};
  }
};

Reader::Reader(std::unique_ptr<State> state) : state_(std::move(state)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

Result<Reader> Reader::open(Source source, const Keys& keys, Form form) {
  if (form == Form::armored) source = dearmored(std::move(source));
  auto buffered = std::make_shared<BufferedSource>(std::move(source));
  DOKAZ_LET(stream, open_payload(*buffered, keys));
  return Reader(std::make_unique<State>(std::move(buffered), std::move(stream)));
}

Result<Reader> Reader::open(Source source, const Keys& keys) {
  auto buffered = std::make_shared<BufferedSource>(std::move(source));
  DOKAZ_LET(first, buffered->peek());
  constexpr std::string_view armor_starts = "- \t\r\n";
  const bool armored =
      !first.empty() && armor_starts.find(static_cast<char>(first[0])) != std::string_view::npos;
  return open([buffered](std::span<Byte> into) { return buffered->read(into); }, keys,
              armored ? Form::armored : Form::binary);
}

Result<std::size_t> Reader::read(std::span<Byte> into) {
  State& state = *state_;
  DOKAZ_CHECK(!into.empty());
  while (state.at == state.end && !state.ended && !state.failed)
    if (Status outcome = state.next_chunk(); !outcome) state.failed = outcome.error();
  if (state.failed) return *state.failed;
  const std::size_t size = std::min(into.size(), state.end - state.at);
  state.plain.reveal([&](ByteView plain) {
    const ByteView part = plain.subspan(state.at, size);
    std::copy(part.begin(), part.end(), into.begin());
  });
  state.at += size;
  return size;
}

Status Reader::copy_to(const Sink& sink) {
  SecretBytes part(chunk_size);
  for (;;) {
    std::size_t got = 0;
    DOKAZ_TRY(part.fill([&](std::span<Byte> into) -> Status {
      DOKAZ_LET(size, read(into));
      got = size;
      return size == 0 ? Status{} : sink(into.first(size));
    }));
    if (got == 0) return {};
  }
}

Result<Bytes> decrypt(ByteView envelope, const Keys& keys) {
  DOKAZ_LET(reader, Reader::open(source_of(envelope), keys));
  Bytes out;
  out.reserve(envelope.size());
  DOKAZ_TRY(reader.copy_to(sink_into(out)));
  return out;
}

}  // namespace dokaz::age
