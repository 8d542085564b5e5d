// SPDX-License-Identifier: GPL-3.0-or-later
// Slow, silent and half-open peers beside a good one: it is served, they are closed. And from one network
// come no more than may.
#include "sync-server/net/prefix.hpp"
#include "tests/unit/sync-server/net_running.hpp"

using namespace dokaz;
using namespace dokaz::server;
using namespace dokaz::server::test;

namespace {

/// A TCP connection that sends some bytes and is then silent.
class Silent {
 public:
  Silent(asio::io_context& io, const Running& running, std::string_view bytes) : socket_(io) {
    socket_.connect({asio::ip::make_address("127.0.0.1"), running.address().port});
    if (!bytes.empty()) asio::write(socket_, asio::buffer(bytes));
  }
  /// Waits until the server has closed it.
  bool is_closed() {
    Byte byte = 0;
    boost::system::error_code error;
    while (!error) socket_.read_some(asio::buffer(&byte, 1), error);
    return error == asio::error::eof || error == asio::error::connection_reset;
  }

 private:
  Tcp::socket socket_;
};

Request hello_of(const Running& running, const peers::RawClient& client, const SigningKey& member) {
  return sign_hello(running.people.case_id(), member, client.channel(), running.pin(),
                    running.people.admission(member), 0);
}

}  // namespace

TEST_CASE("slow peers are closed, and a good one beside them is served") {
  Limits limits = patient();
  limits.strangers = 16;
  limits.handshake = 300ms;
  limits.hello = 300ms;
  limits.frame = 300ms;
  Running running(limits);
  Scribe scribe(1);
  const Bytes object = some_bytes(300'000, 1);
  asio::io_context io;
  std::vector<std::unique_ptr<Silent>> silent;
  std::vector<std::unique_ptr<peers::RawClient>> half_said;
  for (int i = 0; i < 40; ++i) {
    silent.push_back(std::make_unique<Silent>(io, running, i % 2 == 0 ? "" : std::string_view("\x16\x03", 2)));
    if (i % 4 != 0) continue;
    half_said.push_back(std::make_unique<peers::RawClient>(running.address(), running.pin()));
    if (half_said.back()->handshake()) (void)half_said.back()->send(Bytes{0, 0, 1}).has_value();
  }
  auto client = running.connect(scribe.key(), running.people.admission(scribe.key()));
  for (int attempt = 0; !client && attempt < 100; ++attempt)  // pushed out by those who come
    client = running.connect(scribe.key(), running.people.admission(scribe.key()));
  REQUIRE(client);
  REQUIRE(client->submit({{scribe.next(Act::genesis), scribe.next(Act::seal, {ref_of(object)})}}));
  REQUIRE(client->offer(ref_of(object).id));
  REQUIRE(client->send(0, object));
  CHECK(client->kept());
  for (auto& each : silent) CHECK(each->is_closed());
  for (auto& each : half_said) CHECK_FALSE(each->read());
  CHECK(client->members().code() == Errc::refused);  // and it is still there
}

TEST_CASE("who stops in the middle of an upload is closed") {
  Limits limits = patient();
  limits.frame = 50ms;
  Running running(limits);
  Scribe scribe(1);
  const Bytes object = some_bytes(300'000, 1);
  auto client = running.raw();
  REQUIRE(client.handshake());
  REQUIRE(client.send(hello_of(running, client, scribe.key())));
  REQUIRE(client.read());
  REQUIRE(client.send(Request(Submit{{scribe.next(Act::genesis), scribe.next(Act::seal, {ref_of(object)})}})));
  REQUIRE(client.read());
  REQUIRE(client.send(Request(Offer{ref_of(object).id})));
  REQUIRE(client.read().value().type == FrameType::resume);
  REQUIRE(client.send(Request(Data{0, to_bytes(ByteView(object).first(1000))})));
  CHECK(client.read().code() == Errc::connection_lost);
  running.stop();
  CHECK(running.events() == std::vector<std::string>{"timed_out"});
}

TEST_CASE("a network is its first 24 or 48 bits") {
  const auto prefix = [](const char* address) { return prefix_of(asio::ip::make_address(address)); };
  CHECK(prefix("127.0.0.1") == 0);
  CHECK(prefix("::1") == 0);
  CHECK(prefix("192.0.2.1") == prefix("192.0.2.254"));
  CHECK(prefix("192.0.2.1") != prefix("192.0.3.1"));
  CHECK(prefix("::ffff:192.0.2.9") == prefix("192.0.2.1"));
  CHECK(prefix("2001:db8:1:2::1") == prefix("2001:db8:1:ffff::9"));
  CHECK(prefix("2001:db8:1::1") != prefix("2001:db8:2::1"));
  CHECK(prefix("::ffff:127.0.0.1") == 0);
  CHECK(prefix("0.0.0.1") != 0);
}

TEST_CASE("more members than there are descriptors cannot be asked for") {
  Running running;
  Limits limits;
  limits.connections = 100'000'000;
  CHECK(Listener::open("127.0.0.1:0", running.custody.tls_certificate(), running.custody.tls_key(), running.custody,
                       limits)
            .code() == Errc::too_large);
}
