// SPDX-License-Identifier: GPL-3.0-or-later
// What tests of a vault's passphrases and of its end look at.
#pragma once

#include <sys/prctl.h>
#include <sys/wait.h>

#include <map>

#include "collector/vault/unlock.hpp"
#include "tests/unit/collector/case_fixture.hpp"

namespace dokaz::test {

inline Errc opening(const TestVault& at, std::string_view with) {
  const auto vault = Vault::open(at.folder(), passphrase(with));
  REQUIRE_FALSE(vault);
  return vault.code();
}

/// A name, and for a file its size.
using Look = std::map<std::string, std::uintmax_t>;
inline Look look_at(const std::filesystem::path& folder) {
  Look look;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    look[std::filesystem::relative(entry.path(), folder)] = entry.is_regular_file() ? entry.file_size() : 0;
  return look;
}

/// A room is cleared by a process of its own. Declare it after the vault's folder: it waits before that goes.
struct Clearings {
  Clearings() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }
  ~Clearings() { wait(); }
  static void wait() {
    while (::waitpid(-1, nullptr, 0) > 0) {
    }
  }
};

inline void add_items(const TestVault& at, int count) {
  Vault vault = at.open();
  for (int i = 0; i < count; ++i) REQUIRE(seal(vault, photo("photo " + std::to_string(i)), request()));
}

}  // namespace dokaz::test
