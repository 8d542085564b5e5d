// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/write_item.hpp"

#include <fcntl.h>

#include <cerrno>

namespace dokaz {
namespace {

bool is_taken(const Path& path) {
  std::error_code error;
  return std::filesystem::symlink_status(path, error).type() != std::filesystem::file_type::not_found;
}

struct FileToWrite {
  Path name;
  BagFile content;
};

std::vector<FileToWrite> files_of(const OpenItem& item, const WrittenItem& names) {
  std::vector<FileToWrite> files;
  if (item.clean) files.push_back({*names.clean, item.clean->content});
  if (names.original) files.push_back({*names.original, item.original.content});
  for (std::size_t i = 0; i < item.sidecars.size(); ++i) files.push_back({names.sidecars[i], item.sidecars[i].content});
  return files;
}

/// Of "a/" as of "a". What is above stays as it is: made on the way, it would be on another disk than was meant.
Status is_above_there(const Path& folder) {
  const Path named = folder.has_filename() ? folder : folder.parent_path();
  std::error_code error;
  if (named.parent_path().empty() || std::filesystem::is_directory(named.parent_path(), error)) return {};
  return fail(Errc::not_found, "--out: the folder above it is not there; is the disk mounted?");
}

/// That there is room now, so that what fails most often fails before anything is stated. Where a file system cannot say
/// it, the writing will.
Status find_room(File& file, std::uint64_t size) {
  if (size == 0) return {};
  if (::fallocate(file.descriptor(), 0, 0, static_cast<off_t>(size)) == 0) return file.truncate(0);
  return errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? Status(Errc::no_space) : Status();
}

Status write_all(const std::vector<FileToWrite>& files, const ItemProgress& progress, const std::function<Status()>& state) {
  std::uint64_t done = 0, total = 0;
  for (const FileToWrite& file : files) total += file.content.size();
  // Complete under temporary names before one of them has its own.
  std::vector<PendingFile> pending;
  for (const FileToWrite& file : files) {
    DOKAZ_LET(one, PendingFile::start(file.name));
    DOKAZ_TRY(find_room(one.file(), file.content.size()));
    pending.push_back(std::move(one));
  }
  // Before the first decrypted byte is on the disk: whoever ends the program there has stated it.
  if (state) DOKAZ_TRY(state());
  const auto write = [&]() -> Status {
    for (std::size_t i = 0; i < files.size(); ++i)
      DOKAZ_TRY(files[i].content.copy_to([&](ByteView bytes) {
        done += bytes.size();
        if (progress) progress(done, total);
        return pending[i].append(bytes);
      }));
    for (std::size_t i = 0; i < files.size(); ++i) {
      const Status created = pending[i].create();
      if (created) continue;
      for (std::size_t named = 0; named < i; ++named) DOKAZ_TRY(remove_file_durably(files[named].name));
      return created;
    }
    return {};
  };
  const Status written = write();
  return !written && state ? Status(fail(written.code(), "that it was opened is stated all the same")) : written;
}

WrittenItem names_of(const OpenItem& item, const Path& folder) {
  WrittenItem names;
  if (!item.legal_is_sealed) names.original = folder / ("original." + item.original.extension);
  if (item.clean) names.clean = folder / ("clean." + item.clean->extension);
  for (const SidecarMember& sidecar : item.sidecars) names.sidecars.push_back(folder / ("sidecar." + sidecar.kind));
  return names;
}

}  // namespace

Status nothing_in_the_way(const OpenItem& item, const Path& folder) {
  DOKAZ_TRY(is_above_there(folder));
  for (const FileToWrite& file : files_of(item, names_of(item, folder)))
    if (is_taken(file.name)) return Errc::already_exists;
  return {};
}

Result<WrittenItem> write_item(const OpenItem& item, const Path& folder, const ItemProgress& progress,
                               const std::function<Status()>& state) {
  if (item.legal_is_sealed && !item.clean)
    return fail(Errc::age_no_match, "it was not cleaned, and is sealed for the legal recipients alone");
  WrittenItem names = names_of(item, folder);
  const std::vector<FileToWrite> files = files_of(item, names);
  DOKAZ_TRY(is_above_there(folder));
  std::error_code error;
  const bool was_there = std::filesystem::is_directory(folder, error);
  // A folder that is already there keeps its mode.
  if (!was_there) DOKAZ_TRY(make_private_folder(folder));
  DOKAZ_TRY(remove_leftovers(folder));
  for (const FileToWrite& file : files)
    if (is_taken(file.name)) return Errc::already_exists;
  if (const Status written = write_all(files, progress, state); !written) {
    if (!was_there) std::filesystem::remove(folder, error);
    return written.error();
  }
  return names;
}

}  // namespace dokaz
