// SPDX-License-Identifier: GPL-3.0-or-later
// What dokaz-server run --publish shows to others' programs: Debian's sigsum-monitor, and Go's x/mod. Each is left out,
// with a message, where it is absent.
#include <csignal>

#include "program.hpp"
#include "proto/transport/client.hpp"
#include "sigsum_monitor.hpp"

namespace dokaz::server {

using namespace test;

namespace {

constexpr const char* go = "/usr/bin/go";
constexpr const char* go_module = "/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog/tlog.go";

/// A server that publishes, and a member who writes into its log.
struct Published {
  Published() {
    card = read_server_card(bytes_of(run_program({"init", "--data", data}).printed)).value();
    REQUIRE(write_file_durably(temp / "roster", people.roster(card->member).bytes()));
    REQUIRE(run_program({"case", "grant", "--data", data, temp / "roster"}).code == 0);
    server.emplace(Arguments{"run", "--data", data, "--listen", "127.0.0.1:0", "--publish", "127.0.0.1:0"});
    const std::string listening = server->line(), publishing = server->line();
    REQUIRE(publishing.starts_with("publishing on "));
    url = "http://" + publishing.substr(std::string("publishing on ").size());
    address = parse_server_address(listening.substr(std::string("listening on ").size())).value();
  }
  void write(std::size_t count) {
    auto client = Client::connect(*address, card->pin, ClientIdentity{people.case_id(), &people.counsel, std::nullopt}, 0);
    REQUIRE(client);
    while (count > 0) {
      Submit submit;
      for (; count > 0 && submit.items.size() < max_statements_per_submit; --count)
        submit.items.push_back(scribe.next(scribe.seq() == 0 ? Act::genesis : Act::note));
      const auto submitted = client->submit(submit);
      REQUIRE(submitted);
      for (const auto& outcome : submitted->outcomes) REQUIRE_FALSE(outcome.failure);
    }
  }
  void stop() {
    server->signal(SIGTERM);
    CHECK(server->end() == 0);
  }

  TempFolder temp;
  const std::string data = temp / "data";
  const People people;
  Scribe scribe{201};  // counsel
  std::optional<ServerCard> card;
  std::optional<Program> server;
  std::optional<ServerAddress> address;
  std::string url;
};

/// The end of a shell's line; what it said is in `said`.
int run_line(const std::string& line, std::string& said) {
  FILE* pipe = ::popen((line + " 2>&1").c_str(), "re");
  REQUIRE(pipe != nullptr);
  char buffer[4096];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) said.append(buffer, got);
  const int status = ::pclose(pipe);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("sigsum-monitor follows a server that runs, as its log grows") {
  if (!Monitor::is_there()) {
    WARN("not shown: sigsum-monitor is not there");
    return;
  }
  Published log;
  log.write(3);
  std::string token = run_program({"reader", "add", "--data", log.data, "monitor"}).printed;
  while (!token.empty() && token.back() == '\n') token.pop_back();
  REQUIRE(write_file_durably(log.temp / "policy", bytes_of("log " + hex(log.card->log) + " " + log.url + "/reader/" +
                                                           token + "\nquorum none\n")));
  REQUIRE(write_file_durably(log.temp / "watched.pub", bytes_of(ssh_key(log.people.counsel.public_key()))));
  Monitor follower(log.temp / "policy", log.temp / "watched.pub");
  const bool first = follower.says("size 3");
  INFO(follower.said);
  REQUIRE(first);
  log.write(300);
  REQUIRE(follower.says("index 302 keyhash " + hex(log.people.counsel.public_key().hash())));
  log.stop();
}

TEST_CASE("Go's x/mod reads the published tiles, and its proofs hold") {
  if (::access(go, X_OK) != 0 || ::access(go_module, R_OK) != 0) {
    WARN("not shown: Go or golang.org/x/mod is not there");
    return;
  }
  Published log;
  log.write(600);
  std::string said;
  const std::string place = log.temp / "go";
  const int code = run_line("env GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS= GOCACHE=" + place + " HOME=" + place +
                                " " + go + " run " + DOKAZ_READ_TILES + " " + log.url,
                            said);
  INFO(said);
  CHECK(code == 0);
  CHECK(said.starts_with("600 records"));
  log.stop();
}

}  // namespace dokaz::server
