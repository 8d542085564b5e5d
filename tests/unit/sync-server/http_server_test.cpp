// SPDX-License-Identifier: GPL-3.0-or-later
// The HTTP server against those who do not keep to the rules.
#include "http_talk.hpp"

#include <atomic>
#include <list>

namespace dokaz::server {
namespace {

using namespace std::chrono_literals;
using test::HttpRunning;
using test::HttpTalk;

/// Says what it was asked.
std::optional<Answer> echo(const Question& question) {
  Answer answer;
  answer.body = to_bytes(std::string(question.path) + "|" + std::string(question.bearer.value_or("-")));
  return answer;
}

}  // namespace

TEST_CASE("a connection is kept, and HEAD is GET without the body") {
  HttpRunning server(echo);
  HttpTalk talk(server.port());
  CHECK(talk.ask("/a").body == "/a|-");
  CHECK(talk.ask("/b", "Authorization: Bearer x y\r\n").body == "/b|x y");
  const auto head = talk.ask("/abc", "", "HEAD");
  CHECK(head.status == 200);
  CHECK(head.head.find("Content-Length: 6\r\n") != std::string::npos);
  CHECK(talk.ask("/c", "Authorization: Basic eHg=\r\n").body == "/c|-");
  CHECK(talk.ask("/d", "Connection: close\r\n").status == 200);
  CHECK(talk.closed());
}

TEST_CASE("requests that come together are answered in their order") {
  HttpRunning server(echo);
  HttpTalk talk(server.port());
  talk.send("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n");
  CHECK(talk.read().body == "/1|-");
  CHECK(talk.read().body == "/2|-");
}

TEST_CASE("an answer names neither the server nor the time") {
  HttpRunning server(echo);
  HttpTalk talk(server.port());
  const std::string head = talk.ask("/").head;
  CHECK(head.find("Server:") == std::string::npos);
  CHECK(head.find("Date:") == std::string::npos);
}

TEST_CASE("only GET and HEAD are answered, and no body is read") {
  HttpRunning server(echo);
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT"}) {
    HttpTalk talk(server.port());
    CHECK(talk.ask("/", "", method).status == 405);
  }
  for (const char* more : {"Content-Length: 1\r\n", "Transfer-Encoding: chunked\r\n"}) {
    HttpTalk talk(server.port());
    const auto reply = talk.ask("/", more);
    CHECK(reply.status == 413);
    CHECK(talk.closed());  // what follows is a body, never a request
  }
}

TEST_CASE("what is not HTTP is refused and closed") {
  HttpRunning server(echo);
  for (const char* text : {"\x16\x03\x01\x02\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\n: x\r\n\r\n",
                           "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"}) {
    HttpTalk talk(server.port());
    talk.send(text);
    CHECK(talk.read().status == 400);
    CHECK(talk.closed());
  }
}

TEST_CASE("a head over its cap is refused while it comes") {
  HttpRunning server(echo);
  HttpTalk talk(server.port());
  talk.send("GET / HTTP/1.1\r\nX: " + std::string(9'000, 'x'));  // never ends
  CHECK(talk.read().status == 431);
  CHECK(talk.closed());
}

TEST_CASE("who sends nothing, or too slowly, is closed at the deadline") {
  HttpLimits limits;
  limits.request = 2'000ms;  // long enough for a whole request on a busy machine
  HttpRunning server(echo, limits);
  HttpTalk silent(server.port());
  HttpTalk half(server.port());
  half.send("GET / HTT");
  HttpTalk idle(server.port());
  CHECK(idle.ask("/").status == 200);
  CHECK(silent.closed());
  CHECK(half.closed());
  CHECK(idle.closed());
}

TEST_CASE("who does not take the answer is closed at the deadline") {
  HttpLimits limits;
  limits.answer = 1'000ms;
  limits.request = 3'000ms;
  std::atomic<int> asked = 0;
  HttpRunning server(
      [&](const Question&) {
        ++asked;
        Answer answer;
        answer.body = Bytes(1 << 26);
        return std::optional(std::move(answer));
      },
      limits);
  HttpTalk talk(server.port());
  talk.send("GET / HTTP/1.1\r\n\r\n");
  while (asked == 0) std::this_thread::yield();
  HttpTalk other(server.port());
  other.send("x\r\n\r\n");
  CHECK(other.read().status == 400);  // served meanwhile
  HttpTalk later(server.port());
  CHECK(later.closed());           // its deadline came after that of the answer
  CHECK(talk.read().status == 0);  // cut before its end
}

TEST_CASE("of too many connections the one whose last request is longest ago makes room") {
  HttpLimits limits;
  limits.connections = 3;
  HttpRunning server(echo, limits);
  HttpTalk good(server.port());
  CHECK(good.ask("/").status == 200);
  std::list<HttpTalk> crowd;
  for (int i = 0; i < 20; ++i) {
    crowd.emplace_back(server.port());
    crowd.back().send("G");
    CHECK(good.ask("/still").status == 200);
  }
  std::size_t closed = 0;
  for (auto each = crowd.begin(); closed < 18; ++each, ++closed) CHECK(each->closed());
  crowd.back().send("ET /last HTTP/1.1\r\n\r\n");
  CHECK(crowd.back().read().status == 200);
}

TEST_CASE("work in steps goes on beside other connections") {
  std::atomic<int> steps = 0;
  std::atomic<bool> go_on = false;
  HttpRunning server([&](const Question& question) -> std::optional<Answer> {
    if (question.path == "/long" && !(++steps > 3 && go_on)) return std::nullopt;
    return echo(question);
  });
  HttpTalk slow(server.port());
  slow.send("GET /long HTTP/1.1\r\n\r\n");
  while (steps == 0) std::this_thread::yield();
  HttpTalk quick(server.port());
  CHECK(quick.ask("/quick").body == "/quick|-");
  go_on = true;
  CHECK(slow.read().body == "/long|-");
}

TEST_CASE("stopping closes every connection and ends the thread") {
  HttpRunning server(echo);
  HttpTalk talk(server.port());
  CHECK(talk.ask("/").status == 200);
  server.stop();
  CHECK(talk.closed());
  CHECK(server.ended);
}

TEST_CASE("an HTTP server listens on an address that is written as one") {
  for (const char* address : {"", "8080", ":8080", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "localhost:0", "::1:0", "[127.0.0.1]:0"})
    CHECK(HttpServer::open(address, echo).code() == Errc::usage);
  const auto first = HttpServer::open("127.0.0.1:0", echo);
  REQUIRE(first);
  CHECK(HttpServer::open("127.0.0.1:" + std::to_string(first->port()), echo).code() == Errc::busy);
  CHECK(HttpServer::open("192.0.2.1:0", echo).code() == Errc::io_error);
}

}  // namespace dokaz::server
