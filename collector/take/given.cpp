// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/take/given.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "collector/intake/beside.hpp"

namespace dokaz {
namespace {

namespace fs = std::filesystem;

constexpr int deepest = 64;

/// Made by systems for themselves: nothing that anybody photographed.
constexpr std::string_view system_names[] = {"$RECYCLE.BIN", "LOST.DIR",    "System Volume Information",
                                             "Thumbs.db",    "desktop.ini", "lost+found"};

bool is_hidden(const std::string& name) {
  return name.starts_with('.') ||
         std::find(std::begin(system_names), std::end(system_names), name) != std::end(system_names);
}

class Walk {
 public:
  explicit Walk(Given& given) : given_(given) {}

  void folder(const fs::path& at, int depth) {
    std::vector<std::string> files, folders;
    if (depth > deepest || !list(at, files, folders)) {
      given_.unreadable.push_back(at.string());
      return;
    }
    std::set<std::string> claimed;
    for (const std::string& name : files)
      for (const std::string& sidecar : finder_.beside(at / name)) claimed.insert(sidecar);
    for (const std::string& name : files) {
      if (claimed.contains(name)) ++given_.passed_over.sidecars;
      else given_.files.push_back((at / name).string());
    }
    for (const std::string& name : folders) folder(at / name, depth + 1);
  }

 private:
  /// By name; false where the folder cannot be read.
  bool list(const fs::path& at, std::vector<std::string>& files, std::vector<std::string>& folders) {
    std::error_code error;
    for (fs::directory_iterator entry(at, error), end; !error && entry != end; entry.increment(error)) {
      const std::string name = entry->path().filename().string();
      std::error_code unknown;
      const fs::file_type type = entry->symlink_status(unknown).type();
      if (is_hidden(name)) ++given_.passed_over.hidden;
      else if (type == fs::file_type::symlink) ++given_.passed_over.links;
      else if (type == fs::file_type::directory) folders.push_back(name);
      else if (type == fs::file_type::regular || unknown) files.push_back(name);
      else ++given_.passed_over.special;
    }
    std::sort(files.begin(), files.end());
    std::sort(folders.begin(), folders.end());
    return !error;
  }

  Given& given_;
  SidecarFinder finder_;
};

}  // namespace

Given files_given(const std::vector<std::string>& typed) {
  Given given;
  Walk walk(given);
  for (const std::string& name : typed) {
    std::error_code error;
    if (fs::symlink_status(name, error).type() == fs::file_type::directory) walk.folder(name, 1);
    else given.files.push_back(name);
  }
  return given;
}

}  // namespace dokaz
