// SPDX-License-Identifier: GPL-3.0-or-later
// The only way out: small requests to the witnesses and time-stamp authorities that the operator named.
// Nothing is followed, kept or told that was not asked for: no redirects, no cookies, no proxy of the
// environment, no name of this program.
#pragma once

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz::server {

/// What holds for every call of one client.
struct HttpSettings {
  std::chrono::milliseconds connect{5'000};       // to have a connection, TLS included
  std::chrono::milliseconds total{15'000};        // from the call to the whole answer
  std::size_t max_body = 65'536;                  // bytes of an answer; ask for what the protocol can need
  std::filesystem::path more_authorities;         // PEM, trusted beside the system's; empty for none
  std::string proxy;                              // "socks5h://host:port", also for names; empty for none
};

enum class HttpMethod { get, post };
/// https is always allowed, and http to a loopback address; http to anywhere where it is asked for, as for
/// time-stamp authorities, whose answers are signed.
enum class PlainHttp { loopback_only, anywhere };

struct HttpRequest {
  HttpMethod method = HttpMethod::get;
  std::string url;
  std::string content_type = {};  // of the body; post only
  Bytes body = {};                // post only
  PlainHttp plain = PlainHttp::loopback_only;
};

/// Whatever the status is, also 3xx: what it means is for the caller to say.
struct HttpResponse {
  int status = 0;
  std::string content_type;  // as sent; empty where there is none
  Bytes body;
};

/// `usage` unless `call` would try this address: an absolute http or https URL of at most 2,048 printable
/// characters, without user, password and fragment; http as `plain` allows.
Status check_url(std::string_view url, PlainHttp plain);

/// Any thread; several calls at a time. A loopback address is reached without the proxy.
///
/// usage (the URL, or settings that cannot be used), unreachable (name, route, port, proxy, or a certificate
/// that no authority vouches for), timed_out, connection_lost, frame_too_large (headers over 64 KiB, or a
/// body over the cap), malformed (not HTTP), interrupted (`stop` was requested). No detail names the URL.
class HttpClient {
 public:
  explicit HttpClient(HttpSettings settings) : settings_(std::move(settings)) {}

  Result<HttpResponse> call(const HttpRequest& request, std::stop_token stop = {}) const;
  /// All at the same time; one answer a request, in their order.
  std::vector<Result<HttpResponse>> call_all(const std::vector<HttpRequest>& requests,
                                             std::stop_token stop = {}) const;

 private:
  HttpSettings settings_;
};

}  // namespace dokaz::server
