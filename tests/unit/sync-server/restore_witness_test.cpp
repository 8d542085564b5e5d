// SPDX-License-Identifier: GPL-3.0-or-later
// dokaz-server restore and the witnesses of the server's policy: what they have seen goes before what is wished.
#include "program.hpp"
#include "small_witness.hpp"

namespace dokaz::server {

using namespace test;

TEST_CASE("restore asks the witnesses of the backup's policy, and goes behind none of them") {
  TempFolder temp;
  const std::string data = temp / "data", to = temp / "backup";
  const Path back = temp / "restored";
  const People people;
  Custody custody = test::start(data, people);
  Scribe scribe(1);
  Session field = admit(custody, people, scribe);
  REQUIRE_FALSE(submit_one(custody, field, scribe.next(Act::genesis)).failure);
  REQUIRE_FALSE(submit_one(custody, field, scribe.next(Act::note)).failure);
  SmallWitness witness("w1", Scribe::key_of(91), custody.card().log);
  const std::string policy = "log " + hex(custody.card().log) + "\n" + witness.line() + "quorum w1\n";
  REQUIRE(write_file_durably(temp / "data/policy", bytes_of(policy)));
  REQUIRE(run_program({"backup", "--data", data, to, "--with-key"}).code == 0);
  const TreeHead then = custody.checkpoint().head;
  const auto restore = [&](const Arguments& more = {}) {
    Arguments words{"restore", "--data", back, to};
    words.insert(words.end(), more.begin(), more.end());
    return run_program(words);
  };
  const auto is_taken = [&](const Arguments& more = {}) {
    const Ended ended = restore(more);
    INFO(ended.complained);
    CHECK(ended.code == 0);
    std::filesystem::remove_all(back);
    return ended.printed;
  };

  CHECK(is_taken().find("Nobody who was asked") != std::string::npos);  // it has seen nothing yet
  witness.has_signed({1, TreeHash()});
  is_taken();
  witness.has_signed(then);
  is_taken();
  TreeHead other = then;
  other.root = TreeHash(sha256(bytes_of("another history")).raw());
  witness.has_signed(other);
  check_failure(restore(), Errc::bad_consistency);
  check_failure(restore({"--unchecked"}), Errc::bad_consistency);

  REQUIRE_FALSE(submit_one(custody, field, scribe.next(Act::note, {}, "later")).failure);
  witness.has_signed(custody.checkpoint().head);
  check_failure(restore(), Errc::server_rolled_back);
  check_failure(restore({"--unchecked"}), Errc::server_rolled_back);
  CHECK_FALSE(std::filesystem::exists(back / "store.db"));

  // Through the proxy that was named, or not at all.
  witness.has_signed({1, TreeHash()});
  check_failure(restore({"--outward-proxy", "http://127.0.0.1:1"}), Errc::unreachable);
  witness.fail(SmallWitness::Fault::error);
  check_failure(restore(), Errc::unreachable);
  CHECK(is_taken({"--unchecked"}).find("1 witnesses did not say") != std::string::npos);
}

TEST_CASE("one witness that contradicts alone does not end a log; two do") {
  TempFolder temp;
  const std::string data = temp / "data", to = temp / "backup";
  const People people;
  Custody custody = test::start(data, people);
  Scribe scribe(1);
  Session field = admit(custody, people, scribe);
  REQUIRE_FALSE(submit_one(custody, field, scribe.next(Act::genesis)).failure);
  const PublicKey log = custody.card().log;
  SmallWitness a("w1", Scribe::key_of(91), log), b("w2", Scribe::key_of(92), log), c("w3", Scribe::key_of(93), log);
  REQUIRE(write_file_durably(temp / "data/policy", bytes_of("log " + hex(log) + "\n" + a.line() + b.line() + c.line() +
                                                            "group all 2 w1 w2 w3\nquorum all\n")));
  REQUIRE(run_program({"backup", "--data", data, to, "--with-key"}).code == 0);
  const auto restore = [&](const Arguments& more = {}) {
    Arguments words{"restore", "--data", temp / "restored", to, "--json"};
    words.insert(words.end(), more.begin(), more.end());
    return run_program(words);
  };
  a.has_signed({1'000'000, TreeHash()});
  CHECK(restore().code == exit_code(Errc::unreachable));
  const Ended alone = restore({"--unchecked"});
  INFO(alone.complained);
  REQUIRE(alone.code == 0);
  CHECK(alone.printed.find("\"contradicting_witnesses\":1") != std::string::npos);
  std::filesystem::remove_all(temp / "restored");

  b.fail(SmallWitness::Fault::lies);
  c.lie(1);  // once, and not again
  const Ended two = restore({"--unchecked"});
  CHECK(two.code != 0);
  CHECK_FALSE(std::filesystem::exists(temp / "restored/store.db"));
  b.fail(SmallWitness::Fault::none);
  c.lie(1);
  CHECK(restore({"--unchecked"}).code == 0);
}

}  // namespace dokaz::server
