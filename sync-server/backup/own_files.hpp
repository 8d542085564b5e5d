// SPDX-License-Identifier: GPL-3.0-or-later
// What belongs to one backup alone, in N/: the small files of the server's folder, listed with their hashes. Private to
// the folder.
#pragma once

#include "crypto/sealed_db.hpp"
#include "sync-server/backup/copying.hpp"
#include "sync-server/backup/manifest.hpp"

namespace dokaz::server {

class OwnFiles {
 public:
  /// `own` is N/; files with the suffix .key, and the database's key whatever it is called, are copied only `with_keys`.
  OwnFiles(Path own, bool with_keys, Path key) : own_(std::move(own)), key_(std::move(key)), with_keys_(with_keys) {}

  /// The cosigned checkpoint and the anchors. They are of sizes that the signed checkpoint has reached, so they are
  /// copied before it.
  Status copy_log_files(const Path& log);
  /// Files of the server's folder and of folders in it, but for what has a place of its own in the backup, what is
  /// only under way (uploads, and what couriers bring, which its sender keeps until the receipts are there), and what
  /// is hidden.
  Status copy_settings(const Path& data);
  /// Files and folders that were not copied since the manifest cannot name them, or since they are links to folders.
  std::uint64_t left_out() const { return left_out_; }

  /// All that is there, ascending by path. The database's own log is no part of it.
  Result<std::vector<OwnFile>> list() const;
  /// Whoever can change the backup has no key: the hashes of the small files go into the copied database, which shows
  /// it. Afterwards all of that database is in its one file.
  Status seal_names(Database& copy) const;

 private:
  Status copy_folder(const Path& from, const Path& below);
  Status copy_anchors(const Path& from, const Path& below);
  Status copy_anchor(const Path& from, const Path& below);
  /// One that is gone meanwhile was replaced: gone is gone.
  Status copy_if_there(const Path& from, const Path& below, Links links);

  Path own_;
  Path key_;
  bool with_keys_;
  std::uint64_t left_out_ = 0;
};

}  // namespace dokaz::server
