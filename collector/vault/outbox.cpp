// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/outbox.hpp"

#include <vector>

#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

constexpr std::string_view suffix = ".age";

std::optional<ObjectId> id_of(const std::string& name) {
  if (!name.ends_with(suffix)) return std::nullopt;
  const auto id = id_from_hex<ObjectId>(std::string_view(name).substr(0, name.size() - suffix.size()));
  return id ? std::optional(*id) : std::nullopt;
}

}  // namespace

Path Outbox::path_of(const ObjectId& id) const { return folder_ / (hex(id) + std::string(suffix)); }

Status Outbox::put(const ObjectId& id, ByteView object) { return create_file_durably(path_of(id), object); }

Result<File> Outbox::open(const ObjectId& id) const {
  auto file = File::open(path_of(id), File::Access::read);
  if (!file && file.code() == Errc::not_found) return fail(Errc::missing_part, "a sealed object is gone");
  return file;
}

Status Outbox::keep_only(const std::set<ObjectId>& named) {
  DOKAZ_TRY(remove_leftovers(folder_));
  std::vector<Path> orphans;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder_, error), end; !error && entry != end;
       entry.increment(error)) {
    const auto id = id_of(entry->path().filename().string());
    if (id && !named.contains(*id)) orphans.push_back(entry->path());
  }
  if (error) return fail(Errc::io_error, "outbox");
  for (const Path& orphan : orphans) DOKAZ_TRY(remove_file_durably(orphan));
  return {};
}

}  // namespace dokaz
