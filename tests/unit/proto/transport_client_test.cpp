// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "proto/transport/client.hpp"
#include "tests/unit/proto/dialogue_script.hpp"
#include "tests/unit/proto/transport_peers.hpp"

using namespace dokaz;
using namespace dokaz::script;
using namespace dokaz::peers;

namespace {

const SigningKey member = key(2);
const Deadlines short_ones{40ms, 40ms};

Result<Client> connect(const ServerAddress& address, const TlsPins& pin, Deadlines deadlines = {}) {
  return Client::connect(address, pin, {id<Fingerprint>(1), &member, std::nullopt}, 0, deadlines);
}

Bytes content(std::size_t size) {
  Bytes out(size);
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<Byte>(i * 31 >> 3);
  return out;
}

/// Keeps one object; what it is asked for it has.
struct Shelf {
  std::size_t size = 0;  // of the object that is uploaded
  Bytes kept;
  std::size_t sent = 0;

  std::optional<Response> operator()(const Request& request) {
    if (std::holds_alternative<Hello>(request)) return welcome();
    if (const auto* submit = std::get_if<Submit>(&request))
      return Submitted{std::vector<Submitted::Outcome>(submit->items.size(), {std::nullopt, filled(9)})};
    if (std::holds_alternative<Offer>(request)) return Resume{kept.size(), false, std::max<std::uint64_t>(kept.size() + 1, size)};
    if (std::holds_alternative<Collect>(request)) return Stored{filled(7), "WyJh", filled(9)};
    if (const auto* list = std::get_if<List>(&request)) return Entries{{entry(list->from)}, false, {}};
    if (std::holds_alternative<ListMembers>(request)) return Failure{Errc::refused};
    if (const auto* fetch = std::get_if<Fetch>(&request)) {
      sent = fetch->offset;
      return Content{kept.size()};
    }
    const Data& data = std::get<Data>(request);
    if (!data.bytes.empty()) {
      append(kept, data.bytes);
      return kept.size() == size ? std::optional<Response>(Kept{object}) : std::nullopt;
    }
    const std::size_t count = std::min(max_chunk, kept.size() - sent);
    Data out{sent, to_bytes(ByteView(kept).subspan(sent, count))};
    sent += count;
    return out;
  }
};

}  // namespace

TEST_CASE("no server there is unreachable") {
  asio::io_context io;
  Tcp::acceptor bound(io);
  bound.open(Tcp::v4());
  bound.bind(any_port());  // a port that nobody listens on
  CHECK(connect(loopback(bound), id<TlsPin>(1)).code() == Errc::unreachable);
  CHECK(connect({"a..b", 1}, id<TlsPin>(1)).code() == Errc::unreachable);
}

TEST_CASE("a server with another key gets nothing") {
  AnsweringServer server(Shelf{});
  CHECK(connect(server.address(), id<TlsPin>(1)).code() == Errc::wrong_pin);
  CHECK(server.requests() == 0);
  CHECK(connect(server.address(), server.pin()));
}

TEST_CASE("either of two pins will do, and Hello is signed for the one that was shown") {
  AnsweringServer server(Shelf{});  // checks the signature for its own pin
  CHECK(connect(server.address(), TlsPins(server.pin(), id<TlsPin>(1))));
  CHECK(connect(server.address(), TlsPins(id<TlsPin>(1), server.pin())));
  CHECK(connect(server.address(), TlsPins(id<TlsPin>(1), id<TlsPin>(2))).code() == Errc::wrong_pin);
}

TEST_CASE("a server that is silent is not waited for") {
  asio::io_context io;
  Tcp::acceptor deaf(io, any_port());  // TCP answers, nobody accepts
  CHECK(connect(loopback(deaf), id<TlsPin>(1), short_ones).code() == Errc::timed_out);

  AnsweringServer mute([](const Request&) { return std::nullopt; });
  CHECK(connect(mute.address(), mute.pin(), {5s, 40ms}).code() == Errc::timed_out);
}

TEST_CASE("what is no TLS server is a lost connection") {
  asio::io_context io;
  Tcp::acceptor acceptor(io, any_port());
  std::thread other([&] {
    auto socket = acceptor.accept();
    asio::write(socket, asio::buffer(std::string_view("HTTP/1.1 400 Bad Request\r\n\r\n")));
  });
  CHECK(connect(loopback(acceptor), id<TlsPin>(1)).code() == Errc::connection_lost);
  other.join();
}

TEST_CASE("a server that refuses is heard") {
  for (const Errc code : {Errc::refused, Errc::ticket_expired, Errc::ticket_used}) {
    AnsweringServer server([code](const Request&) { return Failure{code}; });
    CHECK(connect(server.address(), server.pin()).code() == code);
  }
}

TEST_CASE("everything there and back") {
  const Bytes bytes = content(2'600'000);
  AnsweringServer server(Shelf{bytes.size(), {}, 0});
  auto client = connect(server.address(), server.pin());
  REQUIRE(client);
  CHECK(client->welcome().chains.size() == 1);
  CHECK(client->submit(submit(3)).value().outcomes.size() == 3);
  CHECK(client->members().code() == Errc::refused);  // and the connection stays
  CHECK(client->list(7).value().entries.at(0).index == 7);
  REQUIRE(client->offer(object).value().offset == 0);
  CHECK(client->list(7).code() == Errc::out_of_turn);  // an upload is under way
  CHECK(client->send(0, ByteView(bytes).first(1'500'000)));
  CHECK(client->send(1'500'000, ByteView(bytes).subspan(1'500'000)));
  CHECK(client->kept().value().object == object);
  CHECK(client->collect(id<StatementHash>(1)).value().answered == "WyJh");

  Bytes back = to_bytes(ByteView(bytes).first(100));
  const auto size = client->fetch(object, 100, [&](ByteView part) {
    append(back, part);
    return Status();
  });
  CHECK(size.value() == bytes.size());
  CHECK(back == bytes);
}

TEST_CASE("a sink that fails ends the connection, and every later call says so") {
  AnsweringServer server(Shelf{0, content(3'000'000), 0});
  auto client = connect(server.address(), server.pin()).value();
  CHECK(client.fetch(object, 0, [](ByteView) { return Status(Errc::no_space); }).code() == Errc::no_space);
  CHECK(client.list(0).code() == Errc::connection_lost);
  CHECK(client.kept().code() == Errc::connection_lost);
  CHECK(client.send(0, Bytes(1)).code() == Errc::connection_lost);
}

TEST_CASE("an upload that the server stops says why, and the connection goes on") {
  int data = 0;
  AnsweringServer server([&data](const Request& request) -> std::optional<Response> {
    if (std::holds_alternative<Hello>(request)) return welcome();
    if (std::holds_alternative<Offer>(request)) return Resume{0, false, 100'000'000};
    if (std::holds_alternative<List>(request)) return Entries{};
    if (++data < 3) return std::nullopt;
    return Failure{Errc::quota_exceeded};
  });
  auto client = connect(server.address(), server.pin()).value();
  REQUIRE(client.offer(object));
  // Where the failure is met depends on how far the client is ahead.
  Errc met = Errc::usage;
  const Bytes part = content(100'000);
  for (std::uint64_t i = 0; i < 50 && met == Errc::usage; ++i)
    if (auto status = client.send(i * part.size(), part); !status) met = status.code();
  if (met == Errc::usage) met = client.kept().code();
  CHECK(met == Errc::quota_exceeded);
  CHECK(client.list(0));
}

TEST_CASE("a line that is cut after any number of bytes is a lost connection") {
  Bytes bytes = content(3000);
  AnsweringServer server(Shelf{0, bytes, 0});
  const auto visit = [&](const ServerAddress& address) -> Errc {
    auto client = connect(address, server.pin());
    if (!client) return client.code();
    if (auto entries = client->list(1); !entries) return entries.code();
    const auto size = client->fetch(object, 0, [](ByteView) { return Status(); });
    return size ? Errc::usage : size.code();
  };
  std::size_t whole = 0;
  {
    CutLine uncut(server.address(), SIZE_MAX);
    REQUIRE(visit(uncut.address()) == Errc::usage);
    whole = uncut.carried();
  }
  REQUIRE(whole > 4000);
  for (std::size_t n = 0; n < whole; n += n + 7 < whole ? 7 : 1) {
    CutLine line(server.address(), n);
    INFO(n << " of " << whole);
    CHECK(visit(line.address()) == Errc::connection_lost);
  }
}

TEST_CASE("a server that breaks the protocol is named and left") {
  // Welcome again instead of entries, sent past the dialogue: by a server that thinks it was greeted again.
  asio::io_context io;
  Tcp::acceptor acceptor(io, any_port());
  const auto identity = make_tls_identity().value();
  const auto pin = pin_of_certificate(identity.certificate).value();
  const auto context = TlsContext::server(identity.certificate, identity.key).value();
  struct Case {
    Bytes answer;
    Errc expected;
  };
  const std::vector<Case> cases = {
      {serialize(encode(Response(welcome())).value()), Errc::out_of_turn},
      {{0, 0x24, 0, 1, 0x86}, Errc::frame_too_large},
      {{0, 0, 0, 2, 0x86, 0x78, 0x01}, Errc::unknown_field},
      {{0, 0, 0, 2, 0x86, 0x10, 0x00}, Errc::malformed},
      {serialize(encode(Response(Entries{{entry(1)}, false, {}})).value()), Errc::malformed},  // below `from`
  };
  for (const Case& c : cases) {
    asio::co_spawn(
        io,
        [](Tcp::acceptor* from, const TlsContext* tls, TlsPin shown, Bytes answer) -> asio::awaitable<void> {
          auto [error, socket] = co_await from->async_accept(as_value);
          TlsStream stream(std::move(socket), *tls, shown);
          co_await stream.handshake();
          Bytes scratch(4096);
          co_await stream.read_some(scratch);  // Hello
          co_await stream.write_all(serialize(encode(Response(welcome())).value()));
          co_await stream.read_some(scratch);  // List
          co_await stream.write_all(answer);
          co_await stream.read_some(scratch);  // the client leaves
        }(&acceptor, &context, pin, c.answer),
        asio::detached);
    io.restart();
    std::thread thread([&] { io.run(); });
    {
      auto client = connect(loopback(acceptor), pin).value();
      CHECK(client.list(3).code() == c.expected);
      CHECK(client.list(3).code() == Errc::connection_lost);
    }
    thread.join();
  }
}
