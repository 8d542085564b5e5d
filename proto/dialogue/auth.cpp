// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dialogue/auth.hpp"

namespace dokaz {
namespace {

void append_u16(Bytes& to, std::uint16_t number) {
  to.push_back(static_cast<Byte>(number >> 8));
  to.push_back(static_cast<Byte>(number));
}

Bytes auth_message(const Hello& hello, const ChannelBinding& channel, const TlsPin& pin) {
  Bytes out = to_bytes(std::string_view(hello.pass ? "dokaz/v1/courier-auth" : "dokaz/v1/member-auth"));
  out.push_back(0);
  append(out, channel.view());
  append(out, pin.view());
  append_u16(out, hello.min_version);
  append_u16(out, hello.max_version);
  append(out, hello.case_id.view());
  append(out, hello.member.view());
  return out;
}

}  // namespace

Hello sign_hello(const Fingerprint& case_id, const SigningKey& member, const ChannelBinding& channel,
                 const TlsPin& pin, std::optional<AdmissionNotes> admission, std::uint64_t seen_size,
                 std::uint16_t min_version, std::uint16_t max_version) {
  Hello hello{case_id, member.public_key(), {}, std::move(admission), seen_size, min_version, max_version};
  hello.signature = member.sign(auth_message(hello, channel, pin));
  return hello;
}

Hello sign_hello(const Fingerprint& case_id, const PublicKey& first, std::vector<Rotation> rotations,
                 const SigningKey& present, const ChannelBinding& channel, const TlsPin& pin,
                 std::optional<AdmissionNotes> admission, std::uint64_t seen_size) {
  Hello hello{case_id, first, {}, std::move(admission), seen_size};
  hello.rotations = std::move(rotations);
  hello.signature = present.sign(auth_message(hello, channel, pin));
  return hello;
}

Hello sign_courier_hello(const SigningKey& courier, const ChannelBinding& channel, const TlsPin& pin, Bytes pass) {
  Hello hello{Fingerprint(), courier.public_key(), {}, std::nullopt};
  hello.pass = std::move(pass);
  hello.signature = courier.sign(auth_message(hello, channel, pin));
  return hello;
}

Status verify_hello(const Hello& hello, const ChannelBinding& channel, const TlsPin& pin) {
  DOKAZ_LET(signer, newest_key(hello.rotations, hello.member));
  return verify(signer, auth_message(hello, channel, pin), hello.signature);
}

}  // namespace dokaz
