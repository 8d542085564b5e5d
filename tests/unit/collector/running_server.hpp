// SPDX-License-Identifier: GPL-3.0-or-later
// A real server on a free port of this machine, for as long as the object lives.
#pragma once

#include <filesystem>
#include <thread>

#include "sync-server/net/listener.hpp"
#include "tests/unit/collector/case_fixture.hpp"

namespace dokaz::test {

/// Serves a data folder from its construction to its end.
class RunningServer {
 public:
  explicit RunningServer(const std::filesystem::path& folder)
      : custody_(server::Custody::open(folder, [] { return noon.unix_seconds; }).value()),
        listener_(
            server::Listener::open("127.0.0.1:0", custody_.tls_certificate(), custody_.tls_key(), custody_)
                .value()),
        thread_([this] { static_cast<void>(listener_.run().has_value()); }) {}
  ~RunningServer() {
    listener_.stop();
    thread_.join();
  }
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;
  std::uint16_t port() const { return listener_.port(); }
  /// Only what any thread may call.
  server::Custody& custody() { return custody_; }
  /// Entries in its log.
  std::uint64_t custody_size() const { return custody_.checkpoint().head.size; }

 private:
  server::Custody custody_;
  server::Listener listener_;
  std::thread thread_;
};

}  // namespace dokaz::test
