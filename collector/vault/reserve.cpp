// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/reserve.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "collector/vault/schema.hpp"
#include "crypto/hash.hpp"

namespace dokaz {
namespace {

namespace fs = std::filesystem;

/// Bytes that no file system stores in less room.
Bytes filling() {
  Bytes bytes;
  for (std::uint64_t block = 0; bytes.size() < vault_layout::reserve_size; ++block) {
    const Sha256 hash = sha256("dokaz reserve " + std::to_string(block));
    bytes.insert(bytes.end(), hash.view().begin(), hash.view().end());
  }
  return bytes;
}

}  // namespace

Status make_reserve(const Path& vault) {
  return create_file_durably(vault / vault_layout::reserve_file, filling());
}

void make_reserve_if_roomy(const Path& vault) {
  std::error_code error;
  if (fs::exists(vault / vault_layout::reserve_file, error)) return;
  const fs::space_info space = fs::space(vault, error);
  if (error || space.available < vault_layout::room_for_reserve || !make_reserve(vault)) return;  // the next open tries again
  struct stat made {};
  if (::stat((vault / ".lock").c_str(), &made) != 0) return;
  const timespec times[] = {made.st_mtim, made.st_mtim};  // of the vault's making: one that was needed once does not show
  ::utimensat(AT_FDCWD, (vault / vault_layout::reserve_file).c_str(), times, AT_SYMLINK_NOFOLLOW);
}

bool give_up_reserve(const Path& vault) {
  return remove_file_durably(vault / vault_layout::reserve_file).has_value();
}

}  // namespace dokaz
