// SPDX-License-Identifier: GPL-3.0-or-later
// What of a vault stays in memory.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/unit/collector/case_fixture.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

/// A secret to look for that is itself not there to be found.
class Masked {
 public:
  explicit Masked(const Secret<32>& key) {
    key.reveal([&](ByteView bytes) {
      for (const Byte b : bytes) masked_.push_back(b ^ 0xa5);
    });
  }
  bool begins(ByteView at) const {
    for (std::size_t i = 0; i < masked_.size(); ++i)
      if ((at[i] ^ masked_[i]) != 0xa5) return false;
    return true;
  }
  /// As SQLCipher is told it.
  bool begins_in_hex(ByteView at) const {
    for (std::size_t i = 0; i < 2 * masked_.size(); ++i) {
      const Byte b = masked_[i / 2] ^ 0xa5;
      if (at[i] != static_cast<Byte>("0123456789abcdef"[i % 2 == 0 ? b >> 4 : b & 15])) return false;
    }
    return true;
  }

 private:
  Bytes masked_;
};

/// Places in this process's writable memory where the secret is, as bytes or in hexadecimal.
std::size_t places_in_memory(const Masked& secret) {
  std::ifstream maps("/proc/self/maps");
  const File memory = File::adopt(::open("/proc/self/mem", O_RDONLY | O_CLOEXEC));
  std::size_t places = 0;
  Bytes piece(1 << 20);
  for (std::string line; std::getline(maps, line);) {
    unsigned long long from = 0, to = 0;
    char rights[5] = {};
    if (std::sscanf(line.c_str(), "%llx-%llx %4s", &from, &to, rights) != 3 || rights[1] != 'w') continue;
    for (unsigned long long at = from; at + 64 < to; at += piece.size() - 64) {
      const auto got = ::pread(memory.descriptor(), piece.data(), static_cast<std::size_t>(std::min<unsigned long long>(piece.size(), to - at)),
                               static_cast<off_t>(at));
      const ByteView read(piece.data(), got < 0 ? 0 : static_cast<std::size_t>(got));
      for (std::size_t i = 0; i + 64 <= read.size(); ++i)
        if (secret.begins(read.subspan(i)) || secret.begins_in_hex(read.subspan(i))) ++places;
    }
  }
  wipe(piece);
  return places;
}

}  // namespace

TEST_CASE("When a vault is closed its key is nowhere in the program's memory") {
  const TestCase of;
  const TestVault at(of);
  const Masked key(at.room_key().key);
  const std::size_t before = places_in_memory(key);
  {
    Vault vault = at.open();
    REQUIRE(seal(vault, photo(), request()));
    CHECK(places_in_memory(key) > 0);  // the database has it, or this test could not fail
  }
  CHECK(before == 0);
  CHECK(places_in_memory(key) == 0);
}
