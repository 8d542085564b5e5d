// SPDX-License-Identifier: GPL-3.0-or-later
// An HTTP server on loopback in a thread, and a client that sends exactly what a test says.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <memory>
#include <thread>

#include "crypto/encoding.hpp"
#include "sync-server/publish/http_server.hpp"

namespace dokaz::server::test {

class HttpRunning {
 public:
  explicit HttpRunning(Answerer answerer, HttpLimits limits = {})
      : server_(HttpServer::open("127.0.0.1:0", std::move(answerer), limits).value()),
        thread_([this] { ended = server_.run().has_value(); }) {}
  ~HttpRunning() { stop(); }
  void stop() {
    server_.stop();
    if (thread_.joinable()) thread_.join();
  }
  std::uint16_t port() const { return server_.port(); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port()); }
  bool ended = false;

 private:
  HttpServer server_;
  std::thread thread_;
};

struct HttpReply {
  unsigned status = 0;  // 0: the connection ended before a whole answer
  std::string head;     // header lines
  std::string body;
};

/// One connection. Its reads end after 20 s at the latest, so that a test fails rather than hangs.
class HttpTalk {
 public:
  explicit HttpTalk(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{20, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
  }
  ~HttpTalk() { ::close(socket_); }
  HttpTalk(const HttpTalk&) = delete;
  HttpTalk& operator=(const HttpTalk&) = delete;

  void send(std::string_view text) const {
    (void)!::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);  // the peer may have closed: the read tells
  }
  HttpReply ask(const std::string& path, const std::string& more = "", const std::string& method = "GET") {
    send(method + " " + path + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n");
    return read(method == "HEAD");
  }
  HttpReply read(bool head_only = false) {
    HttpReply reply;
    std::size_t end = 0;
    while ((end = pending_.find("\r\n\r\n")) == std::string::npos)
      if (!more()) return reply;
    reply.head = pending_.substr(0, end + 2);
    pending_.erase(0, end + 4);
    const std::size_t at = reply.head.find("Content-Length: ");
    REQUIRE(at != std::string::npos);
    const std::size_t length = std::stoul(reply.head.substr(at + 16));
    while (!head_only && pending_.size() < length)
      if (!more()) return reply;
    if (!head_only) {
      reply.body = pending_.substr(0, length);
      pending_.erase(0, length);
    }
    reply.status = static_cast<unsigned>(std::stoul(reply.head.substr(9, 3)));
    return reply;
  }
  /// Waits for the server to close, and for nothing else to come before.
  bool closed() { return pending_.empty() && !more() && pending_.empty(); }

 private:
  bool more() {
    char buffer[16384];
    const ssize_t got = ::recv(socket_, buffer, sizeof buffer, 0);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) FAIL("the server neither answered nor closed");
    if (got <= 0) return false;
    pending_.append(buffer, static_cast<std::size_t>(got));
    return true;
  }
  int socket_;
  std::string pending_;
};

}  // namespace dokaz::server::test
