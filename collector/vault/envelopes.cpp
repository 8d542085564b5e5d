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

Result<SealedObject> seal_object(const ObjectContent& content, const std::vector<std::string>& recipients) {
  DOKAZ_LET(keys, parse_recipients(recipients));
  DOKAZ_LET(plain, write_object(content));
  auto sealed = age::encrypt(plain, keys);
  wipe(plain);
  if (!sealed) return std::move(sealed).error();
  const ObjectRef ref{ObjectId(sha256(*sealed).raw()), sealed->size()};
  return SealedObject{ref, std::move(*sealed)};
}

}  // namespace dokaz
