// SPDX-License-Identifier: GPL-3.0-or-later
// Syncs through a proxy, honest, dead and hostile: nothing ever goes another way.
#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "collector/sync/sync.hpp"
#include "collector/vault/restart.hpp"
#include "tests/unit/collector/field.hpp"
#include "tests/unit/collector/socks_stub.hpp"
#include "tests/unit/collector/tiny_photo.hpp"

using namespace dokaz;
using namespace dokaz::test;
using namespace std::chrono_literals;

namespace {

Route through(std::uint16_t port) { return {ProxyAddress{{"127.0.0.1", port}}, true}; }

SyncReport sync_through(const Field& field, const ServerAddress& server, std::uint16_t proxy) {
  Vault vault = field.at->open();
  SyncOrder order = field.order(server);
  order.line = Line(through(proxy));
  order.line.deadlines.connect = 2s;
  return sync(vault, order, field.nothing()).value();
}

/// The program, with its ways out written down.
struct Desk {
  explicit Desk(const Field& field) : of(field) {
    std::ofstream(at / "pass") << "correct horse\n";
  }
  int run(const std::string& arguments) const {
    const char* bin = std::getenv("DOKAZ_BIN");
    const std::string line = "cd '" + at.path().string() + "' && rm -f trap && HOME='" + at.path().string() + "' DOKAZ_TRAP=trap LD_PRELOAD='" +
                             std::string(DOKAZ_TRAP_LIBRARY) + "' '" + std::string(bin == nullptr ? "build/bin" : bin) +
                             "/dokaz' --passphrase-file pass --vault '" + of.at->folder().string() + "' " + arguments +
                             " >out 2>err </dev/null";
    const int status = std::system(line.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  std::string trapped() const { return whole_file(at / "trap"); }
  const Field& of;
  Scratch at;
};

std::string proxy_at(std::uint16_t port) { return "socks5h://127.0.0.1:" + std::to_string(port); }

}  // namespace

TEST_CASE("Through a proxy everything arrives, by a name that only the proxy knows, and each run has its own login") {
  Field field;
  field.add("a");
  const RunningServer server(field.data());
  const SocksStub proxy(server.port());
  CHECK_FALSE(sync_through(field, {"abc.onion", 443}, proxy.port()).failure);
  CHECK(field.states() == States{logged, stored});
  for (const std::string& name : proxy.asked()) CHECK(name == "abc.onion");
  const auto first = proxy.logins();
  REQUIRE(first.size() >= 2);
  for (const std::string& login : first) CHECK(login == first.front());
  CHECK_FALSE(sync_through(field, {"abc.onion", 443}, proxy.port()).failure);
  CHECK(proxy.logins().back() != first.front());
}

TEST_CASE("A proxy that is dead, lies, or is silent: proxy_failed, and not a byte for the server") {
  Field field;
  field.add("a");
  const RunningServer server(field.data());
  const auto fails = [&](std::vector<Bytes> script, bool closes) {
    const SocksStub proxy(std::move(script), closes);
    const SyncReport report = sync_through(field, {"127.0.0.1", server.port()}, proxy.port());
    REQUIRE(report.failure);
    CHECK(report.failure->code == Errc::proxy_failed);
    CHECK(proxy.carried() == 0);
    CHECK(field.states() == States{sealed, sealed});
  };
  fails({{}}, true);                                    // hangs up
  fails({{5}}, true);                                   // cut in the middle of a word
  fails({{}}, false);                                   // says nothing
  fails({{5, 2}, {1, 0}, {5, 0, 0, 3, 255, 1, 2}}, false);  // announces a name and does not send it
  fails({{5, 2}, {1, 0}, {5, 5, 0, 1, 0, 0, 0, 0, 0, 0}}, false);
  fails({to_bytes("HTTP/1.1 400 Bad Request\r\n\r\n")}, false);
  const SyncReport dead = sync_through(field, {"127.0.0.1", server.port()}, 1);
  REQUIRE(dead.failure);
  CHECK(dead.failure->code == Errc::proxy_failed);
  CHECK(field.states() == States{sealed, sealed});
}

TEST_CASE("A proxy that plays the server itself meets the pin") {
  Field field;
  field.add("a");
  const Scratch elsewhere;
  static_cast<void>(server::Custody::create(elsewhere / "other", [] { return noon.unix_seconds; }).value());
  const RunningServer other(elsewhere / "other");
  const SocksStub proxy(other.port());
  const SyncReport report = sync_through(field, {"abc.onion", 443}, proxy.port());
  REQUIRE(report.failure);
  CHECK(report.failure->code == Errc::wrong_pin);
  CHECK(field.states() == States{sealed, sealed});
}

TEST_CASE("The program connects to the proxy and to nothing else, and looks up no name") {
  Field field;
  field.add("a");
  const RunningServer server(field.data());
  const Desk desk(field);
  // The trap catches: straight, a name is looked up.
  CHECK(desk.run("sync --server server.invalid:443") == exit_code(Errc::unreachable));
  CHECK(desk.trapped().find("resolve server.invalid") != std::string::npos);

  // Tor only, and no proxy: nothing at all, whatever server is named.
  CHECK(desk.run("settings --tor-only") == 0);
  CHECK(desk.run("sync --server server.invalid:443") == exit_code(Errc::proxy_failed));
  CHECK(desk.run("sync --server 127.0.0.1:" + std::to_string(server.port())) == exit_code(Errc::proxy_failed));
  CHECK(desk.trapped().empty());

  // A dead proxy: one try at it.
  CHECK(desk.run("sync --server server.invalid:443 --proxy " + proxy_at(1)) == exit_code(Errc::proxy_failed));
  CHECK(desk.trapped() == "connect 127.0.0.1:1\n");
  CHECK(field.states() == States{sealed, sealed});

  const SocksStub proxy(server.port());
  CHECK(desk.run("settings --proxy " + proxy_at(proxy.port())) == 0);
  const int code = desk.run("sync --server server.invalid:443");
  CAPTURE(whole_file(desk.at / "err"));
  CHECK(code == 0);
  const std::string only = "connect 127.0.0.1:" + std::to_string(proxy.port()) + "\n";
  std::string trapped = desk.trapped();
  CHECK_FALSE(trapped.empty());
  for (std::size_t at = 0; at < trapped.size(); at += only.size()) CHECK(trapped.substr(at, only.size()) == only);
  CHECK(field.states() == States{logged, stored, logged});  // and a sign of life, since noon is long ago
  for (const std::string& name : proxy.asked()) CHECK(name == "server.invalid");
}

TEST_CASE("Where the invitation says Tor only, nothing on the device lifts it, for its owner or a courier") {
  Field field;
  field.of.network = Network::tor_only;
  field.at = std::make_unique<TestVault>(field.of);
  field.add("a");
  const RunningServer server(field.data());
  const Desk desk(field);
  const std::string address = "127.0.0.1:" + std::to_string(server.port()), straight = " --server " + address;
  const auto refused = [&](const std::string& arguments, Errc with) {
    CAPTURE(arguments);
    CHECK(desk.run(arguments) == exit_code(with));
    CHECK(desk.trapped().empty());
  };
  refused("sync" + straight, Errc::proxy_failed);
  refused("sync --server server.invalid:443", Errc::proxy_failed);
  refused("settings --no-tor-only", Errc::usage);
  CHECK(whole_file(desk.at / "err").find("a rule of the case") != std::string::npos);
  refused("settings --no-proxy --no-tor-only", Errc::usage);
  CHECK(desk.run("settings --no-proxy") == 0);
  CHECK(whole_file(desk.at / "out").find("by a rule of the case") != std::string::npos);
  refused("sync" + straight, Errc::proxy_failed);
  CHECK(desk.run("status") == 0);
  CHECK(whole_file(desk.at / "out").find("through Tor only, by a rule of the case") != std::string::npos);

  // A courier's file carries the rule, and a vault that goes on from this one too.
  CHECK(desk.run("pack parcel --courier-pass courier") == 0);
  refused("relay parcel --pass courier" + straight, Errc::proxy_failed);
  refused("relay parcel --pass courier --server server.invalid:443", Errc::proxy_failed);
  CHECK(desk.run("settings --proxy " + proxy_at(1) + " --tor-only") == 0);
  CHECK(desk.run("sync" + straight) == exit_code(Errc::proxy_failed));
  CHECK(desk.trapped() == "connect 127.0.0.1:1\n");
  CHECK(field.states() == States{sealed, sealed});
  {
    Vault vault = field.at->open();
    CHECK(restart_of(vault, noon).value().enrolment.route.by_case);
  }

  const SocksStub proxy(server.port());
  const std::string only = "connect 127.0.0.1:" + std::to_string(proxy.port()) + "\n";
  // This server lets no couriers in; what counts is how it was reached.
  CHECK(desk.run("relay parcel --pass courier --server server.invalid:443 --proxy " + proxy_at(proxy.port())) ==
        exit_code(Errc::refused));
  CHECK(desk.trapped() == only);
  CHECK(desk.run("settings --proxy " + proxy_at(proxy.port())) == 0);
  CHECK(desk.run("sync --server server.invalid:443") == 0);
  const std::string trapped = desk.trapped();
  CHECK_FALSE(trapped.empty());
  for (std::size_t at = 0; at < trapped.size(); at += only.size()) CHECK(trapped.substr(at, only.size()) == only);
  for (const std::string& name : proxy.asked()) CHECK(name == "server.invalid");
}

TEST_CASE("Settings are kept, and what does not make sense is refused") {
  const Field field;
  const Desk desk(field);
  CHECK(desk.run("settings --proxy socks5h://proxy.example:9050") == exit_code(Errc::usage));
  CHECK(desk.run("settings --proxy socks5h://127.0.0.1:9050 --tor-only") == 0);
  CHECK(desk.run("settings --json") == 0);
  CHECK(whole_file(desk.at / "out").find("\"socks5h://127.0.0.1:9050\"") != std::string::npos);
  CHECK(desk.run("settings --no-proxy --proxy socks5h://127.0.0.1:9050") == exit_code(Errc::usage));
  CHECK(desk.run("sync --limit 100") == exit_code(Errc::usage));
  CHECK(desk.run("sync --once --watch") == exit_code(Errc::usage));
  CHECK(desk.trapped().empty());
}
