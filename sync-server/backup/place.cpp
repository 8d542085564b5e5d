// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/backup/place.hpp"

#include <algorithm>

#include "crypto/encoding.hpp"

namespace dokaz::server {
namespace {

Path settled(const Path& path) {
  std::error_code unclear;
  Path whole = std::filesystem::weakly_canonical(path, unclear);
  if (unclear) whole = std::filesystem::absolute(path, unclear);
  return whole.has_filename() ? whole : whole.parent_path();
}

bool lies_in(const Path& inner, const Path& outer) {
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

/// Nothing but what a run that was cut at its very beginning leaves.
bool is_unused(const Path& folder) {
  std::error_code unclear;
  for (const auto& entry : std::filesystem::directory_iterator(folder, unclear))
    if (entry.path().filename() != ".lock") return false;
  return !unclear;
}

}  // namespace

bool lie_apart(const Path& one, const Path& other) {
  return !lies_in(settled(one), settled(other)) && !lies_in(settled(other), settled(one));
}

Result<std::optional<Manifest>> look_into(const BackupFolder& to, const PublicKey& log) {
  auto earlier = load_manifest(to);
  if (earlier) {
    if (earlier->log != log) return fail(Errc::already_exists, "the folder holds another server's backup");
    return std::optional(std::move(*earlier));
  }
  if (earlier.code() != Errc::not_found) return std::move(earlier).error();
  const auto begun = read_file(to.unfinished(), 128);
  if (begun && *begun == to_bytes(bytes_of(hex(log) + "\n"))) return std::optional<Manifest>();
  if (begun) return fail(Errc::already_exists, "the folder holds another server's backup");
  if (!is_unused(to.root)) return fail(Errc::already_exists, "the folder holds something else than a backup");
  return std::optional<Manifest>();
}

}  // namespace dokaz::server
