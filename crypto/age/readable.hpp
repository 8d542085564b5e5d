// SPDX-License-Identifier: GPL-3.0-or-later
// An opened envelope as a Readable: deciphered where it is read, two chunks of 64 KiB in memory.
#pragma once

#include "crypto/age/envelope.hpp"
#include "crypto/readable.hpp"

namespace dokaz::age {

/// Its size is proven by the last chunk; `age_payload` where a chunk that is read was changed. One thread.
class ReadableEnvelope : public Readable {
 public:
  explicit ReadableEnvelope(SeekableReader reader) : reader_(std::move(reader)) {}
  std::uint64_t size() const override { return reader_.size(); }
  Status read(std::span<Byte> into, std::uint64_t offset) const override {
    if (offset > size() || into.size() > size() - offset) return fail(Errc::truncated_media);
    DOKAZ_LET(got, reader_.read_at(into, offset));
    return got == into.size() ? Status() : fail(Errc::age_payload, "cut");
  }

 private:
  mutable SeekableReader reader_;  // remembers the chunk it has opened
};

}  // namespace dokaz::age
