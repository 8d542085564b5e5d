// SPDX-License-Identifier: GPL-3.0-or-later
// The published log beside the server: docs/protocol.md section 9. On a thread of its own.
#pragma once

#include <memory>
#include <thread>

#include "sync-server/publish/http_server.hpp"
#include "sync-server/publish/publication.hpp"
#include "sync-server/store/data_folder.hpp"

namespace dokaz::server {

class Publishing {
 public:
  /// Binds; serves nothing yet. As HttpServer::open and load_policy.
  static Result<Publishing> open(const std::string& address, const DataFolder& folder, const PublicKey& log);
  Publishing(Publishing&&) noexcept = default;
  Publishing& operator=(Publishing&&) noexcept = delete;
  /// Stops and waits for the thread.
  ~Publishing();

  std::uint16_t port() const { return server_->port(); }
  /// Call once, when signals are held.
  void start();

 private:
  Publishing(std::unique_ptr<Publication> publication, std::unique_ptr<HttpServer> server)
      : publication_(std::move(publication)), server_(std::move(server)) {}

  std::unique_ptr<Publication> publication_;
  std::unique_ptr<HttpServer> server_;
  std::thread thread_;
};

}  // namespace dokaz::server
