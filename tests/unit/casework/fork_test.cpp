// SPDX-License-Identifier: GPL-3.0-or-later
// A fork that the server found: what it hands over is checked, and both statements are shown.
#include <catch2/catch.hpp>

#include "casework/casefile/check.hpp"
#include "tests/unit/casework/small_server.hpp"

using namespace dokaz;
using namespace dokaz::small;
using dokaz::test::Scratch;

namespace {

/// Anna's device and its copy go on from the same place; the log has one, and says that there is another.
struct Forked {
  Scratch scratch;
  CaseFile file = make_case(scratch / "case");
  Server server{file};
  Statement item = server.seal(file, "one");
  Chain copy{anna_key, file.fingerprint()};
  SignedStatement first = copy.genesis();
  SignedStatement other = copy.next(Act::note, {}, {Fact::text("note", "the other").digest()});
  SignedStatement after = copy.next(Act::note, {}, {Fact::text("note", "after it").digest()});
  ForkPlace place{item.fields().chain, 1, item.hash(), other.statement.hash()};

  Forked() {
    const Fact fork = Fact::json("fork", "{\"chain\":\"" + hex(place.chain) + "\",\"logged\":\"" + hex(place.logged) +
                                             "\",\"other\":\"" + hex(place.other) + "\",\"seq\":1}")
                          .value();
    server.answered[server.log.add(server.server.next(Act::fork_found, {}, {fork.digest()}))] = fork.disclosure();
    server.pull_into(file);
  }
  Errc refusal(const std::vector<SignedStatement>& handed) {
    const auto checked = check_second_statements(place, write_second_statements(handed), must(file.membership()));
    return checked ? Errc{0} : checked.code();
  }
};

}  // namespace

TEST_CASE("second statements read back as they were written, and nothing else reads") {
  Forked scene;
  const Bytes text = write_second_statements({scene.other, scene.after});
  const auto read = read_second_statements(text);
  REQUIRE(read);
  CHECK(write_second_statements(*read) == text);
  CHECK(read->size() == 2);
  const std::string good = to_text(text);
  const std::string line = good.substr(good.find("statement "));
  for (const std::string& bad : std::vector<std::string>{
           "", good.substr(0, good.find('\n') + 1), good + line, good + "\n", good + "x\n", good.substr(1),
           good.substr(0, good.size() - 1)})
    CHECK_FALSE(read_second_statements(bytes_of(bad)));
  CHECK_FALSE(read_second_statements(write_second_statements({scene.after, scene.other})));
  CHECK(read_fork(R"({"chain":"x","logged":"","other":"","seq":1})").code() == Errc::malformed);
  CHECK(read_fork("[]").code() == Errc::malformed);
}

TEST_CASE("what a server hands over for a fork is a member's, of that place, and the one that was named") {
  Forked scene;
  CHECK(scene.refusal({scene.other}) == Errc{0});
  CHECK(scene.refusal({scene.other, scene.after}) == Errc{0});
  CHECK(scene.refusal({scene.after}) == Errc::hash_mismatch);
  SignedStatement forged = scene.other;
  forged.signature = scene.after.signature;
  CHECK(scene.refusal({forged}) == Errc::bad_signature);
  Chain stranger(stranger_key, scene.file.fingerprint());
  stranger.genesis();
  CHECK(scene.refusal({scene.other, stranger.next(Act::note, {}, {Fact::text("note", "hers").digest()})}) == Errc::malformed);
  SignedStatement not_hers = scene.after;
  not_hers.member = key(stranger_key).public_key();
  CHECK(scene.refusal({scene.other, not_hers}) == Errc::not_a_member);
}

TEST_CASE("the check of a case shows both statements of a fork") {
  Forked scene;
  CaseReport report = must(check_case(scene.file));
  REQUIRE(report.forks.size() == 1);
  CHECK(report.outcome() == Outcome::verified_with_limits);
  REQUIRE(report.forks[0].logged);
  CHECK(report.forks[0].logged->hash == scene.item.hash());
  CHECK(report.forks[0].others.empty());
  CHECK(render_text(report).find("was not pulled") != std::string::npos);

  must(scene.file.keep_fork(scene.place.other, write_second_statements({scene.other})));
  must(scene.file.keep_fork(scene.place.other, write_second_statements({scene.other, scene.after})));
  report = must(check_case(scene.file));
  REQUIRE(report.forks[0].others.size() == 2);
  CHECK(report.forks[0].others[0].hash == scene.place.other);
  CHECK(report.forks[0].others[0].signer == "anna");
  const std::string text = render_text(report);
  CHECK(text.find("FORK        chain ") != std::string::npos);
  CHECK(text.find(hex(scene.item.hash()).substr(0, 8)) != std::string::npos);
  CHECK(text.find(hex(scene.after.statement.hash()).substr(0, 8)) != std::string::npos);
  CHECK(render_json(report).find("\"others\":[{\"statement\":\"" + hex(scene.place.other)) != std::string::npos);

  // What lies in the folder is checked as what comes from a server.
  must(scene.file.keep_fork(scene.place.other, write_second_statements({scene.after})));
  CHECK(check_case(scene.file).code() == Errc::hash_mismatch);
}
