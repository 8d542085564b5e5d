// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/outbox.hpp"

#include <dirent.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view suffix = ".age";
constexpr std::size_t read_at_once = std::size_t{256} << 10;

std::string name_of(const ObjectId& id) { return hex(id) + std::string(suffix); }

/// Of `<64 hex>.age`; thousands of names are read whenever a vault is opened.
std::optional<ObjectId> id_of(std::string_view name) {
  if (!name.ends_with(suffix)) return std::nullopt;
  const auto id = id_from_hex<ObjectId>(name.substr(0, name.size() - suffix.size()));
  return id ? std::optional(*id) : std::nullopt;
}

/// The objects in a folder; none if there is no folder.
Result<std::vector<ObjectId>> objects_in(const Path& folder) {
  std::vector<ObjectId> objects;
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(folder.c_str()), ::closedir);
  if (!entries) return errno == ENOENT ? Result<std::vector<ObjectId>>(objects) : fail(Errc::io_error, "outbox");
  for (errno = 0; const dirent* entry = ::readdir(entries.get()); errno = 0)
    if (const auto id = id_of(entry->d_name)) objects.push_back(*id);
  if (errno != 0) return fail(Errc::io_error, "outbox");
  return objects;
}

bool holds(const std::vector<ObjectId>& sorted, const ObjectId& id) {
  return std::binary_search(sorted.begin(), sorted.end(), id);
}

/// Durable when it returns without failure. What has the name already is not replaced: then both stay.
Status move_object(const ObjectId& id, const Path& from_folder, const Path& to_folder) {
  const Path to = to_folder / name_of(id);
  std::error_code error;
  if (fs::exists(to, error)) return {};
  fs::rename(from_folder / name_of(id), to, error);
  if (error) return fail(error == std::errc::no_space_on_device ? Errc::no_space : Errc::io_error, "outbox");
  DOKAZ_TRY(sync_folder(to_folder));
  return sync_folder(from_folder);
}

}  // namespace

Path Outbox::path_of(const ObjectId& id) const { return folder_ / name_of(id); }
Path Outbox::orphan_folder() const { return folder_ / "orphans"; }

Result<PendingFile> Outbox::begin() const { return PendingFile::start_in(folder_); }

Status Outbox::put(PendingFile& object, const ObjectId& id) { return object.create_as(name_of(id)); }

Result<File> Outbox::open(const ObjectRef& object) const {
  auto file = File::open(path_of(object.id), File::Access::read);
  if (!file && file.code() == Errc::not_found) return fail(Errc::missing_part, "a sealed object is gone");
  if (!file) return file;
  DOKAZ_LET(size, file->size());
  if (size != object.size) return fail(Errc::hash_mismatch, "a sealed object has another size");
  Sha256Stream hash;
  Bytes chunk;
  for (std::uint64_t offset = 0; offset < size; offset += chunk.size()) {
    chunk.resize(static_cast<std::size_t>(std::min<std::uint64_t>(read_at_once, size - offset)));
    DOKAZ_TRY(file->read_exactly_at(chunk, offset));
    hash.update(chunk);
  }
  if (ObjectId(hash.finish().raw()) != object.id)
    return fail(Errc::hash_mismatch, "a sealed object was changed");
  return file;
}

Status Outbox::remove(const std::vector<ObjectId>& objects) {
  bool removed = false;
  for (const ObjectId& id : objects)
    for (const Path& path : {path_of(id), orphan_folder() / name_of(id)}) {
      std::error_code error;
      removed = fs::remove(path, error) || removed;
      if (error && error != std::errc::no_such_file_or_directory && error != std::errc::not_a_directory)
        return fail(Errc::io_error, "outbox");
    }
  return removed ? sync_folder(folder_) : Status();
}

Status Outbox::settle(std::vector<ObjectId> named, std::vector<ObjectId> freed) {
  std::sort(named.begin(), named.end());
  std::sort(freed.begin(), freed.end());
  DOKAZ_TRY(remove_leftovers(folder_));
  DOKAZ_LET(waiting, objects_in(folder_));
  DOKAZ_LET(aside, objects_in(orphan_folder()));
  std::vector<ObjectId> left;  // by a drop that was cut
  for (std::vector<ObjectId>* found : {&waiting, &aside})
    std::erase_if(*found, [&](const ObjectId& id) {
      if (!holds(freed, id)) return false;
      left.push_back(id);
      return true;
    });
  DOKAZ_TRY(remove(left));

  std::erase_if(waiting, [&](const ObjectId& id) { return holds(named, id); });
  if (!waiting.empty()) DOKAZ_TRY(make_inner_folder(orphan_folder()));
  for (const ObjectId& orphan : waiting) DOKAZ_TRY(move_object(orphan, folder_, orphan_folder()));
  for (const ObjectId& object : aside)
    if (holds(named, object)) DOKAZ_TRY(move_object(object, orphan_folder(), folder_));
  return {};
}

Result<std::size_t> Outbox::orphans() const {
  DOKAZ_LET(aside, objects_in(orphan_folder()));
  return aside.size();
}

}  // namespace dokaz
