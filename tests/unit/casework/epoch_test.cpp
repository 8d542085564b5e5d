// SPDX-License-Identifier: GPL-3.0-or-later
// Key epochs, as those see them who check: each statement is by the key of its epoch, and each key by a key-rotate.
#include <catch2/catch.hpp>


#include "casework/casefile/acts.hpp"
#include "casework/casefile/check.hpp"
#include "tests/unit/casework/small_server.hpp"
#include "tests/unit/crypto/shell.hpp"

using namespace dokaz;
using namespace dokaz::small;
using dokaz::test::Scratch;

namespace {

constexpr Byte second = 21, third = 22;

/// What verify.sh ends with.
int script(const Exhibit& exhibit) {
  const Scratch scratch;
  must(write_exhibit(exhibit.files, scratch / "exhibit"));
  must(create_file_durably(scratch / "policy", exhibit.trust.policy.bytes()));
  return dokaz::test::shell("bash '" + (scratch / "exhibit/verify.sh").string() + "' " + hex(exhibit.trust.root) + " '" +
                            (scratch / "policy").string() + "'");
}

Errc refusal(const Exhibit& exhibit) {
  const Report report = verify_exhibit(exhibit.files, exhibit.trust);
  return report.failure ? report.failure->error.code : Errc{0};
}

}  // namespace

TEST_CASE("an item of a later epoch verifies offline, also by verify.sh") {
  const Exhibit exhibit = make_exhibit({.rotations = {second, third}});
  const Report report = verify_exhibit(exhibit.files, exhibit.trust);
  REQUIRE_FALSE(report.failure);
  CHECK(report.signed_by->signer.epoch == 2);
  CHECK(report.signed_by->signer.key == hex(key(third).public_key()));
  CHECK(report.signed_by->signer.pseudonym == "anna");
  CHECK(exhibit.files.contains("data/keys/anna.2.pub"));
  CHECK_FALSE(exhibit.files.contains("data/keys/anna.pub"));
  CHECK(script(exhibit) == 3);
}

TEST_CASE("an exhibit whose item is by the key of another epoch is refused by that name") {
  for (const Options& options : {Options{.rotations = {second}, .item_by = anna_key},
                                 Options{.rotations = {second, third}, .item_by = second},
                                 Options{.rotations = {second, third}, .item_by = anna_key}}) {
    const Exhibit exhibit = make_exhibit(options);
    CHECK(refusal(exhibit) == Errc::wrong_epoch);
    CHECK(script(exhibit) == 1);
  }
}

TEST_CASE("a key-rotate that does not hold is refused") {
  for (const auto& [options, expected] : std::vector<std::pair<Options, Errc>>{
           {{.rotations = {second}, .consents = anna_key}, Errc::bad_signature},
           {{.rotations = {anna_key}}, Errc::bad_key},
           {{.rotations = {counsel_key}}, Errc::bad_key},
           {{.rotations = {root_key}}, Errc::bad_key},
           {{.rotations = {ticket_key}}, Errc::bad_key},
           {{.rotations = {log_key}}, Errc::bad_key},
           {{.rotations = {second, anna_key}}, Errc::bad_key}}) {
    const Exhibit exhibit = make_exhibit(options);
    CHECK(refusal(exhibit) == expected);
    CHECK(script(exhibit) == 1);
  }
}

TEST_CASE("a key-rotate that is left out leaves a gap, and no other chain's stands in for it") {
  Exhibit exhibit = make_exhibit({.rotations = {second, third}});
  const StatementHash item = exhibit.parts.item.statement.hash();
  for (const char* suffix : {"", ".tlog-proof"}) exhibit.files.erase(part::chain(1) + suffix);
  sign_again(exhibit.files, item);
  CHECK(refusal(exhibit) == Errc::missing_part);
  CHECK(script(exhibit) == 1);
}

TEST_CASE("a case is checked along the epochs, and shows when each key began") {
  const Scratch scratch;
  CaseFile file = make_case(scratch / "case");
  Server server(file);
  server.seal(file, "one");
  const std::uint64_t at = server.log.add(server.anna.rotate(second));
  server.seal(file, "two");
  server.pull_into(file);
  const CaseReport report = must(check_case(file));
  CHECK(report.items.size() == 2);
  CHECK(report.findings.empty());
  REQUIRE(report.key_changes.size() == 1);
  CHECK(report.key_changes[0].index == at);
  CHECK(report.key_changes[0].epoch == 1);
  CHECK(report.key_changes[0].seq == 2);
  CHECK(report.key_changes[0].signer == "anna");
  CHECK(render_text(report).find("key 1 signs from behind statement 2") != std::string::npos);
  for (const Report& item : report.items) CHECK(item.signed_by->signer.pseudonym == "anna");
  CHECK(words_of(must(acts_of(file, must(file.entries()))).back()).find("key was changed") != std::string::npos);
}

TEST_CASE("what another epoch's key signed, or a key that no key-rotate names, is set aside and named") {
  for (const Byte by : {anna_key, third}) {
    const Scratch scratch;
    CaseFile file = make_case(scratch / "case");
    Server server(file);
    server.seal(file, "one");
    server.log.add(server.anna.rotate(second));
    server.pull_into(file);
    server.anna.sign_with(by);
    server.seal(file, "two");
    const std::size_t before = must(file.entries()).size();
    server.pull_into(file);
    CHECK(must(file.entries()).size() == before + 1);  // the server's answer
    CHECK(must(file.set_aside()).size() == 1);
    const CaseReport report = must(check_case(file));
    CHECK(report.items.size() == 1);
    CHECK(report.exit_code() == exit_code(Errc::wrong_epoch));
  }
}

TEST_CASE("the second statements of a fork are by the keys of their own branch") {
  const Scratch scratch;
  CaseFile file = make_case(scratch / "case");
  Server server(file);
  Chain copy(anna_key, file.fingerprint());
  copy.genesis();
  const Statement logged = server.seal(file, "one");
  const SignedStatement rotation = copy.rotate(second);
  const SignedStatement after = copy.next(Act::heartbeat, {}, {Fact::text("decoy", "x").digest()});
  copy.sign_with(anna_key);
  const SignedStatement by_old_key = copy.next(Act::heartbeat, {}, {Fact::text("decoy", "y").digest()});
  server.pull_into(file);
  const ForkPlace place{logged.fields().chain, 1, logged.hash(), rotation.statement.hash()};
  const Membership members = must(file.membership());
  CHECK(check_second_statements(place, write_second_statements({rotation, after}), members));
  CHECK(check_second_statements(place, write_second_statements({rotation, after, by_old_key}), members).code() ==
        Errc::wrong_epoch);
}

TEST_CASE("a key-rotate to somebody's key, and a chain begun by a key that is over, stop nobody else's evidence") {
  for (const bool is_new_chain : {false, true}) {
    const Scratch scratch;
    CaseFile file = make_case(scratch / "case");
    Server server(file);
    server.seal(file, "one");
    server.log.add(server.anna.rotate(is_new_chain ? second : server_key));
    if (is_new_chain) {
      Chain other(anna_key, file.fingerprint(), 1);
      server.log.add(other.genesis());
      server.log.add(other.next(Act::heartbeat, {}, {Fact::text("decoy", "x").digest()}));
    }
    server.log.add(server.server.next(Act::heartbeat, {}, {Fact::text("decoy", "still here").digest()}));
    server.pull_into(file);
    CHECK(must(file.entries()).back().statement.fields().act == Act::heartbeat);
    CHECK(must(file.entries()).back().receipt.member == key(server_key).public_key().hash());
    CHECK(must(file.set_aside()).size() == (is_new_chain ? 2 : 1));
    CHECK(must(check_case(file)).exit_code() == exit_code(Errc::wrong_epoch));
  }
}
