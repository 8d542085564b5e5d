// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include <set>
#include <type_traits>

#include "crypto/bytes.hpp"
#include "crypto/hash.hpp"
#include "crypto/result.hpp"
#include "crypto/secret.hpp"
#include "crypto/signature.hpp"

using namespace dokaz;

namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return fail(Errc::malformed, "odd");
  return n / 2;
}
Result<int> quarter(int n) {
  DOKAZ_LET(once, half(n));
  DOKAZ_LET(twice, half(once));
  return twice;
}

template <class A, class B>
concept comparable = requires(A a, B b) { a == b; };
template <class A>
concept self_comparable = requires(A a) { a == a; };

}  // namespace

TEST_CASE("a failure travels up with its detail") {
  CHECK(quarter(6).error().code == Errc::malformed);
  CHECK(quarter(6).error().detail == "odd");
  CHECK(quarter(8).value() == 2);
}

TEST_CASE("each failure has its own number, name and words, within the range of exit codes") {
  std::set<int> numbers;
#define X(name, number, words)                               \
  CHECK(numbers.insert(number).second);                      \
  CHECK((number > exit_verified_with_limits || number == 2)); \
  CHECK(number < 126);                                       \
  CHECK(errc_from_number(number) == Errc::name);             \
  CHECK(errc_from_name(#name) == Errc::name);                \
  CHECK(words_of(Errc::name) == words);
  DOKAZ_ERRC_LIST(X)
#undef X
  CHECK_FALSE(errc_from_number(1).has_value());
}

static_assert(!comparable<Sha256, KeyHash>, "ids of different meaning must not compare");
static_assert(!std::is_convertible_v<KeyHash, Sha256>);
static_assert(!std::is_copy_constructible_v<Secret<32>> && std::is_move_constructible_v<Secret<32>>);
static_assert(!self_comparable<Secret<32>>, "a secret has no ==");

TEST_CASE("a moved secret is empty and the new one holds the bytes") {
  auto first = SecretBytes::copy_of(bytes_of("open sesame"));
  auto second = std::move(first);
  CHECK(first.empty());
  second.reveal([](ByteView bytes) { CHECK(text_of(bytes) == "open sesame"); });
  second.shrink(4);
  second.reveal([](ByteView bytes) { CHECK(text_of(bytes) == "open"); });
}
