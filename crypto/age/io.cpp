// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/age/io.hpp"

namespace dokaz::age {
namespace {

std::size_t copy_from(ByteView bytes, std::uint64_t offset, std::span<Byte> into) {
  if (offset >= bytes.size()) return 0;
  const ByteView rest = bytes.subspan(static_cast<std::size_t>(offset));
  const std::size_t size = std::min(rest.size(), into.size());
  std::copy_n(rest.begin(), size, into.begin());
  return size;
}

}  // namespace

Source source_of(ByteView bytes) {
  return [bytes, at = std::uint64_t{0}](std::span<Byte> into) mutable -> Result<std::size_t> {
    const std::size_t size = copy_from(bytes, at, into);
    at += size;
    return size;
  };
}

Source source_of(const File& file) {
  return [&file, at = std::uint64_t{0}](std::span<Byte> into) mutable -> Result<std::size_t> {
    DOKAZ_LET(size, file.read_at(into, at));
    at += size;
    return size;
  };
}

Sink sink_into(Bytes& bytes) {
  return [&bytes](ByteView more) -> Status {
    append(bytes, more);
    return {};
  };
}

Sink sink_into(File& file) {
  return [&file](ByteView more) { return file.append(more); };
}

Place place_of(ByteView bytes) {
  return {bytes.size(), [bytes](std::span<Byte> into, std::uint64_t offset) -> Result<std::size_t> {
            return copy_from(bytes, offset, into);
          }};
}

Result<Place> place_of(const File& file) {
  DOKAZ_LET(size, file.size());
  return Place{size,
               [&file](std::span<Byte> into, std::uint64_t offset) { return file.read_at(into, offset); }};
}

Result<std::size_t> read_full(const Source& source, std::span<Byte> into) {
  std::size_t done = 0;
  while (done < into.size()) {
    DOKAZ_LET(got, source(into.subspan(done)));
    if (got == 0) break;
    done += got;
  }
  return done;
}

}  // namespace dokaz::age
