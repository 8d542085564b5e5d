// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/envelopes.hpp"

#include <future>

#include "crypto/age/envelope.hpp"

namespace dokaz {
namespace {

Result<std::vector<age::Recipient>> parse_recipients(const std::vector<std::string>& texts) {
  if (texts.empty()) return fail(Errc::malformed, "a group without recipients");
  std::vector<age::Recipient> recipients;
  for (const std::string& text : texts) {
    const auto recipient = age::Recipient::parse(text);
    if (!recipient) return fail(Errc::malformed, "a recipient's key");
    recipients.push_back(*recipient);
  }
  return recipients;
}

/// Where an object's bytes go: hashed and written, a block behind whoever makes them, while they make the next one.
class Behind {
 public:
  explicit Behind(File& into) : into_(into) {}

  Status take(ByteView bytes) {
    while (!bytes.empty()) {
      const std::size_t part = std::min(bytes.size(), block_size - filling_.size());
      append(filling_, bytes.first(part));
      bytes = bytes.subspan(part);
      if (filling_.size() == block_size) DOKAZ_TRY(hand_over());
    }
    return {};
  }
  Result<ObjectRef> finish() {
    DOKAZ_TRY(settle());
    DOKAZ_TRY(put(filling_));
    return ObjectRef{ObjectId(hash_.finish().raw()), size_};
  }

 private:
  static constexpr std::size_t block_size = std::size_t{1} << 20;

  Status hand_over() {
    DOKAZ_TRY(settle());
    std::swap(filling_, working_);
    filling_.clear();
    under_way_ = std::async([this] { return put(working_); });  // where no thread can be had: when it is asked for
    return {};
  }
  Status settle() { return under_way_.valid() ? under_way_.get() : Status(); }
  Status put(ByteView bytes) {
    constexpr std::size_t at_once = std::size_t{128} << 10;  // still near the processor when it is written
    while (!bytes.empty()) {
      const ByteView piece = bytes.first(std::min(bytes.size(), at_once));
      hash_.update(piece);
      DOKAZ_TRY(into_.write_at(piece, size_));
      size_ += piece.size();
      bytes = bytes.subspan(piece.size());
    }
    return {};
  }

  File& into_;
  Sha256Stream hash_;
  std::uint64_t size_ = 0;
  Bytes filling_, working_;
  std::future<Status> under_way_;  // the last member: going away waits for it first
};

}  // namespace

Status check_recipients(const std::vector<std::string>& recipients) {
  DOKAZ_TRY(parse_recipients(recipients));
  return {};
}

Result<SealedObject> seal_object(const ObjectParts& parts, const std::vector<std::string>& recipients,
                                 PendingFile into) {
  DOKAZ_LET(keys, parse_recipients(recipients));
  Behind file(into.file());
  DOKAZ_LET(envelope, age::Writer::create(keys, [&](ByteView bytes) { return file.take(bytes); }));
  DOKAZ_TRY(write_object(parts, [&](ByteView bytes) { return envelope.write(bytes); }));
  DOKAZ_TRY(envelope.finish());
  DOKAZ_LET(ref, file.finish());
  return SealedObject{ref, std::move(into)};
}

}  // namespace dokaz
