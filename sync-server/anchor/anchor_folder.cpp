// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/anchor/anchor_folder.hpp"

#include <algorithm>

#include "crypto/encoding.hpp"
#include "proto/anchor/authorities.hpp"

namespace dokaz::server {
namespace {

constexpr std::string_view response_suffix = ".tsr";
constexpr std::string_view suffixes[] = {response_suffix, ".chain.pem", ".crl"};
constexpr const char* checkpoint_name = "checkpoint";

Path root_of(const Path& log) { return log / "anchors"; }

/// Names in a folder; none where it is not there.
Result<std::vector<std::string>> names_in(const Path& folder) {
  std::vector<std::string> out;
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error), end;
  if (error == std::errc::no_such_file_or_directory) return out;
  for (; !error && entry != end; entry.increment(error)) out.push_back(entry->path().filename().string());
  if (error) return fail(Errc::io_error, "the folder of anchors");
  return out;
}

std::string_view authority_of(std::string_view file, std::string_view suffix) {
  if (!file.ends_with(suffix)) return {};
  file.remove_suffix(suffix.size());
  return is_authority_name(file) ? file : std::string_view();
}

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

Status remove_if_there(const Path& path) {
  Status removed = remove_file_durably(path);
  return !removed && removed.code() == Errc::not_found ? Status() : removed;
}

/// Files without their response, and a folder without any: nobody was told of them.
Status drop_half_made(const Path& folder) {
  DOKAZ_TRY(remove_leftovers(folder));
  DOKAZ_LET(names, names_in(folder));
  bool any = false;
  for (const std::string& name : names) {
    any = any || !authority_of(name, response_suffix).empty();
    for (const std::string_view suffix : suffixes)
      if (const auto authority = authority_of(name, suffix);
          !authority.empty() && !holds(names, std::string(authority) + std::string(response_suffix)))
        DOKAZ_TRY(remove_if_there(folder / name));
  }
  if (any) return {};
  DOKAZ_TRY(remove_if_there(folder / checkpoint_name));
  std::error_code error;
  std::filesystem::remove(folder, error);  // stays where somebody put another file in it
  return sync_folder(folder.parent_path());
}

}  // namespace

std::map<std::string, NewestAnchor> newest_anchors(const Path& log) {
  std::map<std::string, NewestAnchor> out;
  const auto folders = names_in(root_of(log));
  if (!folders) return out;
  for (const std::string& folder : *folders) {
    const auto size = from_decimal(folder);
    const auto names = names_in(root_of(log) / folder);
    if (!size || !names) continue;
    for (const std::string& name : *names)
      if (const auto authority = authority_of(name, response_suffix); !authority.empty()) {
        NewestAnchor& newest = out[std::string(authority)];
        newest.size = std::max(newest.size, *size);
      }
  }
  for (auto& [authority, newest] : out) {
    const auto bytes = read_file(
        root_of(log) / std::to_string(newest.size) / (authority + std::string(response_suffix)), max_anchor_file);
    const auto response = bytes ? TimeResponse::parse(*bytes) : Result<TimeResponse>(bytes.error());
    if (response) newest.unix_time = response->claims().unix_time;
  }
  return out;
}

Result<AnchorFolder> AnchorFolder::open(const Path& log) {
  const Path root = root_of(log);
  DOKAZ_LET(folders, names_in(root));
  for (const std::string& folder : folders)
    if (from_decimal(folder)) DOKAZ_TRY(drop_half_made(root / folder));
  return AnchorFolder(root);
}

Result<Bytes> AnchorFolder::to_stamp(const Checkpoint& now) const {
  auto kept = read_file(root_ / std::to_string(now.head.size) / checkpoint_name, max_note_size);
  if (!kept && kept.code() == Errc::not_found) return now.note.bytes();
  if (!kept) return std::move(kept).error();
  const auto note = Note::parse(*kept);
  if (!note || note->text() != now.note.text()) return fail(Errc::damaged_store, "a stamped checkpoint");
  return kept;
}

Status AnchorFolder::keep(std::uint64_t size, const Bytes& checkpoint, const std::string& authority,
                          const Files& files) {
  const Path folder = root_ / std::to_string(size);
  const auto name = [&](std::string_view suffix) { return folder / (authority + std::string(suffix)); };
  std::error_code unclear;
  if (std::filesystem::exists(name(response_suffix), unclear)) return Errc::already_exists;
  const Status kept = [&]() -> Status {
    DOKAZ_TRY(make_inner_folder(root_));
    DOKAZ_TRY(make_inner_folder(folder));
    DOKAZ_TRY(drop_half_made(folder));  // of a failure whose traces could not be removed then
    DOKAZ_TRY(make_inner_folder(folder));
    if (Status made = create_file_durably(folder / checkpoint_name, checkpoint);
        !made && made.code() != Errc::already_exists)
      return made;
    if (!files.parts.revocation_lists.empty())
      DOKAZ_TRY(create_file_durably(name(".crl"), files.parts.revocation_lists));
    DOKAZ_TRY(create_file_durably(name(".chain.pem"), files.parts.chain));
    return create_file_durably(name(response_suffix), files.response);
  }();
  // After a failed fsync nothing is written any more, not even that.
  if (!kept && kept.code() != Errc::io_error && std::filesystem::exists(folder, unclear))
    static_cast<void>(drop_half_made(folder));
  return kept;
}

}  // namespace dokaz::server
