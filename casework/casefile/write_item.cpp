// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/write_item.hpp"

namespace dokaz {
namespace {

bool is_taken(const Path& path) {
  std::error_code error;
  return std::filesystem::symlink_status(path, error).type() != std::filesystem::file_type::not_found;
}

Status write_both(const OpenItem& item, const WrittenItem& names) {
  // Complete under temporary names before either has its own.
  DOKAZ_LET(clean, PendingFile::start(names.clean));
  DOKAZ_TRY(clean.append(item.clean.content));
  DOKAZ_LET(original, PendingFile::start(names.original));
  DOKAZ_TRY(original.append(item.original.content));
  DOKAZ_TRY(clean.create());
  if (const Status created = original.create(); !created) {
    DOKAZ_TRY(remove_file_durably(names.clean));
    return created;
  }
  return {};
}

}  // namespace

Result<WrittenItem> write_item(const OpenItem& item, const Path& folder) {
  const WrittenItem names{folder / ("clean." + item.clean.extension), folder / ("original." + item.original.extension)};
  std::error_code error;
  const bool was_there = std::filesystem::is_directory(folder, error);
  // A folder that is already there keeps its mode.
  if (!was_there) DOKAZ_TRY(make_private_folder(folder));
  DOKAZ_TRY(remove_leftovers(folder));
  if (is_taken(names.clean) || is_taken(names.original)) return Errc::already_exists;
  if (const Status written = write_both(item, names); !written) {
    if (!was_there) std::filesystem::remove(folder, error);
    return written.error();
  }
  return names;
}

}  // namespace dokaz
