// SPDX-License-Identifier: GPL-3.0-or-later
// The manifests of a bag, as sha256sum and sha512sum read them: format.md sections 12 and 19.
#pragma once

#include <map>
#include <string>

#include "crypto/hash.hpp"
#include "crypto/result.hpp"

namespace dokaz {

/// Of an exhibit: files, folders and lines of a manifest.
inline constexpr std::size_t max_bag_files = 20'000;
/// The same of a dossier.
inline constexpr std::size_t max_dossier_files = 250'000;

template <class Hash>
using ManifestOf = std::map<std::string, Hash>;
using Manifest = ManifestOf<Sha256>;
using LongManifest = ManifestOf<Sha512>;

/// malformed unless lines "<hex>  <path>", ascending by path, without duplicates; too_large for more than `most` lines.
Result<Manifest> read_manifest(ByteView bytes, std::size_t most = max_bag_files);
Result<LongManifest> read_long_manifest(ByteView bytes, std::size_t most);
Bytes write_manifest(const Manifest& manifest);
Bytes write_manifest(const LongManifest& manifest);

}  // namespace dokaz
