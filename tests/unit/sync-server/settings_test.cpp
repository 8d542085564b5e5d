// SPDX-License-Identifier: GPL-3.0-or-later
// dokaz-server run --config, its signals, and what status says.
#include <nlohmann/json.hpp>

#include "program.hpp"
#include "proto/format/time.hpp"
#include "proto/transport/client.hpp"

namespace dokaz::server {

using namespace test;

namespace {

nlohmann::json status_of(const std::string& data) {
  return nlohmann::json::parse(run_program({"status", "--data", data, "--json"}).printed);
}

}  // namespace

TEST_CASE("run takes its options from a file, and refuses a file that it does not understand whole") {
  TempFolder temp;
  const std::string data = temp / "data";
  const Path file = temp / "server.toml";
  REQUIRE(run_program({"init", "--data", data}).code == 0);
  const auto write = [&](const std::string& text) { REQUIRE(write_file_durably(file, bytes_of(text))); };

  for (const std::string& wrong :
       {"[run]\ndata = \"" + data + "\"\nlisten = \"127.0.0.1:0\"\nlissen = \"127.0.0.1:0\"\n",
        "[run]\ndata = \"" + data + "\"\n[sun]\nlisten = \"127.0.0.1:0\"\n",
        "data = \"" + data + "\"\n[run]\nlisten = \"127.0.0.1:0\"\n", std::string("[run]\nlisten = \"127.0.0.1:0\"\n")}) {
    write(wrong);
    INFO(wrong);
    check_failure(run_program({"run", "--config", file}), Errc::usage);
  }
  check_failure(run_program({"run", "--config", temp / "absent"}), Errc::usage);

  write("# the whole of it\n[run]\ndata = \"" + data + "\"\nlisten = \"127.0.0.1:0\"\n");
  {
    Program server({"run", "--config", file});
    REQUIRE(server.line().starts_with("listening on 127.0.0.1:"));
    server.signal(SIGHUP);  // a closed terminal ends nothing
    CHECK(status_of(data).at("serving") == true);
    server.signal(SIGTERM);
    CHECK(server.end() == 0);
  }
  // The command line goes before the file.
  write("[run]\ndata = \"/nowhere\"\nlisten = \"127.0.0.1:0\"\n");
  Program server({"run", "--config", file, "--data", data});
  REQUIRE(server.line().starts_with("listening on "));
  server.signal(SIGINT);
  CHECK(server.end() == 0);
}

TEST_CASE("an event is one line with its time, and names nobody") {
  TempFolder temp;
  const std::string data = temp / "data";
  const auto card = read_server_card(bytes_of(run_program({"init", "--data", data}).printed)).value();
  Program server({"run", "--data", data, "--listen", "127.0.0.1:0"});
  const auto address = parse_server_address(server.line().substr(std::string("listening on ").size())).value();
  // A stranger, twice: what the first attempt left is said before the second one is answered.
  const People strangers;
  for (int i = 0; i < 2; ++i)
    CHECK(Client::connect(address, card.pin, ClientIdentity{strangers.case_id(), &strangers.counsel, std::nullopt}, 0)
              .code() == Errc::refused);
  server.signal(SIGTERM);
  CHECK(server.end() == 0);
  REQUIRE(server.complained.starts_with("dokaz-server: "));
  const std::string first = server.complained.substr(0, server.complained.find('\n'));
  CHECK(parse_time(first.substr(14, 20)));
  CHECK(first.ends_with(" refused"));
  CHECK(server.complained.find("127.0.0.1") == std::string::npos);
}

TEST_CASE("status says what waits, what is short, and since when") {
  TempFolder temp;
  const std::string data = temp / "data";
  const People people;
  Custody custody = test::start(data, people, 100'000);
  auto status = status_of(data);
  CHECK(status.at("oldest_awaited").is_null());
  CHECK(status.at("uploads") == 0);
  CHECK(status.at("cases_near_quota") == 0);
  CHECK(status.at("vouched_size") == 0);
  CHECK(status.at("disk_free") > 0);
  CHECK(status.at("checkpoint_age") >= 0);

  Scribe scribe(1);
  Session field = admit(custody, people, scribe);
  REQUIRE_FALSE(submit_one(custody, field, scribe.next(Act::genesis)).failure);
  const Bytes object = some_bytes(20'000, 1);
  REQUIRE_FALSE(submit_one(custody, field, scribe.next(Act::seal, {ref_of(object)})).failure);
  REQUIRE(custody.offer(field, Offer{ref_of(object).id}));
  REQUIRE(custody.data(field, Data{0, to_bytes(ByteView(object).first(5000))}));
  status = status_of(data);
  CHECK(status.at("uploads") == 1);
  CHECK(status.at("upload_bytes") == 5000);
  CHECK(status.at("oldest_awaited").at("index") == 1);
  CHECK(status.at("oldest_awaited").at("claimed") == "2026-05-01T12:00:00Z");
  CHECK(status.at("objects_awaited") == 1);
  CHECK(status.at("vouched_size") == status.at("log_size"));
  CHECK(run_program({"case", "quota", "--data", data, hex(people.case_id()), "21000"}).code == 0);
  CHECK(run_program({"case", "suspend", "--data", data, hex(people.case_id())}).code == 0);
  status = status_of(data);
  CHECK(status.at("cases_near_quota") == 1);
  CHECK(status.at("cases_suspended") == 1);

  // Witnesses of the policy that never signed are named as such.
  const std::string log = hex(custody.card().log), witness = hex(Scribe::key_of(90).public_key());
  REQUIRE(write_file_durably(temp / "data/policy", bytes_of("log " + log + "\nwitness w1 " + witness + "\nquorum w1\n")));
  status = status_of(data);
  CHECK(status.at("vouched_size") == 0);
  CHECK(status.at("witnesses").at(0).at("name") == "w1");
  CHECK(status.at("witnesses").at(0).at("age").is_null());
  const auto text = run_program({"status", "--data", data});
  CHECK(text.printed.find("witness w1: signed never") != std::string::npos);
  CHECK(text.printed.find(hex(people.case_id())) == std::string::npos);
}

}  // namespace dokaz::server
