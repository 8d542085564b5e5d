// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/daemon/publishing.hpp"

namespace dokaz::server {
Result<Publishing> Publishing::open(const std::string& address, const DataFolder& folder, const PublicKey& log) {
  DOKAZ_LET(policy, load_policy(folder, log));
  auto publication = std::make_unique<Publication>(folder.log(), folder.readers(), std::move(policy.policy));
  const auto answer = [it = publication.get()](const Question& question) { return it->answer(question); };
  DOKAZ_LET(server, HttpServer::open(address, answer));
  return Publishing(std::move(publication), std::make_unique<HttpServer>(std::move(server)));
}

Publishing::~Publishing() {
  if (!thread_.joinable()) return;
  server_->stop();
  thread_.join();
}

void Publishing::start() {
  // A failure of the whole loop (no memory) ends publishing and nothing else: the log grows on.
  thread_ = std::thread([server = server_.get()] { (void)server->run().has_value(); });
}

}  // namespace dokaz::server
