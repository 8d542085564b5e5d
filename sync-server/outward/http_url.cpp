// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/outward/http_url.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>

#include <memory>
#include <optional>

namespace dokaz::server {
namespace {

constexpr std::size_t max_url = 2'048;

struct UrlEnd {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using ParsedUrl = std::unique_ptr<CURLU, UrlEnd>;

std::optional<std::string> part_of(const ParsedUrl& url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, 0) != CURLUE_OK || !text) return std::nullopt;
  std::string part = text;
  curl_free(text);
  return part;
}

/// `host` as the library writes it, so that an address has one form: 127.1 has become 127.0.0.1.
bool names_loopback(std::string host) {
  if (host == "localhost") return true;
  in_addr v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  if (host.size() < 2 || host.front() != '[' || host.back() != ']') return false;
  host = host.substr(1, host.size() - 2);
  in6_addr v6{};
  return ::inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

}  // namespace

Result<HttpUrl> read_url(std::string_view url, PlainHttp plain) {
  if (url.empty() || url.size() > max_url) return fail(Errc::usage, "length of the URL");
  for (const char c : url)
    if (c <= ' ' || c > '~') return fail(Errc::usage, "character in the URL");
  // The library would let a URL without one have a scheme of its choice.
  if (!url.starts_with("https://") && !url.starts_with("http://")) return fail(Errc::usage, "scheme of the URL");
  const ParsedUrl parsed(curl_url());
  if (!parsed) return Errc::internal;
  if (curl_url_set(parsed.get(), CURLUPART_URL, std::string(url).c_str(), 0) != CURLUE_OK)
    return fail(Errc::usage, "form of the URL");
  for (const CURLUPart unwanted : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_FRAGMENT, CURLUPART_ZONEID})
    if (part_of(parsed, unwanted)) return fail(Errc::usage, "part of the URL");
  const auto host = part_of(parsed, CURLUPART_HOST);
  if (!host || host->empty()) return fail(Errc::usage, "host of the URL");
  const HttpUrl found{names_loopback(*host)};
  if (url.starts_with("http://") && plain == PlainHttp::loopback_only && !found.is_loopback)
    return fail(Errc::usage, "http without TLS");
  return found;
}

Status check_url(std::string_view url, PlainHttp plain) {
  DOKAZ_LET(found, read_url(url, plain));
  static_cast<void>(found);
  return {};
}

}  // namespace dokaz::server
