// SPDX-License-Identifier: GPL-3.0-or-later
// Notes, consents, withdrawals, heartbeats and closes: what is signed, who can open it, and what can follow.
#include <catch2/catch.hpp>

#include "collector/vault/chain_acts.hpp"
#include "crypto/encoding.hpp"
#include "proto/format/object.hpp"
#include "tests/unit/collector/case_fixture.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

constexpr ClaimedTime later{noon.unix_seconds + 3600, false};
constexpr ClaimedTime next_day{noon.unix_seconds + 86'400, false};

struct Sealed {
  explicit Sealed(const TestCase& of) : folder(of), vault(folder.open()) {
    item = seal(vault, photo(), request()).value();
  }
  /// The facts of an act's one object, opened with that key.
  Result<std::vector<Fact>> facts_of(std::uint64_t number, const age::Identity& key) {
    const auto own = vault.statement(number).value();
    const ObjectRef& object = own.signed_statement.statement.fields().objects.at(0);
    const auto file = vault.outbox().open(object).value();
    Bytes sealed(static_cast<std::size_t>(object.size));
    REQUIRE(file.read_exactly_at(sealed, 0));
    DOKAZ_LET(plain, age::decrypt(sealed, key));
    DOKAZ_LET(content, read_object(plain));
    CHECK(content.file_name == "act");
    CHECK(content.file.empty());
    DOKAZ_LET(facts, read_facts(content.facts));
    // All that the statement commits to, and their number says nothing.
    const auto& committed = own.signed_statement.statement.fields().facts;
    CHECK(committed.size() == facts.size());
    CHECK(committed.size() % 8 == 0);
    for (const Fact& fact : facts)
      CHECK(std::find(committed.begin(), committed.end(), fact.digest()) != committed.end());
    return facts;
  }

  TestVault folder;
  Vault vault;
  SealedItem item;
};

std::string text(const std::vector<Fact>& facts, std::string_view name) {
  const Fact* fact = find_fact(facts, name);
  return fact == nullptr ? "absent" : fact->value_json();
}

}  // namespace

TEST_CASE("A note about an item is for the legal recipients alone") {
  const TestCase of;
  Sealed sealed(of);
  const auto note = add_note(sealed.vault, About(1), "the same person as before", later).value();
  CHECK(note.number == 2);
  const auto facts = sealed.facts_of(2, of.legal).value();
  CHECK(text(facts, "object") == "\"legal\"");
  CHECK(text(facts, "note") == "\"the same person as before\"");
  CHECK(text(facts, "about") == "\"" + hex(sealed.item.statement) + "\"");
  CHECK(sealed.facts_of(2, of.team).code() == Errc::age_no_match);
  const auto own = sealed.vault.statement(2).value();
  CHECK(own.has_objects());
  CHECK_FALSE(own.is_item());
  CHECK_FALSE(own.sealed_again);
}

TEST_CASE("A consent and its withdrawal are for everybody who may pass something on") {
  const TestCase of;
  Sealed sealed(of);
  REQUIRE(add_consent(sealed.vault, {About(1), "birch", {"un", "court", "un"}}, later));
  REQUIRE(withdraw_consent(sealed.vault, {About(), "", {}}, later));
  for (const age::Identity* key : {&of.team, &of.legal}) {
    const auto given = sealed.facts_of(2, *key).value();
    CHECK(text(given, "object") == "\"team\"");
    CHECK(text(given, "consent.by") == "\"birch\"");
    CHECK(text(given, "consent.uses") == "[\"court\",\"un\"]");
    const auto taken_back = sealed.facts_of(3, *key).value();
    CHECK(text(taken_back, "consent.by") == "absent");
    CHECK(text(taken_back, "consent.uses") == "absent");
    CHECK(text(taken_back, "about") == "absent");
  }
}

TEST_CASE("What cannot be said adds nothing to the chain") {
  const TestCase of;
  Sealed sealed(of);
  CHECK(add_note(sealed.vault, About(1), "", later).code() == Errc::malformed);
  CHECK(add_note(sealed.vault, About(1), "\x1b[2J", later).code() == Errc::malformed);
  CHECK(add_note(sealed.vault, About(7), "x", later).code() == Errc::not_found);
  CHECK(add_note(sealed.vault, About(0), "x", later).code() == Errc::not_found);  // the genesis is no item
  CHECK(add_consent(sealed.vault, {About(1), "birch", {}}, later).code() == Errc::usage);
  CHECK(add_consent(sealed.vault, {About(1), "birch", {"fame"}}, later).code() == Errc::usage);
  CHECK(add_consent(sealed.vault, {About(1), "two\nlines", {"un"}}, later).code() == Errc::malformed);
  CHECK(add_consent(sealed.vault, {About(1), std::string(65, 'b'), {"un"}}, later).code() == Errc::too_large);
  CHECK(sealed.vault.head().value().number() == 1);
  CHECK(sealed.folder.outbox_files() == 2);
}

TEST_CASE("A heartbeat is made once a day, also after a clock that was ahead") {
  const TestCase of;
  Sealed sealed(of);
  CHECK_FALSE(heartbeat_if_due(sealed.vault, later).value());
  CHECK(heartbeat_if_due(sealed.vault, next_day).value()->number == 2);
  CHECK_FALSE(heartbeat_if_due(sealed.vault, next_day).value());
  const ClaimedTime far{noon.unix_seconds + 900 * 86'400, false};
  CHECK(heartbeat_if_due(sealed.vault, far).value());
  CHECK(heartbeat_if_due(sealed.vault, next_day).value());
  const auto own = sealed.vault.head().value();
  CHECK(own.signed_statement.statement.fields().act == Act::heartbeat);
  CHECK_FALSE(own.has_objects());
  REQUIRE(sealed.vault.keep_forked(true));
  CHECK_FALSE(heartbeat_if_due(sealed.vault, far).value());
}

TEST_CASE("Nothing follows a close, whatever it is, and nothing is left behind") {
  const TestCase of;
  Sealed sealed(of);
  const auto closed = close_chain(sealed.vault, later).value();
  CHECK(closed.number == 2);  // as many statements are before it
  CHECK(seal(sealed.vault, photo("another"), request()).code() == Errc::chain_closed);
  CHECK(add_note(sealed.vault, About(1), "x", later).code() == Errc::chain_closed);
  CHECK(add_consent(sealed.vault, {About(), "", {"un"}}, later).code() == Errc::chain_closed);
  CHECK(withdraw_consent(sealed.vault, {About(), "", {}}, later).code() == Errc::chain_closed);
  CHECK(heartbeat(sealed.vault, later).code() == Errc::chain_closed);
  CHECK(close_chain(sealed.vault, later).code() == Errc::chain_closed);
  CHECK_FALSE(heartbeat_if_due(sealed.vault, next_day).value());
  CHECK(sealed.vault.head().value().number() == 2);
  CHECK(sealed.folder.outbox_files() == 2);
  const auto own = sealed.vault.head().value();
  const Statement after = Statement::make([&] {
                            StatementFields fields = own.signed_statement.statement.fields();
                            fields.seq = 3;
                            fields.previous = own.signed_statement.statement.hash();
                            fields.act = Act::heartbeat;
                            return fields;
                          }()).value();
  CHECK(sealed.vault.append(sign_statement(after, sealed.vault.member_key())).code() == Errc::chain_closed);
}
