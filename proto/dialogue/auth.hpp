// SPDX-License-Identifier: GPL-3.0-or-later
// What a member signs to be let in: docs/protocol.md section 3.
#pragma once

#include "proto/dialogue/messages.hpp"

namespace dokaz {

/// The TLS exporter of one connection (RFC 9266): the same at both ends, different on every connection.
using ChannelBinding = FixedBytes<struct ChannelBindingTag, 32>;

/// A Hello with its signature over the channel.
Hello sign_hello(const Fingerprint& case_id, const SigningKey& member, const ChannelBinding& channel,
                 const TlsPin& pin, std::optional<AdmissionNotes> admission, std::uint64_t seen_size,
                 std::uint16_t min_version = protocol_version, std::uint16_t max_version = protocol_version);
/// The same of a courier, who shows a sealed pass instead of a case.
Hello sign_courier_hello(const SigningKey& courier, const ChannelBinding& channel, const TlsPin& pin, Bytes pass);
/// bad_signature unless Hello was signed for this very channel and pin.
Status verify_hello(const Hello& hello, const ChannelBinding& channel, const TlsPin& pin);

}  // namespace dokaz
