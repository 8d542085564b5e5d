// SPDX-License-Identifier: GPL-3.0-or-later
// What a member signs to be let in: docs/protocol.md section 3.
#pragma once

#include "proto/dialogue/messages.hpp"

namespace dokaz {

/// The TLS exporter of one connection (RFC 9266): the same at both ends, different on every connection.
using ChannelBinding = FixedBytes<struct ChannelBindingTag, 32>;

/// A Hello with its signature over the channel, of a member who never changed its key.
Hello sign_hello(const Fingerprint& case_id, const SigningKey& member, const ChannelBinding& channel,
                 const TlsPin& pin, std::optional<AdmissionNotes> admission, std::uint64_t seen_size,
                 std::uint16_t min_version = protocol_version, std::uint16_t max_version = protocol_version);
/// The same of one who did: `first` is its first key, `rotations` the newest of its key-rotates, `present` the key
/// that the last of them names.
Hello sign_hello(const Fingerprint& case_id, const PublicKey& first, std::vector<Rotation> rotations,
                 const SigningKey& present, const ChannelBinding& channel, const TlsPin& pin,
                 std::optional<AdmissionNotes> admission, std::uint64_t seen_size);
/// The same of a courier, who shows a sealed pass instead of a case.
Hello sign_courier_hello(const SigningKey& courier, const ChannelBinding& channel, const TlsPin& pin, Bytes pass);
/// bad_signature unless Hello was signed for this very channel and pin, by the key that its rotations name: whether
/// that is the member's is judged by whoever knows the case. malformed, bad_key: rotations that cannot be read.
Status verify_hello(const Hello& hello, const ChannelBinding& channel, const TlsPin& pin);

}  // namespace dokaz
