// SPDX-License-Identifier: GPL-3.0-or-later
// Where an envelope's bytes come from and go to. What is captured by reference must outlive the function.
#pragma once

#include <functional>

#include "crypto/bytes.hpp"
#include "crypto/files.hpp"
#include "crypto/result.hpp"

namespace dokaz::age {

/// Puts some bytes into the span and returns how many; 0 means the end (the span is never empty).
using Source = std::function<Result<std::size_t>(std::span<Byte>)>;
/// Takes all the bytes or fails.
using Sink = std::function<Status(ByteView)>;

/// Bytes that can be read at any place; `read_at` returns fewer than asked only at the end.
struct Place {
  std::uint64_t size = 0;
  std::function<Result<std::size_t>(std::span<Byte>, std::uint64_t offset)> read_at;
};

Source source_of(ByteView bytes);
Source source_of(const File& file);
Sink sink_into(Bytes& bytes);
/// Appends.
Sink sink_into(File& file);
Place place_of(ByteView bytes);
Result<Place> place_of(const File& file);

/// Reads until the span is full or the source ends.
Result<std::size_t> read_full(const Source& source, std::span<Byte> into);

}  // namespace dokaz::age
