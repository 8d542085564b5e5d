// SPDX-License-Identifier: GPL-3.0-or-later
// An HTTP server on a thread of its own, beside the members' listener.
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "sync-server/publish/http_server.hpp"

namespace dokaz::server {

class HttpThread {
 public:
  /// Bound; serves nothing before start.
  explicit HttpThread(HttpServer server) : server_(std::make_unique<HttpServer>(std::move(server))) {}
  HttpThread(HttpThread&&) noexcept = default;
  HttpThread& operator=(HttpThread&&) noexcept = delete;
  /// Stops and waits for the thread.
  ~HttpThread() {
    if (!thread_.joinable()) return;
    server_->stop();
    thread_.join();
  }

  std::uint16_t port() const { return server_->port(); }
  /// Call once, when signals are held. A failure of the whole loop (no memory) ends this and nothing else: the
  /// log grows on, and `ended` is called.
  void start(std::function<void()> ended) {
    thread_ = std::thread([server = server_.get(), ended = std::move(ended)] {
      if (!server->run()) ended();
    });
  }

 private:
  std::unique_ptr<HttpServer> server_;
  std::thread thread_;
};

}  // namespace dokaz::server
