// SPDX-License-Identifier: GPL-3.0-or-later
// Every single byte of a good vector flipped, deleted, or joined by another: what was signed is refused.
#include <catch2/catch.hpp>

#include <functional>

#include "tests/fuzz/rewrite.hpp"
#include "tests/unit/proto/vector_judge.hpp"

using namespace dokaz;
using namespace dokaz::format_vectors;

namespace {

constexpr int flips[] = {0x01, 0x02, 0x04, 0x20, 0x80};
constexpr Byte inserts[] = {'\n', ' ', '0', 'a', 0};

Vector good_vector(std::string_view format, std::string_view name) {
  static const std::vector<Vector> all = all_vectors();
  for (const Vector& vector : all)
    if (vector.format == format && vector.name == name) return vector;
  FAIL("there is no such vector");
  return {};
}

/// Calls with each changed vector; `step` above 1 takes every step-th position.
void for_each_change(const Vector& good, std::size_t step, const std::function<void(const Vector&)>& use) {
  Vector changed = good;
  for (std::size_t i = 0; i < good.bytes.size(); i += step) {
    const auto at = static_cast<std::ptrdiff_t>(i);
    for (int flip : flips) {
      changed.bytes[i] = static_cast<Byte>(good.bytes[i] ^ flip);
      use(changed);
    }
    changed.bytes = good.bytes;
    changed.bytes.erase(changed.bytes.begin() + at);
    use(changed);
    for (Byte value : inserts) {
      changed.bytes = good.bytes;
      changed.bytes.insert(changed.bytes.begin() + at, value);
      use(changed);
    }
    changed.bytes = good.bytes;
  }
}

}  // namespace

TEST_CASE("no change of one byte in anything signed is accepted") {
  const std::pair<const char*, const char*> signed_ones[] = {
      {"statement", "seal"}, {"statement", "genesis"}, {"note", "one-line"}, {"roster", "three-members"},
      {"ticket", "documenter"}, {"admission", "member"}, {"checkpoint", "two-witnesses"}};
  for (const auto& [format, name] : signed_ones) {
    const Vector good = good_vector(format, name);
    REQUIRE(verdict(good) == "success");
    std::size_t accepted = 0, changes = 0;
    for_each_change(good, 1, [&](const Vector& changed) {
      ++changes;
      if (changed.bytes != good.bytes && verdict(changed) == "success") ++accepted;
    });
    INFO(format);
    CHECK(accepted == 0);
    CHECK(changes == good.bytes.size() * (std::size(flips) + 1 + std::size(inserts)));
  }
}

TEST_CASE("a change of one byte in what is not signed is refused, or read as another value") {
  const std::tuple<const char*, const char*, std::size_t> others[] = {
      {"fact", "list", 1}, {"fact", "two", 1}, {"object", "legal", 3}, {"policy", "two-of-three", 1},
      {"server-card", "card", 1}, {"invitation", "name", 3}};
  for (const auto& [format, name, step] : others) {
    const Vector good = good_vector(format, name);
    rewrite::Rewrite again = nullptr;
    for (const auto& reader : rewrite::readers)
      if (reader.format == format) again = reader.rewrite;
    REQUIRE(again != nullptr);
    REQUIRE(again(good.bytes) == good.bytes);
    std::size_t loose = 0, refused = 0;
    for_each_change(good, step, [&](const Vector& changed) {
      const auto written = again(changed.bytes);
      if (!written) ++refused;
      if (written && *written != changed.bytes) ++loose;
    });
    INFO(format);
    CHECK(loose == 0);
    CHECK(refused > 0);
  }
}
