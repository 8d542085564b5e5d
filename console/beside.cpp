// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/beside.hpp"

#include <unistd.h>

#include <string>

namespace dokaz::console {

Result<std::filesystem::path> program_beside(std::string_view name) {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return fail(Errc::internal, "the program cannot find itself");
  const auto folder = self.parent_path();
  for (const auto& candidate : {folder / name, folder.parent_path() / DOKAZ_LIBEXEC / "dokaz" / name})
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  return fail(Errc::internal, std::string(name) + " is not installed beside " + self.filename().string());
}

}  // namespace dokaz::console
