// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/verify/manifest.hpp"

#include <algorithm>

#include "casework/verify/bag.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

constexpr std::string_view between = "  ";

template <class Hash>
Result<ManifestOf<Hash>> read(ByteView bytes, std::size_t most) {
  constexpr std::size_t digits = 2 * Hash::size;
  const auto lines = static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), Byte{'\n'}));
  if (lines > most) return fail(Errc::too_large, "more lines than a bag has files");
  ManifestOf<Hash> manifest;
  std::string_view rest = text_of(bytes);
  std::string_view last;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return fail(Errc::malformed, "the last line has no end");
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    if (line.size() <= digits + between.size() || line.substr(digits, between.size()) != between)
      return fail(Errc::malformed, "not a line of a manifest");
    DOKAZ_LET(hash, id_from_hex<Hash>(line.substr(0, digits)));
    const std::string_view path = line.substr(digits + between.size());
    if (!is_bag_path(path)) return fail(Errc::malformed, "a path that no bag has");
    if (!last.empty() && !(last < path)) return fail(Errc::malformed, "paths are not ascending");
    last = path;
    manifest.emplace_hint(manifest.end(), std::string(path), hash);
  }
  return manifest;
}

template <class Hash>
Bytes write(const ManifestOf<Hash>& manifest) {
  Bytes out;
  for (const auto& [path, hash] : manifest) append(out, bytes_of(hex(hash) + std::string(between) + path + "\n"));
  return out;
}

}  // namespace

Result<Manifest> read_manifest(ByteView bytes, std::size_t most) { return read<Sha256>(bytes, most); }
Result<LongManifest> read_long_manifest(ByteView bytes, std::size_t most) { return read<Sha512>(bytes, most); }
Bytes write_manifest(const Manifest& manifest) { return write(manifest); }
Bytes write_manifest(const LongManifest& manifest) { return write(manifest); }

}  // namespace dokaz
