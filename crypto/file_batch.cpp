// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/files_steps.hpp"

namespace dokaz {

Status FileBatch::add(const Path& path, ByteView bytes) {
  const Path folder = path.parent_path();
  if (known_.insert(folder).second) {
    std::error_code unclear;
    if (!std::filesystem::is_directory(folder, unclear)) DOKAZ_TRY(make_inner_folder(folder));
  }
  DOKAZ_LET(file, PendingFile::start(path));
  DOKAZ_TRY(file.append(bytes));
  files_.push_back(std::move(file));
  folders_.insert(folder);
  return {};
}

Status FileBatch::publish() {
  for (PendingFile& file : files_) DOKAZ_TRY(sync_fresh(file.file()));
  for (PendingFile& file : files_) DOKAZ_TRY(file.take_name(true));
  for (const Path& folder : folders_) DOKAZ_TRY(sync_folder(folder));
  files_.clear();
  folders_.clear();
  return {};
}

}  // namespace dokaz
