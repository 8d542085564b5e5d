// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/backup/own_files.hpp"

#include <algorithm>

#include "crypto/encoding.hpp"

namespace dokaz::server {
namespace {

using namespace copying;

constexpr std::string_view not_copied[] = {"store.db",       "store.db-wal", "store.db-shm", "checkpoint",
                                           "writes-stopped", "contradicted"};
constexpr std::string_view elsewhere[] = {"anchors", "couriers", "kept-parcels", "log", "objects", "partial", "tile"};
constexpr std::string_view response_suffix = ".tsr";

template <class List>
bool names(const List& list, std::string_view name) {
  return std::ranges::find(list, name) != std::end(list);
}

/// Names in a folder; none where it is not there.
Result<std::vector<std::string>> names_in(const Path& folder) {
  std::vector<std::string> out;
  std::error_code failure;
  std::filesystem::directory_iterator at(folder, failure), end;
  if (failure == std::errc::no_such_file_or_directory) return out;
  for (; !failure && at != end; at.increment(failure)) out.push_back(at->path().filename().string());
  if (failure) return fail(Errc::io_error, "the server's folder");
  return out;
}

/// The database's log while it is open, which is gone with it.
bool is_beside_database(const Path& file) {
  const std::string name = file.filename().string();
  return name.starts_with(database_in_backup) && name != database_in_backup;
}

}  // namespace

Status OwnFiles::copy_if_there(const Path& from, const Path& below, Links links) {
  DOKAZ_TRY(ensure_folder((own_ / below).parent_path()));
  const auto copied = copy_file(from, own_ / below, std::nullopt, links);
  return copied || copied.code() == Errc::not_found ? Status() : Status(copied.error());
}

Status OwnFiles::copy_settings(const Path& data) { return copy_folder(data, ""); }

Status OwnFiles::copy_log_files(const Path& log) {
  DOKAZ_TRY(ensure_folder(own_ / "log"));
  DOKAZ_TRY(copy_folder(log, "log"));
  return copy_anchors(log / "anchors", "log/anchors");
}

Status OwnFiles::copy_folder(const Path& from, const Path& below) {
  DOKAZ_LET(all, names_in(from));
  for (const std::string& name : all) {
    if (name.starts_with('.')) continue;
    std::error_code unclear;
    const auto status = std::filesystem::symlink_status(from / name, unclear);
    const bool is_folder = std::filesystem::is_directory(from / name, unclear);
    if (is_folder && names(elsewhere, name)) continue;
    // A link to a folder may lead anywhere, also back.
    if (!is_inner_path((below / name).string()) || (is_folder && std::filesystem::is_symlink(status))) {
      ++left_out_;
      continue;
    }
    if (is_folder) {
      DOKAZ_TRY(copy_folder(from / name, below / name));
      continue;
    }
    if (!std::filesystem::is_regular_file(from / name, unclear) || names(not_copied, name)) continue;
    if (!with_keys_ && (name.ends_with(".key") || std::filesystem::equivalent(from / name, key_, unclear))) continue;
    DOKAZ_TRY(copy_if_there(from / name, below / name, Links::follow));
  }
  return {};
}

Status OwnFiles::copy_anchors(const Path& from, const Path& below) {
  DOKAZ_LET(sizes, names_in(from));
  for (const std::string& size : sizes) {
    if (from_decimal(size)) DOKAZ_TRY(copy_anchor(from / size, below / size));
    else if (!size.starts_with('.')) ++left_out_;
  }
  return {};
}

/// A server that runs writes an anchor's response last. So what belongs to a response that is there is there, too, and
/// what has none is only under way.
Status OwnFiles::copy_anchor(const Path& from, const Path& below) {
  DOKAZ_LET(all, names_in(from));
  bool any = false;
  for (const std::string& name : all) {
    if (!name.ends_with(response_suffix) || !is_inner_path((below / name).string())) continue;
    any = true;
    const std::string authority = name.substr(0, name.size() - response_suffix.size());
    for (const char* suffix : {".tsr", ".chain.pem", ".crl"})
      DOKAZ_TRY(copy_if_there(from / (authority + suffix), below / (authority + suffix), Links::refuse));
  }
  return any ? copy_if_there(from / "checkpoint", below / "checkpoint", Links::refuse) : Status();
}

Result<std::vector<OwnFile>> OwnFiles::list() const {
  std::vector<OwnFile> out;
  std::error_code failure;
  for (std::filesystem::recursive_directory_iterator at(own_, failure), end; !failure && at != end; at.increment(failure)) {
    if (!at->is_regular_file(failure) || is_beside_database(at->path())) continue;
    DOKAZ_LET(read, hash_of(at->path()));
    out.push_back({at->path().lexically_relative(own_).string(), read.hash, read.size});
  }
  if (failure) return fail(Errc::io_error, "the backup's folder");
  std::ranges::sort(out, {}, &OwnFile::path);
  return out;
}

Status OwnFiles::seal_names(Database& copy) const {
  DOKAZ_LET(files, list());
  {
    DOKAZ_LET(transaction, copy.begin());
    DOKAZ_TRY(copy.exec(names_in_database));
    for (const OwnFile& file : files)
      if (is_sealed(file)) DOKAZ_TRY(copy.run("INSERT INTO backup_files(path, hash) VALUES(?, ?)", file.path, file.hash));
    DOKAZ_TRY(transaction.commit());
  }
  return copy.settle();
}

}  // namespace dokaz::server
