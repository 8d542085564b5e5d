// SPDX-License-Identifier: GPL-3.0-or-later
// An exhibit's folder appears whole or not at all.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include <cerrno>
#include <set>
#include <system_error>

#include "casework/export/exhibit.hpp"
#include "crypto/files.hpp"

namespace dokaz {
namespace {

namespace fs = std::filesystem;

/// Removed on destruction, unless it was given its final name.
class PendingFolder {
 public:
  static Result<PendingFolder> beside(const fs::path& folder) {
    std::string name = (folder.parent_path() / ("." + folder.filename().string() + ".XXXXXX")).string();
    if (::mkdtemp(name.data()) == nullptr) {
      if (errno == ENOSPC || errno == EDQUOT) return Errc::no_space;
      return errno == ENOENT ? Errc::not_found : Errc::io_error;
    }
    return PendingFolder(name);
  }
  PendingFolder(PendingFolder&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  PendingFolder& operator=(PendingFolder&&) = delete;
  ~PendingFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }

  const fs::path& path() const { return path_; }

  Status publish(const fs::path& folder) {
    if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, folder.c_str(), RENAME_NOREPLACE) != 0)
      return errno == EEXIST ? Errc::already_exists : Errc::io_error;
    path_.clear();
    return {};
  }

 private:
  explicit PendingFolder(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

}  // namespace

Status write_exhibit(const BagFiles& files, const fs::path& folder) {
  // "out/" names the folder out.
  const fs::path named = (folder.filename().empty() ? folder.parent_path() : folder);
  const fs::path target = named.parent_path().empty() ? fs::path(".") / named : named;
  std::error_code error;
  if (fs::symlink_status(target, error).type() != fs::file_type::not_found) return Errc::already_exists;

  DOKAZ_LET(pending, PendingFolder::beside(target));
  std::set<fs::path> folders = {pending.path()};
  for (const auto& [path, content] : files) {
    const fs::path file = pending.path() / path;
    for (fs::path above = file.parent_path(); above != pending.path(); above = above.parent_path())
      folders.insert(above);
    DOKAZ_TRY(make_private_folder(file.parent_path()));
    DOKAZ_TRY(create_file_durably(file, content));
  }
  for (const fs::path& one : folders) DOKAZ_TRY(sync_folder(one));
  DOKAZ_TRY(pending.publish(target));
  return sync_folder(target.parent_path());
}

}  // namespace dokaz
