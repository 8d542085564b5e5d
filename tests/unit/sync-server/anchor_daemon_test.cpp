// SPDX-License-Identifier: GPL-3.0-or-later
// dokaz-server with anchors, as an operator meets it: the file authorities, a real authority, fsck.
#include <nlohmann/json.hpp>

#include "program.hpp"
#include "proto/transport/client.hpp"
#include "scene.hpp"
#include "time_authority_peer.hpp"

namespace dokaz::server {

using namespace test;

namespace {

/// Lets the case in and submits counsel's first statement; gives the size of the log then.
void submit(const std::string& listening, const ServerCard& card, const People& people, Scribe& scribe) {
  const auto address = parse_server_address(listening.substr(std::string("listening on ").size()));
  REQUIRE(address);
  auto client = Client::connect(*address, card.pin, ClientIdentity{people.case_id(), &people.counsel, std::nullopt}, 0);
  REQUIRE(client);
  const Statement statement = scribe.draft(scribe.seq() == 0 ? Act::genesis : Act::note);
  scribe.advance(statement);
  const auto submitted =
      client->submit(Submit{{{statement.bytes(), sign_statement(statement, people.counsel).signature}}});
  REQUIRE(submitted);
  REQUIRE_FALSE(submitted->outcomes.at(0).failure);
}

/// Reads what the server says until a line holds these words.
void wait_for(Program& server, const std::string& words) {
  INFO("waiting for: " << words);
  for (std::string line = "?"; line.find(words) == std::string::npos; line = server.complaint()) REQUIRE_FALSE(line.empty());
}

nlohmann::json fsck_of(const std::string& data) {
  return nlohmann::json::parse(run_program({"fsck", "--data", data, "--json"}).printed);
}

}  // namespace

TEST_CASE("dokaz-server stamps its log at a real authority, whatever another one does") {
  TempFolder temp;
  const std::string data = temp / "data";
  const People people;
  const RealAuthority real(temp / "authority", "p256");
  const auto card = read_server_card(bytes_of(run_program({"init", "--data", data}).printed)).value();
  REQUIRE(write_file_durably(temp / "roster", people.roster(card.member).bytes()));
  REQUIRE(run_program({"case", "grant", "--data", data, temp / "roster"}).code == 0);

  // A list that cannot be used stops the start, and says which line.
  const auto list = [&](const std::string& lines) {
    REQUIRE(write_file_durably(data + "/authorities", bytes_of("dokaz/authorities/v1\n" + lines)));
  };
  list("authority one 1 " + real.url("/good") + " nowhere.pem\n");
  check_failure(run_program({"run", "--data", data, "--listen", "127.0.0.1:0"}), Errc::not_found);
  list("authority one 1 " + real.url("/good") + " " + real.file("root.pem") + "\nauthority two 1 " + real.url("/garbage") +
       " " + real.file("root.pem") + "\n");

  Scribe scribe(201);
  {
    Program server({"run", "--data", data, "--listen", "127.0.0.1:0"});
    const std::string listening = server.line();
    submit(listening, card, people, scribe);
    wait_for(server, "time stamp by authority 1 over 1 entries");
    submit(listening, card, people, scribe);  // the other authority's answers hurt nobody
    wait_for(server, "time stamp by authority 1 over 2 entries");
    server.signal(SIGTERM);
    CHECK(server.end() == 0);
    CHECK(server.complained.find("127.0.0.1") == std::string::npos);
  }
  for (const char* size : {"1", "2"}) {
    const std::string folder = data + "/log/anchors/" + size + "/";
    CHECK(openssl_says("ts -verify -data " + folder + "checkpoint -in " + folder + "one.tsr -CAfile " +
                       real.file("root.pem") + " -untrusted " + folder + "one.chain.pem") == 0);
    CHECK_FALSE(std::filesystem::exists(folder + "two.tsr"));
  }
  const auto sound = fsck_of(data);
  INFO(sound.dump());
  CHECK(sound.at("sound") == true);
  CHECK(sound.at("anchors") == 2);

  const std::string first = data + "/log/anchors/1/";
  const auto finds = [&](const std::string& words) {
    const auto report = fsck_of(data);
    INFO(report.dump());
    REQUIRE(report.at("sound") == false);
    CHECK(report.at("findings")[0].at("part") == "anchors");
    CHECK(report.at("findings")[0].at("what").get<std::string>().find(words) != std::string::npos);
  };
  const auto with = [&](const std::string& name, const Bytes& bytes, const std::string& words) {
    const Bytes before = read_file(first + name, 65536).value();
    REQUIRE(write_file_durably(first + name, bytes));
    finds(words);
    REQUIRE(write_file_durably(first + name, before));
  };
  const Bytes checkpoint = read_file(first + "checkpoint", 65536).value();
  Bytes other_root = checkpoint;
  other_root[100] = other_root[100] == 'A' ? 'B' : 'A';
  with("checkpoint", other_root, "not signed by this server's log key");
  with("checkpoint", read_file(data + "/log/anchors/2/checkpoint", 65536).value(), "not signed by this server's log key");
  with("one.tsr", read_file(data + "/log/anchors/2/one.tsr", 65536).value(), "over other bytes");
  Bytes token = read_file(first + "one.tsr", 65536).value();
  token[token.size() - 1] ^= 1;
  with("one.tsr", token, "signature");
  with("one.chain.pem", {}, "is missing");
  // An authority that is no longer listed: its tokens hold by their own chain.
  list("authority two 1 " + real.url("/garbage") + " " + real.file("root.pem") + "\n");
  CHECK(fsck_of(data).at("sound") == true);
  CHECK(fsck_of(data).at("anchors") == 2);
  REQUIRE(std::filesystem::remove_all(data + "/log/anchors/1"));
  CHECK(fsck_of(data).at("anchors") == 1);
}

}  // namespace dokaz::server
