// SPDX-License-Identifier: GPL-3.0-or-later
// The case file's own chain: each act is signed behind the one before and loses nothing, also where the case file was
// restored from a copy.
#include "casework/casefile/acts.hpp"
#include "tests/unit/casework/small_acts.hpp"

using namespace dokaz;
using namespace dokaz::small;
using dokaz::test::Scratch;
namespace fs = std::filesystem;

namespace {

struct Desk {
  Scratch scratch;
  std::optional<CaseFile> file;
  Server server;

  Desk() : file(make_case(scratch / "case")), server(*file) { server.pull_into(*file); }

  /// The folder as it was, somewhere else.
  void copy_to(const std::string& name) {
    file.reset();
    fs::copy(scratch / "case", scratch / name, fs::copy_options::recursive);
    file.emplace(must(CaseFile::open(scratch / "case", passphrase())));
  }
  void go_on_from(const std::string& name) {
    file.reset();
    fs::remove_all(scratch / "case");
    fs::rename(scratch / name, scratch / "case");
    file.emplace(must(CaseFile::open(scratch / "case", passphrase())));
  }
  std::vector<std::string> notes() {
    std::vector<std::string> out;
    for (const ShownAct& act : must(acts_of(*file, must(file->entries()))))
      if (act.act == Act::note && find_fact(act.facts, "continues") == nullptr) out.push_back(text_of(act.facts, "note"));
    return out;
  }
  /// All of a pull but the network, with the chains as the server's log has them.
  bool pull() {
    OwnChain chain(*file);
    if (must(chain.may_send(heads_of(*file, server)))) bring(*file, server);
    server.pull_into(*file);
    const bool began = must(chain.give_way(must(file->entries()), heads_of(*file, server), ClaimedTime{noon, false}));
    must(chain.settle(heads_of(*file, server), must(file->entries())));
    bring(*file, server);
    server.pull_into(*file);
    return began;
  }
  std::size_t forks() const {
    std::set<std::pair<ChainId, std::uint64_t>> places;
    for (const SignedStatement& one : server.log.entries())
      places.emplace(one.statement.fields().chain, one.statement.fields().seq);
    return server.log.entries().size() - places.size();
  }
};

template <class T>
std::string code_of(const Result<T>& result) {
  return result ? "success" : std::string(name_of(result.code()));
}

}  // namespace

TEST_CASE("the first act has a genesis before it, and each names the one before") {
  Desk desk;
  const StatementHash first = state_note(*desk.file, "one"), second = state_note(*desk.file, "two");
  const auto waiting = must(OwnChain(*desk.file).waiting());
  REQUIRE(waiting.size() == 3);
  CHECK(waiting[0].signed_statement.statement.fields().act == Act::genesis);
  CHECK(waiting[1].signed_statement.statement.fields().previous == waiting[0].signed_statement.statement.hash());
  CHECK(waiting[1].signed_statement.statement.hash() == first);
  CHECK(waiting[2].signed_statement.statement.hash() == second);
  CHECK(waiting[2].signed_statement.statement.fields().seq == 2);
  CHECK(waiting[2].signed_statement.statement.fields().seen.size == must(desk.file->trusted_head()).size);
  const Membership members = must(desk.file->membership());
  for (const OwnStatement& own : waiting) CHECK(members.check(own.signed_statement));
}

TEST_CASE("who was shown what is for the legal recipients, consent for both groups") {
  Desk desk;
  state_note(*desk.file, "for counsel");
  state_consent(*desk.file, Act::consent, {.uses = {"court"}});
  const auto waiting = must(OwnChain(*desk.file).waiting());
  const auto opens = [&](const OwnStatement& own, Group group) {
    const ObjectRef object = own.signed_statement.statement.fields().objects.at(0);
    return age::decrypt(must(read_file(desk.file->object_path(object.id), 1 << 20)), desk.file->identity(group)).has_value();
  };
  CHECK(opens(waiting.at(1), Group::legal));
  CHECK_FALSE(opens(waiting.at(1), Group::team));
  CHECK(opens(waiting.at(2), Group::legal));
  CHECK(opens(waiting.at(2), Group::team));
  for (const OwnStatement& own : waiting)
    if (own.signed_statement.statement.fields().act != Act::genesis)
      CHECK(own.signed_statement.statement.fields().facts.size() % 8 == 0);
}

TEST_CASE("facts that an act may not have are not signed") {
  Desk desk;
  OwnChain chain(*desk.file);
  const ClaimedTime time{noon, false};
  CHECK(code_of(chain.state(Act::access, note_facts("x"), time)) == "bad_disclosure");
  CHECK(code_of(chain.state(Act::note, {}, time)) == "bad_disclosure");
  CHECK(code_of(chain.state(Act::consent, {Fact::text("consent.by", "birch")}, time)) == "bad_disclosure");
  CHECK(code_of(chain.state(Act::consent, {must(Fact::json("consent.uses", R"(["fame"])"))}, time)) == "bad_disclosure");
  CHECK(code_of(chain.state(Act::consent, {must(Fact::json("consent.uses", R"(["un","court"])"))}, time)) == "bad_disclosure");
  CHECK(code_of(chain.state(Act::consent,
                            {must(Fact::json("consent.uses", R"(["un"])")), must(Fact::json("consent.refused", R"(["un"])"))},
                            time)) == "bad_disclosure");
  CHECK(code_of(chain.state(Act::consent,
                            {must(Fact::json("consent.uses", R"(["un"])")), Fact::text("consent.until", "2026-02-30")}, time)) ==
        "bad_disclosure");
  CHECK(must(chain.waiting()).empty());
}

TEST_CASE("what was signed is there when the case is opened again, and is not sent twice") {
  Desk desk;
  state_note(*desk.file, "kept");
  desk.file.reset();
  desk.file.emplace(must(CaseFile::open(desk.scratch / "case", passphrase())));
  CHECK(desk.notes() == std::vector<std::string>{"kept"});
  CHECK_FALSE(desk.pull());
  CHECK(desk.notes() == std::vector<std::string>{"kept"});
  CHECK(must(OwnChain(*desk.file).waiting()).empty());
  CHECK(must(OwnChain(*desk.file).not_pulled(must(desk.file->entries()))).empty());
  const std::size_t logged = desk.server.log.entries().size();
  CHECK_FALSE(desk.pull());
  CHECK(desk.server.log.entries().size() == logged);
}

TEST_CASE("a case file that was restored from a copy signs nothing over what the server has") {
  Desk desk;
  state_note(*desk.file, "before the copy");
  desk.pull();
  desk.copy_to("copy");
  state_note(*desk.file, "lost with the disk");
  desk.pull();
  desk.go_on_from("copy");
  state_note(*desk.file, "after the copy");
  CHECK(desk.pull());
  CHECK(desk.forks() == 0);
  // Nothing is lost: also what only the server had. Nothing is there twice.
  CHECK(desk.notes() == std::vector<std::string>{"before the copy", "lost with the disk", "after the copy"});
  CHECK_FALSE(desk.pull());
  state_note(*desk.file, "in the new chain");
  CHECK_FALSE(desk.pull());
  CHECK(desk.notes().size() == 4);
  CHECK(desk.forks() == 0);
}

TEST_CASE("the copy had acts that wait, which the server got meanwhile: they are not stated again") {
  Desk desk;
  state_note(*desk.file, "waits in the copy");
  desk.copy_to("copy");
  desk.pull();
  state_note(*desk.file, "later");
  desk.pull();
  desk.go_on_from("copy");
  state_note(*desk.file, "in the copy alone");
  CHECK(desk.pull());
  CHECK(desk.forks() == 0);
  CHECK(desk.notes() == std::vector<std::string>{"waits in the copy", "later", "in the copy alone"});
}

TEST_CASE("a copy from before the first act begins no second chain in the place of the first") {
  Desk desk;
  desk.copy_to("copy");
  state_note(*desk.file, "one");
  desk.pull();
  desk.go_on_from("copy");
  state_note(*desk.file, "two");
  CHECK(desk.pull());
  CHECK(desk.forks() == 0);
  CHECK(desk.notes() == std::vector<std::string>{"one", "two"});
}

TEST_CASE("one case file on two machines: both go on, nothing is lost") {
  Desk desk;
  state_note(*desk.file, "common");
  desk.pull();
  desk.copy_to("other");
  for (int round = 0; round < 3; ++round) {
    state_note(*desk.file, "here " + std::to_string(round));
    const bool began = desk.pull();
    CHECK((!began || round == 0));
    desk.copy_to("here");
    desk.go_on_from("other");
    state_note(*desk.file, "there " + std::to_string(round));
    const bool began_there = desk.pull();
    CHECK((!began_there || round == 0));
    desk.copy_to("other");
    desk.go_on_from("here");
  }
  desk.pull();
  CHECK(desk.forks() == 0);
  CHECK(desk.notes().size() == 7);
}

TEST_CASE("a server that has less than it gave receipts for is named") {
  Desk desk;
  state_note(*desk.file, "one");
  desk.pull();
  OwnChain chain(*desk.file);
  CHECK(code_of(chain.may_send({})) == "server_rolled_back");
  auto heads = heads_of(*desk.file, desk.server);
  heads.at(0).head = StatementHash();
  CHECK(code_of(chain.may_send(heads)) == "server_rolled_back");
}

TEST_CASE("a server that only says it has more makes nobody sign anything") {
  Desk desk;
  state_note(*desk.file, "one");
  desk.pull();
  state_note(*desk.file, "two");
  OwnChain chain(*desk.file);
  auto heads = heads_of(*desk.file, desk.server);
  heads.at(0).next_seq = 9;
  CHECK_FALSE(must(chain.may_send(heads)));
  CHECK_FALSE(must(chain.give_way(must(desk.file->entries()), heads, ClaimedTime{noon, false})));
  CHECK(must(chain.waiting()).size() == 1);
  CHECK_FALSE(desk.pull());
  CHECK(desk.notes() == std::vector<std::string>{"one", "two"});
}

TEST_CASE("a copy from before the first act, which pulled first, signs for no place that the log has") {
  Desk desk;
  desk.copy_to("copy");
  state_note(*desk.file, "one");
  desk.pull();
  desk.go_on_from("copy");
  CHECK_FALSE(desk.pull());
  state_note(*desk.file, "two");
  const auto waiting = must(OwnChain(*desk.file).waiting());
  REQUIRE(waiting.size() == 3);
  CHECK(waiting[0].n == 1);
  CHECK_FALSE(desk.pull());
  CHECK(desk.forks() == 0);
  CHECK(desk.notes() == std::vector<std::string>{"one", "two"});
}

TEST_CASE("a receipt for something else is not kept") {
  Desk desk;
  state_note(*desk.file, "one");
  OwnChain chain(*desk.file);
  const auto waiting = must(chain.waiting());
  const std::uint64_t index = desk.server.log.add(waiting[0].signed_statement);
  desk.server.log.add(waiting[1].signed_statement);
  CHECK_FALSE(chain.keep_receipt(waiting[1], desk.server.log.receipt(index), must(desk.file->membership())));
  CHECK(must(chain.waiting()).size() == 2);
}
