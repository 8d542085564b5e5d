// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/take/phone.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace dokaz {
namespace {

namespace fs = std::filesystem;

/// From a mount's own folder: the mount, a memory in it, DCIM.
constexpr int levels = 3;

std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code unknown;
    if (entry->symlink_status(unknown).type() == fs::file_type::directory) folders.push_back(entry->path());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

bool is_dcim(const fs::path& folder) {
  std::string name = folder.filename().string();
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return name == "DCIM";
}

void look(const fs::path& folder, int left, std::vector<fs::path>& found) {
  for (const fs::path& inner : folders_in(folder)) {
    if (is_dcim(inner)) found.push_back(inner);
    else if (left > 1) look(inner, left - 1, found);
  }
}

}  // namespace

std::vector<fs::path> usual_mounts() {
  std::vector<fs::path> mounts = {"/media", "/run/media", "/mnt"};
  for (const char* by_user : {"/media", "/run/media"})
    for (const fs::path& user : folders_in(by_user)) mounts.push_back(user);
  if (const char* runtime = std::getenv("XDG_RUNTIME_DIR"); runtime != nullptr && fs::path(runtime).is_absolute())
    mounts.push_back(fs::path(runtime) / "gvfs");
  return mounts;
}

std::vector<fs::path> find_dcim(const std::vector<fs::path>& mounts) {
  std::vector<fs::path> found;
  for (const fs::path& mount : mounts) look(mount, levels, found);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace dokaz
