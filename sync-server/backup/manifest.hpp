// SPDX-License-Identifier: GPL-3.0-or-later
// What a backup's folder holds, and the text that makes it whole. A backup is what its manifest names; the
// manifest is written last and replaced in one step, so that a run that was cut leaves the backup before it.
//
//   backup               the manifest
//   backup.unfinished    a run is under way, or was cut
//   N/                   what belongs to the N-th backup alone: the database, the checkpoint, the policy …
//   log/tile/…           tiles and entry bundles, which never change
//   objects/xx/H         ciphertext, which never changes
#pragma once

#include <string>
#include <vector>

#include "crypto/files.hpp"
#include "crypto/hash.hpp"
#include "crypto/signature.hpp"

namespace dokaz::server {

/// One of a backup's own files, by its path below N/.
struct OwnFile {
  std::string path;
  Sha256 hash;
  std::uint64_t size = 0;
};

struct Manifest {
  PublicKey log;                  ///< whose server it is
  std::uint64_t number = 0;       ///< N
  std::int64_t made = 0;          ///< seconds since 1970 UTC, of this machine's clock
  std::uint64_t log_size = 0;     ///< of the checkpoint
  std::uint64_t statements = 0;   ///< leaves of the database
  std::uint64_t objects = 0, object_bytes = 0;
  std::uint64_t missing = 0;      ///< objects that the server itself had no longer whole
  std::vector<OwnFile> files = {};  ///< ascending by path
};

struct BackupFolder {
  Path root;

  Path manifest() const { return root / "backup"; }
  Path unfinished() const { return root / "backup.unfinished"; }
  Path own(std::uint64_t number) const { return root / std::to_string(number); }
  Path log() const { return root / "log"; }
  Path objects() const { return root / "objects"; }
};

inline constexpr const char* database_in_backup = "database";
inline constexpr const char* key_in_backup = "db.key";

/// The manifest itself is sealed by nothing; so the database holds the hash of each of these beside it.
inline constexpr const char* names_in_database = "CREATE TABLE backup_files(path TEXT PRIMARY KEY, hash BLOB NOT NULL)";
inline bool is_sealed(const OwnFile& file) { return file.path != database_in_backup && file.path != key_in_backup; }

/// Relative, of visible ASCII, no part hidden: what a manifest can name.
bool is_inner_path(std::string_view path);

std::string write_manifest(const Manifest& manifest);
/// malformed, unsupported_version, bad_key. Every path stays below N/.
Result<Manifest> read_manifest(ByteView bytes);
/// Of a folder: not_found where there is none, or where the first run was cut.
Result<Manifest> load_manifest(const BackupFolder& folder);

}  // namespace dokaz::server
