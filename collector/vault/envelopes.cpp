// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/envelopes.hpp"

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

}  // namespace

Status check_recipients(const std::vector<std::string>& recipients) {
  DOKAZ_TRY(parse_recipients(recipients));
  return {};
}

Result<SealedObject> seal_object(const ObjectParts& parts, const std::vector<std::string>& recipients,
                                 PendingFile into) {
  DOKAZ_LET(keys, parse_recipients(recipients));
  Sha256Stream hash;
  std::uint64_t size = 0;
  const Sink file = [&](ByteView bytes) -> Status {
    hash.update(bytes);
    DOKAZ_TRY(into.file().write_at(bytes, size));
    size += bytes.size();
    return {};
  };
  DOKAZ_LET(envelope, age::Writer::create(keys, file));
  DOKAZ_TRY(write_object(parts, [&](ByteView bytes) { return envelope.write(bytes); }));
  DOKAZ_TRY(envelope.finish());
  return SealedObject{{ObjectId(hash.finish().raw()), size}, std::move(into)};
}

}  // namespace dokaz
