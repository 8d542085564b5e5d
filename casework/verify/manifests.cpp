// SPDX-License-Identifier: GPL-3.0-or-later
// The first answer: are these the files that the exporter signed for?
#include "casework/verify/checks.hpp"

namespace dokaz {
namespace {

Status check_listed(Parts& parts, const Manifest& listed) {
  for (const auto& [path, hash] : listed) {
    parts.at(path);
    const auto found = parts.all().find(path);
    if (found == parts.all().end()) return Errc::missing_part;
    DOKAZ_LET(is, parts.hash(path));
    if (is != hash) return Errc::hash_mismatch;
  }
  return {};
}

bool is_payload(std::string_view path) { return path.starts_with("data/"); }

}  // namespace

const BagFile* Parts::find(std::string_view path) {
  at(path);
  const auto found = files_.find(std::string(path));
  if (found == files_.end()) return nullptr;
  used_.insert(found->first);
  return &found->second;
}

Result<Bytes> Parts::need(std::string_view path) {
  const BagFile* file = find(path);
  if (file == nullptr) return Errc::missing_part;
  DOKAZ_LET(content, file->bytes(max_bag_text));
  DOKAZ_TRY(pin(path, sha256(content)));
  return content;
}

Result<Sha256> Parts::hash(std::string_view path) {
  if (const auto known = hashes_.find(path); known != hashes_.end()) return known->second;
  DOKAZ_TRY(read(path, path.starts_with(part::original_stem)));
  return hashes_.find(path)->second;
}

Result<Sha512> Parts::longer_hash(std::string_view path) {
  if (!longer_hashes_.contains(path)) DOKAZ_TRY(read(path, true));
  return longer_hashes_.find(path)->second;
}

Status Parts::read(std::string_view path, bool longer) {
  const auto found = files_.find(std::string(path));
  if (found == files_.end()) return Errc::missing_part;
  Sha256Stream hash;
  Sha512Stream longer_hash;
  DOKAZ_TRY(found->second.copy_to([&](ByteView bytes) -> Status {
    hash.update(bytes);
    if (longer) longer_hash.update(bytes);
    return {};
  }));
  DOKAZ_TRY(pin(path, hash.finish()));
  if (longer) longer_hashes_.emplace(path, longer_hash.finish());
  return {};
}

/// What is read twice is the same both times.
Status Parts::pin(std::string_view path, const Sha256& hash) {
  if (hashes_.emplace(path, hash).first->second != hash)
    return fail(Errc::hash_mismatch, "the file changed while it was checked");
  return {};
}

std::string Parts::unused() const {
  for (const auto& [path, content] : files_)
    if (!used_.contains(path)) return path;
  return {};
}

Status check_manifests(Parts& parts) {
  DOKAZ_LET(tag_manifest, parts.need(part::tag_manifest));
  DOKAZ_LET(tags, read_manifest(tag_manifest));
  for (const auto& [path, hash] : tags)
    if (is_payload(path)) return fail(Errc::malformed, "lists a file of the other manifest");
  DOKAZ_TRY(check_listed(parts, tags));

  DOKAZ_LET(manifest, parts.need(part::manifest));
  DOKAZ_LET(payload, read_manifest(manifest));
  for (const auto& [path, hash] : payload)
    if (!is_payload(path)) return fail(Errc::malformed, "lists a file of the other manifest");
  DOKAZ_TRY(check_listed(parts, payload));

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
