// SPDX-License-Identifier: GPL-3.0-or-later
// The fuzz targets' property over the vectors and some hundred mutations of each, the same ones every time.
#include <catch2/catch.hpp>

#include <map>
#include <random>

#include "tests/fuzz/rewrite.hpp"
#include "tests/vectors/make/format_vector.hpp"

using namespace dokaz;

namespace {

using Random = std::mt19937;

std::size_t below(Random& random, std::size_t bound) { return bound == 0 ? 0 : random() % bound; }

/// Takes a line of `other`, or flips, deletes, doubles or inserts some bytes.
Bytes mutated(const Bytes& from, const Bytes& other, Random& random) {
  Bytes out = from;
  const auto at = static_cast<std::ptrdiff_t>(below(random, out.size() + 1));
  const auto length = static_cast<std::ptrdiff_t>(below(random, 16));
  const auto end = std::min(at + length, static_cast<std::ptrdiff_t>(out.size()));
  switch (random() % 5) {
    case 0:
      if (at < static_cast<std::ptrdiff_t>(out.size())) out[static_cast<std::size_t>(at)] = static_cast<Byte>(random());
      break;
    case 1: out.erase(out.begin() + at, out.begin() + end); break;
    case 2: {
      const Bytes piece(out.begin() + at, out.begin() + end);
      out.insert(out.begin() + at, piece.begin(), piece.end());
      break;
    }
    case 3: out.insert(out.begin() + at, static_cast<Byte>("\n 0-azA+=/"[random() % 10])); break;
    case 4: {
      const std::string_view text = text_of(other);
      const std::size_t start = text.rfind('\n', below(random, text.size() + 1));
      const std::string_view line = text.substr(start == std::string_view::npos ? 0 : start + 1);
      const std::string_view cut = line.substr(0, line.find('\n') == std::string_view::npos ? line.size() : line.find('\n') + 1);
      out.insert(out.begin() + at, cut.begin(), cut.end());
      break;
    }
  }
  return out;
}

}  // namespace

TEST_CASE("what a reader accepts, its writer writes again") {
  std::map<std::string, std::vector<Bytes>> samples;
  for (auto& vector : format_vectors::all_vectors())
    if (vector.bytes.size() < 20000) samples[vector.format].push_back(std::move(vector.bytes));
  Random random(1);
  for (const auto& reader : rewrite::readers) {
    const auto& list = samples.at(std::string(reader.format));
    std::size_t accepted = 0, loose = 0;
    for (const Bytes& sample : list)
      for (int i = 0; i < 60; ++i) {
        Bytes bytes = i == 0 ? sample : mutated(sample, list[below(random, list.size())], random);
        if (i % 3 == 2) bytes = mutated(bytes, list[below(random, list.size())], random);
        const auto again = reader.rewrite(bytes);
        if (again) ++accepted;
        if (again && *again != bytes) ++loose;
      }
    INFO(reader.format);
    CHECK(accepted > 0);
    CHECK(loose == 0);
  }
}
