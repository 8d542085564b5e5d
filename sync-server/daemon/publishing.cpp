// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/daemon/publishing.hpp"

#include "console/console.hpp"
#include "sync-server/publish/metrics.hpp"
#include "sync-server/publish/publication.hpp"

namespace dokaz::server {
namespace {

Ages ages_of_authorities(const Anchoring& anchoring, std::int64_t now) {
  Ages out;
  for (const AuthorityCounts& each : anchoring.counts()) {
    out.emplace_back();
    if (each.newest.unix_time > 0) out.back() = std::max<std::int64_t>(0, now - each.newest.unix_time);
  }
  return out;
}

}  // namespace

Result<HttpThread> open_publication(const std::string& address, const DataFolder& folder, const PublicKey& log) {
  DOKAZ_LET(policy, load_policy(folder, log));
  const auto publication = std::make_shared<Publication>(folder.log(), folder.readers(), std::move(policy.policy));
  const Answerer answer = [publication](const Question& question) { return publication->answer(question); };
  DOKAZ_LET(server, HttpServer::open(address, answer));
  return HttpThread(std::move(server));
}

Result<HttpThread> open_metrics(const std::string& address, const DataFolder& folder, const Custody& custody,
                                const Listener& listener, const Anchoring& anchoring) {
  const Answerer answer = [folder, &custody, &listener, &anchoring](const Question& question) {
    Answer out;
    if (question.path == "/metrics") {
      out.type = "text/plain; version=0.0.4; charset=utf-8";
      const std::int64_t now = console::now();
      out.body = metrics({custody.counts(), listener.counts(), look_at(folder.root, now),
                          ages_of_witnesses(custody.policy().policy, folder.log(), now),
                          ages_of_authorities(anchoring, now)});
    } else {
      out.status = 404;
      out.body = to_bytes("not found\n");
    }
    return std::optional(std::move(out));
  };
  HttpLimits limits;
  limits.connections = 16;
  DOKAZ_LET(server, HttpServer::open(address, answer, limits, Reachable::from_this_machine));
  return HttpThread(std::move(server));
}

}  // namespace dokaz::server
