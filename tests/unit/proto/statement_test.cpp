// SPDX-License-Identifier: GPL-3.0-or-later
// Statements: what the maker refuses, what it sorts, and what a signature binds. Spelling is in the vectors.
#include <catch2/catch.hpp>

#include <type_traits>

#include "crypto/encoding.hpp"
#include "tests/unit/proto/format_samples.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

template <class A, class B>
concept mixes = requires(A a, B b) { a == b; } || std::is_convertible_v<A, B> || std::is_assignable_v<A&, B> ||
                std::is_constructible_v<A, B>;

// Ids of different meaning neither compare nor convert, although all are 32 bytes.
static_assert(mixes<StatementHash, StatementHash>);
static_assert(!mixes<StatementHash, ObjectId>);
static_assert(!mixes<StatementHash, Sha256>);
static_assert(!mixes<StatementHash, TreeHash>);
static_assert(!mixes<FactDigest, ObjectId>);
static_assert(!mixes<Fingerprint, KeyHash>);
static_assert(!mixes<Fingerprint, TlsPin>);
static_assert(!mixes<ChainId, StatementHash>);
static_assert(!mixes<PublicKey, KeyHash>);

bool refused(StatementFields fields) {
  const auto made = Statement::make(std::move(fields));
  return !made && made.code() == Errc::malformed;
}

StatementFields with(void (*change)(StatementFields&)) {
  StatementFields fields = seal_fields();
  change(fields);
  return fields;
}

}  // namespace

TEST_CASE("a statement that breaks a rule is not made") {
  CHECK_FALSE(refused(seal_fields()));
  CHECK(refused(with([](auto& f) { f.facts.clear(); })));
  CHECK(refused(with([](auto& f) { f.facts.push_back(f.facts.front()); })));
  CHECK(refused(with([](auto& f) { f.objects[0].size = 0; })));
  CHECK(refused(with([](auto& f) { f.objects.push_back({f.objects[0].id, 7}); })));
  CHECK(refused(with([](auto& f) { f.act = Act::genesis; })));
  CHECK(refused(with([](auto& f) { f.seq = 0; })));
  CHECK(refused(with([](auto& f) { f.previous = {}; })));
  CHECK(refused(with([](auto& f) { f.seen.size = 0; })));
  CHECK(refused(with([](auto& f) { f.time.unix_seconds = -1; })));
  CHECK(refused(with([](auto& f) { f.time.unix_seconds = 253402300800; })));
  StatementFields genesis = genesis_fields();
  genesis.act = Act::seal;
  CHECK(refused(genesis));
}

TEST_CASE("a statement is at most 16384 bytes") {
  StatementFields fields = seal_fields();
  fields.facts.clear();
  std::size_t made = 0;
  for (unsigned i = 1; i <= 400; ++i) {
    FactDigest digest;
    digest.raw()[0] = static_cast<Byte>(i);
    digest.raw()[1] = static_cast<Byte>(i >> 8);
    fields.facts.push_back(digest);
    if (const auto statement = Statement::make(fields)) {
      made = i;
      CHECK(statement->bytes().size() <= max_statement_size);
    }
  }
  CHECK(made == 340);  // 362 bytes and 47 a line
}

TEST_CASE("the lists are sorted in the making, and what is read is what was made") {
  const auto made = Statement::make(seal_fields()).value();
  CHECK(made.fields().objects[0].id == id_of<ObjectId>(0x44));
  // ASCII order of base64url is not the order of the bytes: "-" and digits come before letters.
  CHECK(base64url(made.fields().facts[0].view()).substr(0, 2) == "-_");
  CHECK(base64url(made.fields().facts[1].view()).substr(0, 2) == "0N");
  CHECK(base64url(made.fields().facts[2].view()).substr(0, 2) == "AQ");
  const auto read = Statement::parse(made.bytes()).value();
  CHECK(read == made);
  CHECK(read.hash() == made.hash());
  CHECK(Statement::make(read.fields()).value() == made);
  CHECK(hex(made.hash()) == hex(sha256(made.bytes())));
}

TEST_CASE("a coarsened time keeps nothing of the hour") {
  StatementFields fields = seal_fields();
  fields.time.day_only = true;
  const auto made = Statement::make(fields).value();
  CHECK(made.fields().time.unix_seconds % 86400 == 0);
  CHECK(made.fields().time == Statement::parse(made.bytes()).value().fields().time);
}

TEST_CASE("times are those of the calendar") {
  for (const char* bad : {"", "2026-02-29", "2026-02-30T00:00:00Z", "2100-02-29", "2026-13-01", "2026-00-01",
                          "2026-01-00", "2026-05-01T24:00:00Z", "2026-05-01T10:60:00Z", "2026-05-01T10:12:60Z",
                          "2026-05-01T10:12:00", "2026-05-01T10:12:00+00:00", "2026-05-01t10:12:00z", "1969-12-31",
                          "26-05-01", "2026-5-1", "02026-05-01", "2026-05-01T10:12:00.0Z", "2026-05-01 "})
    CHECK(parse_time(bad).code() == Errc::malformed);
  for (const char* good : {"1970-01-01T00:00:00Z", "2024-02-29", "2000-02-29T23:59:59Z", "9999-12-31T23:59:59Z"})
    CHECK(format_time(parse_time(good).value()) == good);
  CHECK(parse_time("2026-05-01T10:12:00Z").value() == ClaimedTime{1777630320, false});
}

TEST_CASE("a statement's signature binds every bit of statement, key and signature") {
  const auto key = key_of(0);
  const SignedStatement good = sign_statement(Statement::make(seal_fields()).value(), key);
  REQUIRE(verify_signature(good).has_value());
  for (std::size_t i = 0; i < 64; ++i) {
    SignedStatement bad = good;
    bad.signature.raw()[i] ^= 1;
    CHECK(verify_signature(bad).code() == Errc::bad_signature);
  }
  SignedStatement other_key = good;
  other_key.member = key_of(1).public_key();
  CHECK(verify_signature(other_key).code() == Errc::bad_signature);
  SignedStatement other_statement = good;
  other_statement.statement = Statement::make(genesis_fields()).value();
  CHECK(verify_signature(other_statement).code() == Errc::bad_signature);
}

TEST_CASE("the leaf's message is Sigsum's") {
  const auto key = key_of(0);
  CHECK(hex(key.public_key().hash()).substr(0, 8) == "56475aa7");
  const SignedStatement sample = sign_statement(Statement::make(seal_fields()).value(), key);
  Bytes message = to_bytes("sigsum.org/v1/tree-leaf");
  message.push_back(0);
  append(message, sha256(sha256(sample.statement.bytes()).view()).view());
  CHECK(message.size() == 56);
  CHECK(verify(key.public_key(), message, sample.signature).has_value());
}
