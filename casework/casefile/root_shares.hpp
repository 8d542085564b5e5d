// SPDX-License-Identifier: GPL-3.0-or-later
// The case root in the hands of officers: each has a share under a passphrase, any two together give the root, and one
// alone says nothing of it. format.md section 11.
#pragma once

#include <string>
#include <vector>

#include "crypto/key_file.hpp"
#include "proto/format/ids.hpp"

namespace dokaz {

inline constexpr std::size_t fewest_officers = 2, most_officers = 8;

using ExportId = FixedBytes<struct ExportIdTag, 16>;

struct RootShare {
  Fingerprint of;          ///< the case
  std::string officer;     ///< pseudonym
  std::uint8_t place = 1;  ///< 1 to `count`
  std::uint8_t count = 2;
  ExportId of_export;      ///< random: shares of two exports give no root
  Secret<32> share;
};

/// One for each officer, in their order. usage for a number of them that is not allowed, and for a name twice.
Result<std::vector<RootShare>> split_root(const SigningKey& root, const std::vector<std::string>& officers);
/// usage: not two different ones; wrong_root: of two cases, or not of one splitting.
Result<SigningKey> join_root(const RootShare& one, const RootShare& other);

/// The file of one officer. internal as KeyFile::seal.
Result<Bytes> write_root_share(const RootShare& share, const SecretBytes& passphrase, const PassphraseWork& work = {});
/// malformed, unsupported_version, wrong_passphrase.
Result<RootShare> read_root_share(ByteView file, const SecretBytes& passphrase);
/// Whose it is, for a prompt: malformed, unsupported_version.
Result<std::string> officer_of(ByteView file);

}  // namespace dokaz
