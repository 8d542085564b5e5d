// SPDX-License-Identifier: GPL-3.0-or-later
// One file of an exhibit, in memory or wherever it comes from: read front to end as often as wanted, in constant memory.
#pragma once

#include <functional>
#include <memory>

#include "crypto/hash.hpp"
#include "crypto/readable.hpp"
#include "crypto/result.hpp"

namespace dokaz {

class BagFile {
 public:
  /// Gives all bytes to the sink, or fails.
  using Reading = std::function<Status(const Sink&)>;

  BagFile() : BagFile(Bytes()) {}
  BagFile(Bytes content);
  explicit BagFile(std::shared_ptr<const Readable> content);
  /// `reading` gives `size` bytes each time that it is called.
  BagFile(std::uint64_t size, Reading reading) : size_(size), reading_(std::move(reading)) {}

  std::uint64_t size() const { return size_; }
  /// io_error where there are not exactly `size()` bytes; the failures of both ends. Nothing that the sink got
  /// counts before there was none.
  Status copy_to(const Sink& sink) const;
  /// too_large over `cap`
  Result<Bytes> bytes(std::uint64_t cap) const;
  Result<Sha256> hash() const;

 private:
  std::uint64_t size_;
  Reading reading_;
};

}  // namespace dokaz
