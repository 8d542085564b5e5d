// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "proto/dialogue/auth.hpp"
#include "tests/unit/proto/dialogue_script.hpp"

using namespace dokaz;
using namespace dokaz::script;

namespace {

/// Both ends, moved on line by line.
struct Pair {
  ClientDialogue client;
  ServerDialogue server;

  void say(const Line& line) {
    if (const auto* request = std::get_if<Request>(&line)) {
      auto frame = client.request(*request);
      REQUIRE(frame);
      REQUIRE(server.received(*frame));
    } else if (const auto* response = std::get_if<Response>(&line)) {
      auto frame = server.reply(*response);
      REQUIRE(frame);
      REQUIRE(client.answer(*frame));
    } else {
      server.goes_on();
    }
  }
  /// The first `count` lines of a script.
  static Pair after(const Script& script, std::size_t count) {
    Pair pair;
    for (std::size_t i = 0; i < count; ++i) pair.say(script[i]);
    return pair;
  }
};

/// The types of requests that the line after this point may have: what the table of section 4 allows.
bool server_allows(const Pair& pair, FrameType type) {
  return pair.server.admits({type, 0}).has_value();
}

}  // namespace

TEST_CASE("every script runs to its end") {
  for (const auto& [name, script] : scripts()) {
    INFO(name);
    const Pair pair = Pair::after(script, script.size());
    CHECK_FALSE(pair.client.awaits());
    CHECK(pair.client.closed() == pair.server.closed());
  }
}

TEST_CASE("a wrong request at any step closes the server's dialogue") {
  for (const auto& [name, script] : scripts()) {
    for (std::size_t step = 0; step <= script.size(); ++step) {
      for (const Request& wrong : requests()) {
        Pair pair = Pair::after(script, step);
        const Frame frame = encode(wrong).value();
        INFO(name << " step " << step << " type " << static_cast<int>(frame.type));
        if (server_allows(pair, frame.type)) continue;
        const auto outcome = pair.server.received(frame);
        REQUIRE_FALSE(outcome);
        CHECK(outcome.code() == Errc::out_of_turn);
        CHECK(pair.server.closed());
        CHECK(pair.server.received(frame).code() == Errc::out_of_turn);
        CHECK(pair.server.last_words(outcome.code()).has_value() == (step > 0));
      }
    }
  }
}

TEST_CASE("a wrong answer at any step closes the client's dialogue, and a server cannot say it") {
  for (const auto& [name, script] : scripts()) {
    for (std::size_t step = 0; step <= script.size(); ++step) {
      for (const Response& wrong : responses()) {
        Pair pair = Pair::after(script, step);
        const Frame frame = encode(wrong).value();
        INFO(name << " step " << step << " type " << static_cast<int>(frame.type));
        if (pair.client.admits({frame.type, 0})) continue;
        CHECK_FALSE(pair.server.reply(wrong));
        CHECK(pair.client.answer(frame).code() == Errc::out_of_turn);
        CHECK(pair.client.closed());
      }
    }
  }
}

TEST_CASE("which types each state allows") {
  using Types = std::vector<FrameType>;
  const auto allowed = [](const Pair& pair, bool server) {
    Types out;
    for (unsigned number = 0; number < 256; ++number)
      if (const auto type = frame_type_from(static_cast<Byte>(number)))
        if (server ? pair.server.admits({*type, 0}).has_value() : pair.client.admits({*type, 0}).has_value())
          out.push_back(*type);
    return out;
  };
  const Types queries = {FrameType::submit, FrameType::offer,        FrameType::collect,
                         FrameType::list,   FrameType::list_members, FrameType::fetch,
                         FrameType::prove,  FrameType::put_roster};
  const auto script = scripts().at(3).lines;  // upload
  CHECK(allowed(Pair::after(script, 0), true) == Types{FrameType::hello});
  CHECK(allowed(Pair::after(script, 0), false).empty());
  CHECK(allowed(Pair::after(script, 1), true).empty());
  CHECK(allowed(Pair::after(script, 1), false) == Types{FrameType::welcome, FrameType::failure});
  CHECK(allowed(Pair::after(script, 2), true) == queries);
  CHECK(allowed(Pair::after(script, 2), false).empty());
  CHECK(allowed(Pair::after(script, 3), false) == Types{FrameType::resume, FrameType::failure});
  CHECK(allowed(Pair::after(script, 4), true) == Types{FrameType::upload});
  CHECK(allowed(Pair::after(script, 4), false) == Types{FrameType::failure});  // Kept and More before any Data: no
  CHECK(allowed(Pair::after(script, 6), false) == Types{FrameType::kept, FrameType::more, FrameType::failure});
  CHECK(allowed(Pair::after(script, script.size()), true) == queries);
}

TEST_CASE("a client cannot send out of turn") {
  ClientDialogue fresh;
  CHECK(fresh.request(List{0}).code() == Errc::out_of_turn);
  Pair pair = Pair::after(scripts().at(3).lines, 4);  // after Resume
  CHECK(pair.client.request(List{0}).code() == Errc::out_of_turn);
  CHECK(pair.client.request(Data{9, filled(1)}).code() == Errc::malformed);
  CHECK(pair.client.request(Data{10, filled(1)}));
}

TEST_CASE("Data with a gap, an overlap or past the end are refused") {
  for (const std::uint64_t offset : {0ul, 9ul, 11ul}) {
    Pair pair = Pair::after(scripts().at(3).lines, 4);
    CHECK(pair.server.received(encode(Request(Data{offset, filled(1)})).value()).code() == Errc::malformed);
  }
  const auto fetch = scripts().at(8).lines;
  for (const Data& wrong : {Data{3, filled(1)}, Data{5, filled(1)}}) {
    Pair pair = Pair::after(fetch, 4);
    CHECK(pair.server.reply(wrong).code() == Errc::malformed);
    CHECK(pair.client.answer(encode(Response(wrong)).value()).code() == Errc::malformed);
  }
  Pair pair = Pair::after(fetch, 5);
  CHECK(pair.client.answer(encode(Response(Data{max_chunk + 4, filled(3)})).value()).code() == Errc::malformed);
}

TEST_CASE("Data past the credit are refused by their header, and a client does not send them") {
  Pair pair = Pair::after(scripts().at(3).lines, 4);  // after Resume: from 10, until 15 + max_chunk
  CHECK(pair.client.request(Data{10, filled(max_chunk)}));
  CHECK(pair.server.admits({FrameType::upload, 8 + max_chunk}));
  pair = Pair::after(scripts().at(3).lines, 6);  // 5 bytes later
  CHECK(pair.client.request(Data{15, filled(max_chunk)}));
  pair = Pair::after(scripts().at(3).lines, 8);  // all used up, and 5 bytes more are told
  CHECK(pair.client.credit_end() == 20 + max_chunk);
  CHECK(pair.client.request(Data{15 + max_chunk, filled(6)}).code() == Errc::out_of_turn);
  CHECK(pair.server.admits({FrameType::upload, 8 + 5}));
  CHECK(pair.server.admits({FrameType::upload, 8 + 6}).code() == Errc::out_of_turn);
  CHECK(pair.server.received(encode(Request(Data{15 + max_chunk, filled(6)})).value()).code() == Errc::out_of_turn);
  CHECK(pair.server.closed());
}

TEST_CASE("credit never shrinks, at either end") {
  for (const std::uint64_t until : {1ul, 15 + max_chunk}) {
    Pair pair = Pair::after(scripts().at(3).lines, 5);  // Data were sent
    CHECK(pair.server.reply(More{until}).code() == Errc::malformed);
    CHECK(pair.client.answer(encode(Response(More{until})).value()).code() == Errc::malformed);
    CHECK(pair.client.closed());
  }
}

TEST_CASE("Data under way when an upload fails are thrown away until the next request") {
  Pair pair = Pair::after(scripts().at(5).lines, 6);  // Failure of the upload
  const auto late = pair.server.received(encode(Request(Data{5, filled(5)})).value());
  REQUIRE(late);
  CHECK_FALSE(late->has_value());
  CHECK(pair.server.received(encode(Request(List{0})).value()));
  REQUIRE(pair.server.reply(Failure{Errc::refused}));
  CHECK(pair.server.received(encode(Request(Data{10, filled(5)})).value()).code() == Errc::out_of_turn);
}

TEST_CASE("answers that do not fit what was asked are refused at both ends") {
  struct Case {
    Request asked;
    Response wrong;
  };
  for (const Case& c : {Case{submit(2), Submitted{{{std::nullopt, filled(1)}}}},
                        Case{Prove{{id<StatementHash>(1)}, 0}, Proofs{{{}, {}}, {}}}, Case{List{5}, Entries{{entry(4)}, false, {}}}, Case{Fetch{object, 6}, Content{5}}}) {
    Pair pair = Pair::after(scripts().at(1).lines, 2);
    pair.say(c.asked);
    CHECK(pair.server.reply(c.wrong).code() == Errc::malformed);
    CHECK(pair.client.answer(encode(c.wrong).value()).code() == Errc::malformed);
  }
  Pair pair = Pair::after(scripts().at(3).lines, 5);
  CHECK(pair.server.reply(Kept{id<ObjectId>(1)}).code() == Errc::malformed);
  CHECK(pair.client.answer(encode(Response(Kept{id<ObjectId>(1)})).value()).code() == Errc::malformed);
}

TEST_CASE("a failure of the server's own does not travel under its name") {
  Pair pair = Pair::after(scripts().at(1).lines, 2);
  pair.say(Request(List{0}));
  const auto frame = pair.server.reply(Failure{Errc::io_error});
  CHECK(std::get<Failure>(pair.client.answer(frame.value()).value()).code == Errc::internal);
  pair.say(Request(submit(1)));
  const auto submitted = pair.server.reply(Submitted{{{Errc::no_space, {}}}});
  CHECK(std::get<Submitted>(pair.client.answer(submitted.value()).value()).outcomes[0].failure == Errc::server_full);
}

TEST_CASE("a failure that ends the connection ends both dialogues") {
  for (const Errc code : {Errc::out_of_turn, Errc::frame_too_large, Errc::unknown_field, Errc::malformed}) {
    Pair pair = Pair::after(scripts().at(1).lines, 2);
    pair.say(Request(List{0}));
    pair.say(Response(Failure{code}));
    CHECK(pair.client.closed());
    CHECK(pair.server.closed());
  }
}

TEST_CASE("versions: the highest that both know, and no other") {
  struct Case {
    std::uint16_t min, max;
    std::optional<std::uint16_t> chosen;
  };
  for (const Case& c : {Case{1, 1, 1}, Case{1, 9, 1}, Case{2, 9, std::nullopt}}) {
    Hello hello = script::hello();
    hello.min_version = c.min;
    hello.max_version = c.max;
    ServerDialogue server;
    REQUIRE(server.received(encode(Request(hello)).value()));
    CHECK(server.version() == c.chosen);
  }
  for (const auto& [min, max] : {std::pair<std::uint16_t, std::uint16_t>{0, 1}, {2, 1}}) {
    Hello hello = script::hello();
    hello.min_version = min;
    hello.max_version = max;
    CHECK(encode(Request(hello)).code() == Errc::malformed);
  }
  ClientDialogue client;
  REQUIRE(client.request(hello()));
  Welcome later = welcome();
  later.version = 2;
  CHECK(client.answer(encode(Response(later)).value()).code() == Errc::unsupported_version);
}

TEST_CASE("Hello's signature holds for its channel, pin, case and versions only") {
  const auto channel = id<ChannelBinding>(1);
  const auto pin = id<TlsPin>(2);
  const Hello good = sign_hello(id<Fingerprint>(3), key(4), channel, pin, std::nullopt, 0);
  CHECK(verify_hello(good, channel, pin));
  CHECK(verify_hello(good, id<ChannelBinding>(9), pin).code() == Errc::bad_signature);
  CHECK(verify_hello(good, channel, id<TlsPin>(9)).code() == Errc::bad_signature);
  Hello changed = good;
  changed.case_id = id<Fingerprint>(9);
  CHECK(verify_hello(changed, channel, pin).code() == Errc::bad_signature);
  changed = good;
  changed.max_version = 2;
  CHECK(verify_hello(changed, channel, pin).code() == Errc::bad_signature);
  changed = good;
  changed.member = key(9).public_key();
  CHECK(verify_hello(changed, channel, pin).code() == Errc::bad_signature);
}
