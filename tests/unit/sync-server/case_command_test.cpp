// SPDX-License-Identifier: GPL-3.0-or-later
// dokaz-server case: who is let in, how much they may fill, and what a suspended case is answered.
#include <map>
#include <nlohmann/json.hpp>

#include "program.hpp"
#include "proto/transport/client.hpp"

namespace dokaz::server {

using namespace test;

namespace {

nlohmann::json list_of(const std::string& data) {
  return nlohmann::json::parse(run_program({"case", "list", "--data", data, "--json"}).printed).at("cases");
}

/// Two cases whose fingerprints share the first four digits: among a few hundred there are such.
std::pair<People, People> two_alike() {
  std::map<std::string, std::uint32_t> seen;
  const auto with_root = [](std::uint32_t n) {
    std::array<Byte, 32> seed{};
    for (std::size_t i = 0; i < 4; ++i) seed[i] = static_cast<Byte>(n >> (8 * i));
    seed[31] = 7;
    People people;
    people.root = SigningKey::from_seed(Secret<32>::copy_of(seed));
    return people;
  };
  for (std::uint32_t n = 0;; ++n) {
    const auto [first, fresh] = seen.emplace(hex(with_root(n).case_id()).substr(0, 4), n);
    if (!fresh) return {with_root(first->second), with_root(n)};
  }
}

}  // namespace

TEST_CASE("case list shows each case, and quota and grant change only what they name") {
  TempFolder temp;
  const std::string data = temp / "data";
  const People people;
  const auto card = read_server_card(bytes_of(run_program({"init", "--data", data}).printed)).value();
  CHECK(run_program({"case", "list", "--data", data}).printed == "No case was let in yet.\n");
  CHECK(list_of(data).empty());

  const Path roster = temp / "roster";
  REQUIRE(write_file_durably(roster, people.roster(card.member).bytes()));
  REQUIRE(run_program({"case", "grant", "--data", data, roster}).code == 0);
  const std::string name = hex(people.case_id());
  auto one = list_of(data).at(0);
  CHECK(one.at("case") == name);
  CHECK(one.at("roster") == 1);
  CHECK(one.at("members") == 3);
  CHECK(one.at("quota") == 10ULL << 30);
  CHECK(one.at("used") == 0);
  CHECK(one.at("suspended") == false);
  CHECK(one.at("forks") == 0);
  CHECK(run_program({"case", "list", "--data", data}).printed.find(name) == 0);

  CHECK(run_program({"case", "quota", "--data", data, name.substr(0, 4), "3MiB"}).code == 0);
  CHECK(list_of(data).at(0).at("quota") == 3 << 20);
  // A newer roster leaves the quota as it is, unless one is named.
  REQUIRE(write_file_durably(roster, people.roster(card.member, 2).bytes()));
  const auto granted = run_program({"case", "grant", "--data", data, roster, "--json"});
  CHECK(nlohmann::json::parse(granted.printed).at("quota") == 3 << 20);
  CHECK(list_of(data).at(0).at("roster") == 2);
  CHECK(run_program({"case", "grant", "--data", data, roster, "--quota", "5000"}).code == 0);
  CHECK(list_of(data).at(0).at("quota") == 5000);

  check_failure(run_program({"grant", "--data", data, roster}), Errc::usage);
  check_failure(run_program({"case", "--data", data}), Errc::usage);
  check_failure(run_program({"case", "quota", "--data", data, name.substr(0, 4)}), Errc::usage);
  check_failure(run_program({"case", "quota", "--data", data, name, "much"}), Errc::usage);
  check_failure(run_program({"case", "quota", "--data", data, name, "18446744073709551615"}), Errc::malformed);
  CHECK(list_of(data).at(0).at("quota") == 5000);
}

TEST_CASE("a case is named by the first digits of its fingerprint, as long as they are one case's") {
  TempFolder temp;
  const std::string data = temp / "data";
  const auto [people, others] = two_alike();
  const std::string name = hex(people.case_id());
  {
    Custody custody = test::start(data, people);
    REQUIRE(custody.grant(others.roster(custody.card().member), some_quota));
  }
  const auto suspend = [&](const std::string& digits) {
    return run_program({"case", "suspend", "--data", data, digits});
  };
  check_failure(suspend(name.substr(0, 4)), Errc::usage);
  for (const char* wrong : {"", "12", "zzzz", "ABCD", "%", "____"}) check_failure(suspend(wrong), Errc::usage);
  check_failure(suspend(name + "0"), Errc::usage);
  std::string stranger = name;
  stranger.back() = stranger.back() == '0' ? '1' : '0';
  check_failure(suspend(stranger), Errc::not_found);
  for (const auto& each : list_of(data)) CHECK(each.at("suspended") == false);
  CHECK(suspend(name).code == 0);
  CHECK(list_of(data).at(0).at("suspended") == true);
  CHECK(list_of(data).at(1).at("suspended") == false);
}

TEST_CASE("from a suspended case nothing is taken in, and nothing acknowledged is withheld") {
  TempFolder temp;
  const std::string data = temp / "data";
  const People people;
  const std::string name = hex(people.case_id());
  Custody custody = test::start(data, people);
  People newcomer;  // with a ticket of her own
  newcomer.ticket = Scribe::key_of(204);
  Scribe scribe(1), late(2);
  const Bytes first = some_bytes(5000, 1), second = some_bytes(5000, 2);
  Session field = admit(custody, people, scribe);
  REQUIRE_FALSE(submit_one(custody, field, scribe.next(Act::genesis)).failure);
  const Statement before = scribe.draft(Act::seal, {ref_of(first)});
  REQUIRE_FALSE(submit_one(custody, field, scribe.next(Act::seal, {ref_of(first)})).failure);
  REQUIRE_FALSE(submit_one(custody, field, scribe.next(Act::seal, {ref_of(second)})).failure);
  REQUIRE(upload(custody, field, first));
  REQUIRE(custody.offer(field, Offer{ref_of(second).id}));  // under way
  Session counsel = enter(custody, people, people.counsel.public_key());

  REQUIRE(run_program({"case", "suspend", "--data", data, name.substr(0, 8)}).code == 0);
  CHECK(custody.data(field, Data{0, second}).code() == Errc::case_suspended);
  CHECK(custody.offer(field, Offer{ref_of(second).id}).code() == Errc::case_suspended);
  CHECK(custody.submit(field, Submit{{scribe.sign(scribe.draft(Act::note))}}).code() == Errc::case_suspended);
  CHECK(custody.greet(newcomer.hello(late.key().public_key(), newcomer.admission(late.key(), noon + 60, "field-2"))).code() ==
        Errc::case_suspended);
  // Strangers learn nothing, a forged ticket least of all.
  CHECK(custody.greet(people.hello(late.key().public_key())).code() == Errc::refused);
  People forgers;
  forgers.root = Scribe::key_of(99);
  CHECK(custody.greet(people.hello(late.key().public_key(), forgers.admission(late.key()))).code() == Errc::refused);
  // What was acknowledged is there.
  CHECK(custody.greet(people.hello(scribe.key().public_key())));
  CHECK(custody.collect(field, Collect{before.hash()}));
  CHECK(custody.list(counsel, List{0})->entries.size() >= 3);
  CHECK(custody.members(counsel));
  CHECK(custody.read_object(counsel, ref_of(first).id, 0).value() == first);

  // A newer roster does not let it go on by accident.
  REQUIRE(custody.grant(people.roster(custody.card().member, 2), some_quota));
  CHECK(custody.offer(field, Offer{ref_of(second).id}).code() == Errc::case_suspended);

  REQUIRE(run_program({"case", "suspend", "--data", data, name, "--reading-too"}).code == 0);
  CHECK(list_of(data).at(0).at("reading") == false);
  CHECK(custody.greet(people.hello(people.counsel.public_key())).code() == Errc::case_suspended);
  CHECK(custody.list(counsel, List{0}).code() == Errc::case_suspended);
  CHECK(custody.members(counsel).code() == Errc::case_suspended);
  CHECK(custody.fetch(counsel, Fetch{ref_of(first).id, 0}).code() == Errc::case_suspended);
  CHECK(custody.read_object(counsel, ref_of(first).id, 0).code() == Errc::case_suspended);
  CHECK(custody.collect(field, Collect{before.hash()}).code() == Errc::case_suspended);
  CHECK(custody.greet(people.hello(late.key().public_key())).code() == Errc::refused);

  REQUIRE(run_program({"case", "resume", "--data", data, name}).code == 0);
  CHECK(upload(custody, field, second));
  CHECK_FALSE(submit_one(custody, field, scribe.next(Act::note)).failure);
  CHECK(custody.greet(newcomer.hello(late.key().public_key(), newcomer.admission(late.key(), noon + 60, "field-2"))));
}

TEST_CASE("a member of a suspended case is told so over the wire, a stranger is refused") {
  TempFolder temp;
  const std::string data = temp / "data";
  const People people;
  const std::string name = hex(people.case_id());
  const ServerCard card = [&] { return test::start(data, people).card(); }();
  Program server({"run", "--data", data, "--listen", "127.0.0.1:0"});
  const auto address = parse_server_address(server.line().substr(std::string("listening on ").size())).value();
  const auto connect = [&](const SigningKey& as) {
    return Client::connect(address, card.pin, ClientIdentity{people.case_id(), &as, std::nullopt}, 0);
  };
  auto counsel = connect(people.counsel);
  REQUIRE(counsel);
  REQUIRE(run_program({"case", "suspend", "--data", data, name}).code == 0);
  Scribe scribe(201);
  const Statement genesis = scribe.draft(Act::genesis);
  const Submit request{{{genesis.bytes(), sign_statement(genesis, people.counsel).signature}}};
  CHECK(counsel->submit(request).code() == Errc::case_suspended);
  CHECK(counsel->list(0));  // the connection stays open
  REQUIRE(run_program({"case", "suspend", "--data", data, name, "--reading-too"}).code == 0);
  CHECK(connect(people.counsel).code() == Errc::case_suspended);
  CHECK(connect(Scribe::key_of(77)).code() == Errc::refused);
  REQUIRE(run_program({"case", "resume", "--data", data, name}).code == 0);
  CHECK(connect(people.counsel));
  server.signal(SIGTERM);
  CHECK(server.end() == 0);
}

}  // namespace dokaz::server
