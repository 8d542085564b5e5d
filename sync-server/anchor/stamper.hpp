// SPDX-License-Identifier: GPL-3.0-or-later
// One time stamp: asked for, checked against the configured roots, and only then kept. format.md section 16.
#pragma once

#include <functional>
#include <stop_token>

#include "sync-server/anchor/anchor_folder.hpp"
#include "sync-server/anchor/authority_list.hpp"
#include "sync-server/outward/http_client.hpp"

namespace dokaz::server {

/// Runs what writes, unless nothing may be written any more, as Custody::keep_beside does.
using WriteGuard = std::function<Status(const std::function<Status()>& write)>;

/// One thread.
class Stamper {
 public:
  /// Of `http` the caps on bodies are our own.
  Stamper(AnchorFolder folder, WriteGuard guard, HttpSettings http);

  struct Stamp {
    ProvedTime proved;
    bool lists_missing = false;  // of those that the certificates name, some could not be fetched
  };
  /// What HttpClient says; bad_anchor for every answer that does not hold, and with "HTTP status 503" in the detail
  /// for another status than 200; no_space and io_error of the folder, writes_stopped. After a failure nothing is left, except after
  /// io_error, where nothing more is written: the next start removes it.
  Result<Stamp> stamp(const Authority& authority, const Checkpoint& checkpoint, const std::stop_token& stop);

 private:
  struct Lists {
    Bytes pem;
    bool some_missing = false;
  };
  Result<TimeResponse> ask(const std::string& url, Bytes request, const std::stop_token& stop) const;
  Lists fetch_lists(const std::vector<std::string>& urls, const std::stop_token& stop) const;

  AnchorFolder folder_;
  WriteGuard guard_;
  HttpClient to_authority_;
  HttpClient to_lists_;
};

}  // namespace dokaz::server
