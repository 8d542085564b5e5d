// SPDX-License-Identifier: GPL-3.0-or-later
// What several tests of intake need from the world outside: a folder, the worker, other people's programs.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>

#include "collector/intake/intake.hpp"
#include "tests/unit/crypto/scratch.hpp"
#include "tests/unit/crypto/shell.hpp"

namespace dokaz::test {

inline std::filesystem::path worker_program() {
  const char* bin = std::getenv("DOKAZ_BIN");
  return std::filesystem::absolute(bin ? bin : "build/bin") / "dokaz-intake";
}

inline Bytes all_of(const Readable& content) { return content.bytes(0, content.size()).value(); }

inline Bytes recovery_of(const TakenIn& item) {
  Bytes out;
  const Status written = item.write_recovery([&](ByteView bytes) -> Status {
    append(out, bytes);
    return {};
  });
  DOKAZ_CHECK(written.has_value());
  return out;
}

}  // namespace dokaz::test
