// SPDX-License-Identifier: GPL-3.0-or-later
// The plaintext of an object of the case, deciphered where it is read and never whole.
#pragma once

#include <memory>

#include "crypto/age/envelope.hpp"
#include "crypto/readable.hpp"

namespace dokaz {

/// Keeps at most 16 MiB of what was read in small pieces: what recovery copies lies near what it copied before.
class Plaintext : public Readable {
 public:
  /// age_*, and the failures of `object`.
  static Result<std::shared_ptr<const Plaintext>> open(std::shared_ptr<const Readable> object, const age::Keys& keys);

  std::uint64_t size() const override { return reader_.size(); }
  /// Also age_payload, at a piece that was changed.
  Status read(std::span<Byte> into, std::uint64_t offset) const override;
  /// How many bytes all readings together had deciphered, those that were read again included.
  std::uint64_t deciphered() const { return deciphered_; }

 private:
  struct Piece {
    std::uint64_t index = 0;
    Bytes content = {};  // empty: none is held
  };

  Plaintext(std::shared_ptr<const Readable> object, age::SeekableReader reader);
  Status fill(std::span<Byte> into, std::uint64_t offset) const;
  Result<ByteView> piece(std::uint64_t index) const;

  std::shared_ptr<const Readable> object_;
  mutable age::SeekableReader reader_;
  mutable std::vector<Piece> held_;  // each piece has one place
  mutable std::uint64_t deciphered_ = 0;
};

/// `size` bytes of something from `at` on.
class Slice : public Readable {
 public:
  /// The caller has checked that they are there.
  Slice(std::shared_ptr<const Readable> of, std::uint64_t at, std::uint64_t size)
      : of_(std::move(of)), at_(at), size_(size) {}
  std::uint64_t size() const override { return size_; }
  Status read(std::span<Byte> into, std::uint64_t offset) const override {
    if (offset > size_ || into.size() > size_ - offset) return fail(Errc::truncated_media);
    return of_->read(into, at_ + offset);
  }

 private:
  std::shared_ptr<const Readable> of_;
  std::uint64_t at_, size_;
};

}  // namespace dokaz
