// SPDX-License-Identifier: GPL-3.0-or-later
// An exhibit's folder appears whole or not at all.
#include <set>

#include "casework/export/exhibit.hpp"
#include "casework/export/pending_folder.hpp"
#include "crypto/files.hpp"

namespace dokaz {
namespace {

Status write_file(const std::filesystem::path& path, const BagFile& content) {
  DOKAZ_LET(file, PendingFile::start(path));
  DOKAZ_TRY(content.copy_to([&](ByteView bytes) { return file.append(bytes); }));
  return file.create();
}

}  // namespace

Status write_exhibit(const Bag& files, const std::filesystem::path& folder, const WriteProgress& progress,
                     const std::function<Status()>& before_name) {
  namespace fs = std::filesystem;
  DOKAZ_LET(pending, PendingFolder::start(folder));
  std::size_t written = 0;
  std::set<fs::path> folders = {pending.path()};
  for (const auto& [path, content] : files) {
    const fs::path file = pending.path() / path;
    for (fs::path above = file.parent_path(); above != pending.path(); above = above.parent_path())
      folders.insert(above);
    DOKAZ_TRY(make_private_folder(file.parent_path()));
    DOKAZ_TRY(write_file(file, content));
    if (progress) progress(++written, files.size());
  }
  for (const fs::path& one : folders) DOKAZ_TRY(sync_folder(one));
  if (before_name) DOKAZ_TRY(before_name());
  return pending.publish();
}

}  // namespace dokaz
