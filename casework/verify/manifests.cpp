// SPDX-License-Identifier: GPL-3.0-or-later
// The first answer: are these the files that the exporter signed for?
#include "casework/verify/checks.hpp"

namespace dokaz {
namespace {

bool is_payload(std::string_view path) { return path.starts_with("data/"); }

/// `manifest`: which one lists them. Both are named, since either may be what was changed.
template <class Hash>
Status check_listed(Parts& parts, std::string_view manifest, const ManifestOf<Hash>& listed,
                    const std::function<Result<Hash>(const std::string&)>& hash_of) {
  for (const auto& [path, hash] : listed) {
    parts.at(path);
    const auto found = parts.all().find(path);
    if (found == parts.all().end()) return fail(Errc::missing_part, std::string(manifest) + " lists it");
    DOKAZ_LET(is, hash_of(path));
    if (is != hash) return fail(Errc::hash_mismatch, "it is not the file that " + std::string(manifest) + " lists");
  }
  return {};
}

/// The manifest of SHA-512 lists what the other one does, each with its hash.
Status check_long_manifest(Parts& parts, const Manifest& payload, std::size_t most) {
  DOKAZ_LET(bytes, parts.need(part::long_manifest, max_dossier_manifest));
  DOKAZ_LET(listed, read_long_manifest(bytes, most));
  auto other = payload.begin();
  for (const auto& [path, hash] : listed) {
    if (other == payload.end() || other->first != path)
      return fail(Errc::malformed, "lists other files than the manifest of SHA-256");
    ++other;
  }
  if (other != payload.end()) return fail(Errc::malformed, "lists other files than the manifest of SHA-256");
  return check_listed<Sha512>(parts, part::long_manifest, listed, [&](const std::string& path) { return parts.longer_hash(path); });
}

}  // namespace

Status check_manifests(Parts& parts) {
  const bool many = is_dossier(parts.all());
  const std::size_t most = many ? max_dossier_files : max_bag_files;
  const std::uint64_t cap = many ? max_dossier_manifest : max_bag_text;
  const auto hash_of = [&](const std::string& path) { return parts.hash(path); };
  DOKAZ_LET(tag_manifest, parts.need(part::tag_manifest, cap));
  DOKAZ_LET(tags, read_manifest(tag_manifest, most));
  for (const auto& [path, hash] : tags)
    if (is_payload(path)) return fail(Errc::malformed, "lists a file of the other manifest");
  DOKAZ_TRY(check_listed<Sha256>(parts, part::tag_manifest, tags, hash_of));

  DOKAZ_LET(manifest, parts.need(part::manifest, cap));
  DOKAZ_LET(payload, read_manifest(manifest, most));
  for (const auto& [path, hash] : payload)
    if (!is_payload(path)) return fail(Errc::malformed, "lists a file of the other manifest");
  DOKAZ_TRY(check_listed<Sha256>(parts, part::manifest, payload, hash_of));
  if (many) DOKAZ_TRY(check_long_manifest(parts, payload, most));

  for (const auto& [path, content] : parts.all()) {
    if (tags.contains(path) || payload.contains(path)) continue;
    if (path == part::tag_manifest || path == part::signature) continue;
    parts.at(path);
    return Errc::unlisted_part;
  }
  for (const std::string_view path : {part::script, part::page}) DOKAZ_TRY(parts.need(path));
  DOKAZ_LET(bagit, parts.need(part::bagit));
  if (text_of(bagit) != bagit_text()) return Errc::malformed;
  return {};
}

}  // namespace dokaz
