// SPDX-License-Identifier: GPL-3.0-or-later
// SSHSIG signatures over files, and the OpenSSH form of a public key: format.md section 13.
#pragma once

#include <string>
#include <string_view>

#include "crypto/signature.hpp"

namespace dokaz {

/// The namespace of an exhibit's manifest.
inline constexpr std::string_view exhibit_namespace = "dokaz-exhibit";

/// "ssh-ed25519 <base64>" and, unless empty, a space and the comment. One line, without its end.
/// The comment is printable ASCII (a bug otherwise).
std::string openssh_public_key(const PublicKey& key, std::string_view comment);

/// An armored signature over SHA-512 of `message`. The namespace is 1 to 64 printable characters, no space.
std::string sign_sshsig(ByteView message, std::string_view name_space, const SigningKey& key);

/// malformed unless `armored` is exactly what sign_sshsig writes, byte for byte; bad_key; bad_signature for
/// another message, namespace or key.
Status verify_sshsig(ByteView armored, ByteView message, std::string_view name_space, const PublicKey& key);

}  // namespace dokaz
