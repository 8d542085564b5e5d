// SPDX-License-Identifier: GPL-3.0-or-later
// What the server shows by HTTP beside its members' listener: the log, and figures for the operator.
#pragma once

#include "sync-server/anchor/anchoring.hpp"
#include "sync-server/daemon/http_thread.hpp"
#include "sync-server/net/listener.hpp"
#include "sync-server/store/custody.hpp"
#include "sync-server/store/data_folder.hpp"

namespace dokaz::server {

/// docs/protocol.md section 9. Binds; serves nothing yet. As HttpServer::open and load_policy.
Result<HttpThread> open_publication(const std::string& address, const DataFolder& folder, const PublicKey& log);

/// Prometheus' text format at /metrics: counts and ages only, no names, ids or cases. usage also for an address that
/// is not a loopback one. What is shown must outlive it.
Result<HttpThread> open_metrics(const std::string& address, const DataFolder& folder, const Custody& custody,
                                const Listener& listener, const Anchoring& anchoring);

}  // namespace dokaz::server
