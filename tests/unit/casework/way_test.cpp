// SPDX-License-Identifier: GPL-3.0-or-later
// Which way dokaz-case reaches the server: under "Tor only" by the proxy that is named, or by nothing at all.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "tests/unit/casework/small_server.hpp"
#include "tests/unit/collector/socks_stub.hpp"
#include "tests/unit/crypto/shell.hpp"

using namespace dokaz;
using namespace dokaz::small;
using dokaz::test::Scratch;
using dokaz::test::SocksStub;

namespace {

/// A reviewer's folder by an invitation with that rule, and the program with its ways out written down.
struct Desk {
  explicit Desk(Network rule) {
    CaseFile counsel = make_case(at / "counsel");
    Invitation invitation = must(counsel.invite("birch", Role::reviewer, ClaimedTime{1790000000, false}, rule));
    invitation.server = must(parse_server_address("server.invalid:443"));
    must(CaseFile::join(at / "case", passphrase(),
                        {std::move(invitation), copy_of(counsel.identities(Group::team)), {}, 1780000000, {}}, cheap));
    std::ofstream(at / "pass") << "a passphrase\n";
  }
  int run(const std::string& arguments) const {
    const char* bin = std::getenv("DOKAZ_BIN");
    const std::string program = std::string(bin == nullptr ? "build/bin" : bin) + "/dokaz-case";
    return test::shell("cd " + test::quoted(at.path()) + " && rm -f trap && HOME=" + test::quoted(at.path()) + " DOKAZ_TRAP=trap LD_PRELOAD=" +
                       test::quoted(DOKAZ_TRAP_LIBRARY) + " " + test::quoted(program) + " --passphrase-file pass --case case " + arguments +
                       " >out 2>err </dev/null");
  }
  std::string said(const char* file) const {
    std::ifstream in(at / file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string trapped() const { return said("trap"); }
  Scratch at;
};

std::string proxy_at(std::uint16_t port) { return "--proxy socks5h://127.0.0.1:" + std::to_string(port); }

}  // namespace

TEST_CASE("by an invitation without a rule the server is looked up and connected to, which the trap catches") {
  const Desk desk(Network::any);
  CHECK(desk.run("pull") == exit_code(Errc::unreachable));
  CHECK(desk.trapped().find("resolve server.invalid") != std::string::npos);
  // A proxy that was named once is taken from then on, dead or not, until it is said otherwise.
  CHECK(desk.run("pull " + proxy_at(1)) == exit_code(Errc::proxy_failed));
  CHECK(desk.trapped() == "connect 127.0.0.1:1\n");
  CHECK(desk.run("roster publish") == exit_code(Errc::proxy_failed));
  CHECK(desk.trapped() == "connect 127.0.0.1:1\n");
  CHECK(desk.run("pull --proxy none") == exit_code(Errc::unreachable));
  CHECK(desk.run("pull --proxy socks5h://proxy.example:9050") == exit_code(Errc::usage));
  CHECK(desk.trapped().empty());
}

TEST_CASE("under Tor only nothing is connected to but a proxy, and no name is looked up, whatever is typed") {
  const Desk desk(Network::tor_only);
  for (const std::string command : {"pull", "roster publish", "pull --server 127.0.0.1:443", "roster publish --server server.invalid:443"}) {
    CAPTURE(command);
    CHECK(desk.run(command) == exit_code(Errc::proxy_failed));
    CHECK(desk.said("err").find("--proxy socks5h://127.0.0.1:9050") != std::string::npos);
    CHECK(desk.trapped().empty());
  }
  CHECK(desk.run("pull --proxy none") == exit_code(Errc::usage));
  CHECK(desk.said("err").find("a rule of the case") != std::string::npos);
  CHECK(desk.trapped().empty());
  CHECK(desk.run("pull " + proxy_at(1)) == exit_code(Errc::proxy_failed));
  CHECK(desk.trapped() == "connect 127.0.0.1:1\n");

  // One that says no: it alone was told the name.
  const SocksStub proxy({{5, 2}, {1, 0}, {5, 5, 0, 1, 0, 0, 0, 0, 0, 0}}, false);
  CHECK(desk.run("pull " + proxy_at(proxy.port())) == exit_code(Errc::proxy_failed));
  CHECK(desk.trapped() == "connect 127.0.0.1:" + std::to_string(proxy.port()) + "\n");
  CHECK(desk.run("roster show") == 0);
  CHECK(desk.said("out").find("through Tor or not at all") != std::string::npos);
  CHECK(desk.trapped().empty());
}
