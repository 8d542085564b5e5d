// SPDX-License-Identifier: GPL-3.0-or-later
// A fuzz target without libFuzzer: its seeds, then changes of them, the same ones every time, until there are enough or
// the time is up. replay --write FOLDER writes the seeds for libFuzzer; replay FILE … runs what it has found.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "tests/fuzz/seeds.hpp"

using dokaz::Byte;
using dokaz::Bytes;
using Random = std::mt19937;

namespace {

constexpr std::size_t changes = 20'000;
constexpr std::chrono::milliseconds enough{2'500};
constexpr std::size_t longest = 65'536;

std::size_t below(Random& random, std::size_t bound) { return bound == 0 ? 0 : random() % bound; }

Bytes part_of(const Bytes& from, Random& random) {
  const std::size_t at = below(random, from.size());
  const std::size_t count = 1 + below(random, std::min<std::size_t>(from.size() - at, 64));
  const auto begin = from.begin() + static_cast<std::ptrdiff_t>(at);
  return {begin, begin + static_cast<std::ptrdiff_t>(std::min(count, from.size() - at))};
}

/// Some bytes changed, removed, doubled, or put there from another seed.
Bytes changed(Bytes bytes, const Bytes& other, Random& random) {
  for (std::size_t times = 1 + below(random, 3); times > 0; --times) {
    const auto at = static_cast<std::ptrdiff_t>(below(random, bytes.size() + 1));
    const auto place = [&] { return bytes.begin() + at; };
    switch (random() % 6) {
      case 0:
        if (!bytes.empty()) bytes[below(random, bytes.size())] ^= static_cast<Byte>(1U << (random() % 8));
        break;
      case 1:
        if (!bytes.empty()) bytes[below(random, bytes.size())] = static_cast<Byte>(random());
        break;
      case 2: bytes.erase(place(), place() + static_cast<std::ptrdiff_t>(below(random, static_cast<std::size_t>(bytes.end() - place()) + 1) % 64)); break;
      case 3: {
        if (bytes.empty()) break;
        const Bytes piece = part_of(bytes, random);
        bytes.insert(place(), piece.begin(), piece.end());
        break;
      }
      case 4: {
        if (other.empty()) break;
        const Bytes piece = part_of(other, random);
        bytes.insert(place(), piece.begin(), piece.end());
        break;
      }
      case 5: bytes.resize(below(random, bytes.size() + 1)); break;
    }
  }
  if (bytes.size() > longest) bytes.resize(longest);
  return bytes;
}

void run(const Bytes& input) {
  // A copy of its own size, so that a sanitizer sees each byte that is read past it.
  const Bytes exact(input);
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

bool write(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  std::size_t number = 0;
  for (const Bytes& seed : fuzz_seeds()) {
    std::ofstream file(folder / ("seed-" + std::to_string(number++)), std::ios::binary);
    file.write(reinterpret_cast<const char*>(seed.data()), static_cast<std::streamsize>(seed.size()));
    if (!file.flush()) return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "--write") return write(argv[2]) ? 0 : 12;
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    run(Bytes(text.begin(), text.end()));
  }
  if (argc > 1) return 0;

  const auto seeds = fuzz_seeds();
  for (const Bytes& seed : seeds) run(seed);
  Random random(1);
  const auto end = std::chrono::steady_clock::now() + enough;
  std::size_t done = 0;
  while (done < changes && std::chrono::steady_clock::now() < end) {
    run(changed(seeds[below(random, seeds.size())], seeds[below(random, seeds.size())], random));
    ++done;
  }
  std::printf("%zu seeds, %zu changes of them\n", seeds.size(), done);
  return seeds.empty() ? 1 : 0;
}
