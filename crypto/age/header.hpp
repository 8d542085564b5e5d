// SPDX-License-Identifier: GPL-3.0-or-later
// The textual header of an age file: version line, recipient stanzas, HMAC (c2sp.org/age, "Header").
#pragma once

#include <string>
#include <vector>

#include "crypto/aead.hpp"
#include "crypto/bytes.hpp"
#include "crypto/result.hpp"
#include "crypto/secret.hpp"

namespace dokaz::age {

/// What the stanzas wrap, and all other keys are derived from.
using FileKey = Secret<16>;
/// A file key under ChaCha20-Poly1305.
inline constexpr std::size_t wrapped_key_size = 16 + aead_tag_size;

inline constexpr std::string_view version_line = "age-encryption.org/v1";
/// Longest header that is read: more than a thousand X25519 recipients.
inline constexpr std::size_t largest_header = 256 * 1024;

struct Stanza {
  std::vector<std::string> arguments;  // one or more; the first names the kind
  Bytes body;

  const std::string& kind() const { return arguments.front(); }
  friend bool operator==(const Stanza&, const Stanza&) = default;
};

struct Header {
  std::vector<Stanza> stanzas;  // one or more
  HmacTag tag;
  Bytes authenticated;  // what the tag covers: the header's bytes up to and including "---"
};

/// From the first byte to the line feed of the last line. `age_header` for anything but the one form;
/// also when an scrypt stanza is not alone.
Result<Header> parse_header(ByteView text);

/// The header of these stanzas, with its tag under the file key.
Bytes make_header(const std::vector<Stanza>& stanzas, const FileKey& key);

/// `age_hmac` unless the tag is that of the file key over the header.
Status check_header(const Header& header, const FileKey& key);

}  // namespace dokaz::age
