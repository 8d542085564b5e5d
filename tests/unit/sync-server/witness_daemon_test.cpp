// SPDX-License-Identifier: GPL-3.0-or-later
// dokaz-server with witnesses, as an operator meets it: locked in as it is, it reaches them, and tells how they are.
#include <csignal>
#include <nlohmann/json.hpp>

#include "http_talk.hpp"
#include "program.hpp"
#include "proto/transport/client.hpp"
#include "small_witness.hpp"

namespace dokaz::server {

using namespace test;

TEST_CASE("dokaz-server has its log cosigned while it is locked in, and shows the age of what each witness signed") {
  TempFolder temp;
  const std::string data = temp / "data";
  const People people;
  const auto card = read_server_card(bytes_of(run_program({"init", "--data", data}).printed)).value();
  REQUIRE(write_file_durably(temp / "roster", people.roster(card.member).bytes()));
  REQUIRE(run_program({"case", "grant", "--data", data, temp / "roster"}).code == 0);
  SmallWitness failing("failing", Scribe::key_of(91), card.log), signing("signing", Scribe::key_of(92), card.log);
  failing.fail(SmallWitness::Fault::error);
  REQUIRE(write_file_durably(data + "/policy", bytes_of("log " + hex(card.log) + "\n" + failing.line() + signing.line() +
                                                        "group any 1 failing signing\nquorum any\n")));

  Program server({"run", "--data", data, "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0"});
  const std::string listening = server.line(), showing = server.line();
  const auto address = parse_server_address(listening.substr(std::string("listening on ").size())).value();
  const auto figures = parse_server_address(showing.substr(std::string("metrics on ").size())).value();
  auto client = Client::connect(address, card.pin, ClientIdentity{people.case_id(), &people.counsel, std::nullopt}, 0);
  REQUIRE(client);
  Scribe scribe(201);  // counsel
  const auto submitted = client->submit(Submit{{scribe.next(Act::genesis)}});
  REQUIRE(submitted);
  REQUIRE_FALSE(submitted->outcomes.at(0).failure);
  // What is not vouched for is not listed.
  for (std::size_t listed = 0; listed == 0; listed = client->list(0).value().entries.size())
    REQUIRE(client->list(0).has_value());

  HttpTalk talk(figures.port);
  const std::string page = talk.ask("/metrics").body;
  INFO(page);
  CHECK(page.find("dokaz_witness_cosignature_age_seconds{witness=\"2\"} ") != std::string::npos);
  CHECK(page.find("{witness=\"1\"}") == std::string::npos);
  const auto status = nlohmann::json::parse(run_program({"status", "--data", data, "--json"}).printed);
  CHECK(status.at("vouched_size") == 1);
  for (const auto& each : status.at("witnesses")) CHECK(each.at("age").is_null() == (each.at("name") == "failing"));
  server.signal(SIGTERM);
  CHECK(server.end() == 0);
  CHECK(server.complained.find("127.0.0.1") == std::string::npos);

  // Without the server nobody asks them: then nothing is taken in by hand, either.
  REQUIRE(write_file_durably(temp / "parcel", bytes_of("x")));
  const auto refused = run_program({"receive", "--data", data, temp / "parcel", "--answer", temp / "answer"});
  check_failure(refused, Errc::usage);
  CHECK(refused.complained.find("Start the server") != std::string::npos);
}

}  // namespace dokaz::server
