// SPDX-License-Identifier: GPL-3.0-or-later
// dokaz-server as an operator meets it: what it prints, its exit codes, what it leaves behind.
#include <sys/mount.h>
#include <sys/resource.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "program.hpp"
#include "proto/transport/client.hpp"

namespace dokaz::server {

using namespace test;

TEST_CASE("dokaz-server explains itself") {
  const auto help = run_program({"--help"});
  CHECK(help.code == 0);
  CHECK(help.printed.find("Example:") != std::string::npos);
  for (const char* command : {"init", "card", "case", "run", "status", "fsck"}) {
    CHECK(help.printed.find(command) != std::string::npos);
    const auto more = run_program({command, "--help"});
    CHECK(more.code == 0);
    CHECK(more.printed.find(std::string("dokaz-server ") + command) != std::string::npos);
  }
  CHECK(run_program({"--version"}).printed.starts_with("dokaz-server 0."));
  check_failure(run_program({}), Errc::usage);
  check_failure(run_program({"run"}), Errc::usage);
  check_failure(run_program({"serve"}), Errc::usage);
}

TEST_CASE("dokaz-server init, card, case grant and status") {
  TempFolder temp;
  const std::string data = temp / "data";
  const People people;
  check_failure(run_program({"card", "--data", data}), Errc::not_found);
  check_failure(run_program({"status", "--data", data}), Errc::not_found);
  check_failure(run_program({"run", "--data", data, "--listen", "127.0.0.1:0"}), Errc::not_found);
  CHECK_FALSE(std::filesystem::exists(data));

  const auto init = run_program({"init", "--data", data});
  REQUIRE(init.code == 0);
  const auto card = read_server_card(bytes_of(init.printed));
  REQUIRE(card);
  CHECK((std::filesystem::status(data).permissions() & std::filesystem::perms::mask) ==
        std::filesystem::perms::owner_all);
  check_failure(run_program({"init", "--data", data}), Errc::already_exists);
  CHECK(run_program({"card", "--data", data}).printed == init.printed);
  const auto as_json = nlohmann::json::parse(run_program({"card", "--data", data, "--json"}).printed);
  CHECK(as_json.at("log") == hex(card->log));

  const Path roster = temp / "roster";
  check_failure(run_program({"case", "grant", "--data", data, roster}), Errc::not_found);
  REQUIRE(write_file_durably(roster, bytes_of("not a roster")));
  check_failure(run_program({"case", "grant", "--data", data, roster}), Errc::malformed);
  REQUIRE(write_file_durably(roster, people.roster(Scribe::key_of(7).public_key()).bytes()));
  check_failure(run_program({"case", "grant", "--data", data, roster}), Errc::not_a_member);
  CHECK(nlohmann::json::parse(run_program({"status", "--data", data, "--json"}).printed).at("cases") == 0);
  REQUIRE(write_file_durably(roster, people.roster(card->member).bytes()));
  CHECK(run_program({"case", "grant", "--data", data, roster, "--quota", "1000000"}).code == 0);
  const auto status = nlohmann::json::parse(run_program({"status", "--data", data, "--json"}).printed);
  CHECK(status.at("cases") == 1);
  CHECK(status.at("log_size") == 0);
  CHECK(status.at("serving") == false);

  // For machines the failure is one object on stdout.
  const auto failed = run_program({"init", "--data", data, "--json"});
  CHECK(failed.code == exit_code(Errc::already_exists));
  CHECK(nlohmann::json::parse(failed.printed).at("error") == "already_exists");
}

TEST_CASE("dokaz-server fsck says what it found, and the exit code says it too") {
  TempFolder temp;
  const std::string data = temp / "data";
  check_failure(run_program({"fsck", "--data", data}), Errc::not_found);
  {
    const People people;
    Scribe scribe(1);
    Custody custody = test::start(data, people);
    Session session = admit(custody, people, scribe);
    submit_one(custody, session, scribe.next(Act::genesis));
  }
  const auto sound = run_program({"fsck", "--data", data});
  CHECK(sound.code == 0);
  CHECK(sound.printed.find("Everything follows from what was signed.") != std::string::npos);

  REQUIRE(std::filesystem::remove(data + "/log/tile/0/000.p/1"));
  const auto text = run_program({"fsck", "--data", data});
  CHECK(text.code == exit_code(Errc::damaged_store));
  CHECK(text.printed.find("tiles: tile 0 of level 0 is missing") != std::string::npos);
  CHECK(text.complained.find("Nothing was changed") != std::string::npos);
  const auto machine = run_program({"fsck", "--data", data, "--json"});
  const auto report = nlohmann::json::parse(machine.printed);  // one document
  CHECK(report.at("sound") == false);
  CHECK(report.at("faults") == 1);
  CHECK(report.at("findings")[0].at("part") == "tiles");
}

TEST_CASE("root writes nothing into a folder of another user") {
  if (::geteuid() != 0) {
    WARN("not shown: this is not root");
    return;
  }
  TempFolder temp;
  const std::string data = temp / "data";
  REQUIRE(run_program({"init", "--data", data}).code == 0);
  REQUIRE(::chown(data.c_str(), 12345, 12345) == 0);
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"reader", "add", "--data", data, "somebody"},
                                             {"tls-key", "next", "--data", data},
                                             {"db-key", "unprotect", "--data", data},
                                             {"receive", "--data", data, "parcel", "--answer", temp / "answer"}})
    check_failure(run_program(command), Errc::refused);
  CHECK_FALSE(std::filesystem::exists(data + "/readers"));
  CHECK(run_program({"status", "--data", data}).code == 0);
  REQUIRE(::chown(data.c_str(), 0, 0) == 0);
  CHECK(run_program({"reader", "add", "--data", data, "somebody"}).code == 0);
}

TEST_CASE("dokaz-server says so when it cannot print") {
  TempFolder temp;
  const std::string data = temp / "data";
  const std::string start = std::string(std::getenv("DOKAZ_BIN")) + "/dokaz-server ";
  const auto code_of = [&](const std::string& arguments) {
    return WEXITSTATUS(std::system((start + arguments + " --data " + data + " >/dev/full 2>&1").c_str()));
  };
  CHECK(code_of("init") == exit_code(Errc::no_space));
  for (const char* command : {"card", "card --json", "status", "status --json", "run --allow-root --listen 127.0.0.1:0"})
    CHECK(code_of(command) == exit_code(Errc::no_space));
  CHECK(run_program({"card", "--data", data}).code == 0);  // init did its work
}

TEST_CASE("dokaz-server init under a file size limit makes all or nothing") {
  TempFolder temp;
  const std::string data = temp / "data";
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  int code = -1;
  for (rlim_t limit = 0; code != 0 && limit < (1 << 20); limit += 4096) {
    const rlimit now{limit, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &now) == 0);
    const auto init = run_program({"init", "--data", data});
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    code = init.code;
    INFO("limit " << limit << ": " << init.complained);
    if (code == 0) break;
    CHECK(code == exit_code(Errc::no_space));
    CHECK_FALSE(std::filesystem::exists(data));
  }
  CHECK(code == 0);
}

TEST_CASE("dokaz-server init on a disk that is nearly full makes all or nothing") {
  TempFolder temp;
  const Path disk = temp / "disk";
  std::filesystem::create_directory(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=600k") != 0) {
    WARN("not tested: only root can mount a small disk");
    return;
  }
  int code = -1;
  for (std::size_t free = 16; code != 0 && free < 560; free += 16) {
    REQUIRE(write_file_durably(disk / "fill", Bytes((600 - free) * 1024)));
    const auto init = run_program({"init", "--data", disk / "data"});
    code = init.code;
    INFO(free << " KiB free: " << init.complained);
    CHECK((code == 0 || code == exit_code(Errc::no_space)));
    CHECK(std::filesystem::exists(disk / "data") == (code == 0));
    std::filesystem::remove(disk / "fill");
  }
  CHECK(code == 0);
  CHECK(run_program({"card", "--data", disk / "data"}).code == 0);
  CHECK(::umount(disk.c_str()) == 0);
}

TEST_CASE("dokaz-server run serves, lets a case in meanwhile, and stops when told") {
  TempFolder temp;
  const std::string data = temp / "data";
  const People people;
  const auto card = read_server_card(bytes_of(run_program({"init", "--data", data}).printed)).value();
  check_failure(run_program({"run", "--data", data, "--listen", "nowhere"}), Errc::usage);

  Submit::Item item;
  Bytes first_receipt;
  for (const int stop_by : {SIGTERM, SIGINT}) {
    Program server({"run", "--data", data, "--listen", "127.0.0.1:0"});
    const std::string line = server.line();
    const std::string prefix = "listening on ";
    REQUIRE(line.starts_with(prefix + "127.0.0.1:"));
    const auto address = parse_server_address(line.substr(prefix.size()));
    REQUIRE(address);

    check_failure(run_program({"run", "--data", data, "--listen", "127.0.0.1:0"}), Errc::busy);
    const auto connect = [&] {
      return Client::connect(*address, card.pin,
                             ClientIdentity{people.case_id(), &people.counsel, std::nullopt}, 0);
    };
    if (stop_by == SIGTERM) {
      CHECK(connect().code() == Errc::refused);
      const Path roster = temp / "roster";
      REQUIRE(write_file_durably(roster, people.roster(card.member).bytes()));
      REQUIRE(run_program({"case", "grant", "--data", data, roster}).code == 0);
    }
    auto client = connect();
    REQUIRE(client);
    Scribe scribe(201);  // counsel
    const Statement genesis = scribe.draft(Act::genesis);
    item = {genesis.bytes(), sign_statement(genesis, people.counsel).signature};
    const auto submitted = client->submit(Submit{{item}});
    REQUIRE(submitted);
    REQUIRE_FALSE(submitted->outcomes.at(0).failure);
    // The second server is the first one's folder: the same place, the same receipt.
    if (first_receipt.empty()) first_receipt = submitted->outcomes[0].tlog_proof;
    CHECK(submitted->outcomes[0].tlog_proof == first_receipt);
    CHECK(nlohmann::json::parse(run_program({"status", "--data", data, "--json"}).printed).at("serving") ==
          true);

    server.signal(stop_by);
    CHECK(server.end() == 0);
    // What it said while it ran names nobody and nothing.
    for (const std::string& word : {std::string("127.0.0.1"), hex(people.case_id()), std::string("counsel"),
                                    hex(genesis.hash()), hex(people.counsel.public_key())})
      CHECK(server.complained.find(word) == std::string::npos);
  }
}

TEST_CASE("dokaz-server refuses to serve what is damaged or not its own") {
  TempFolder temp;
  const std::string data = temp / "data";
  REQUIRE(run_program({"init", "--data", data}).code == 0);
  const Path key = temp / "data/db.key";
  const Bytes good = read_file(key, 64).value();
  REQUIRE(write_file_durably(key, some_bytes(32, 1)));
  check_failure(run_program({"run", "--data", data, "--listen", "127.0.0.1:0"}), Errc::wrong_key);
  REQUIRE(write_file_durably(key, good));
  Bytes checkpoint = read_file(temp / "data/log/checkpoint", 65536).value();
  checkpoint[30] ^= 1;
  REQUIRE(write_file_durably(temp / "data/log/checkpoint", checkpoint));
  check_failure(run_program({"run", "--data", data, "--listen", "127.0.0.1:0"}), Errc::damaged_store);
}

}  // namespace dokaz::server
