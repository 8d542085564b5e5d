// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/anchor/stamper.hpp"

#include <algorithm>

#include "crypto/secret.hpp"

namespace dokaz::server {
namespace {

constexpr std::size_t largest_list = std::size_t{1} << 20;  // as it comes
constexpr std::size_t most_lists = 8;                       // of one anchor

HttpSettings with_cap(HttpSettings settings, std::size_t cap) {
  settings.max_body = cap;
  return settings;
}

}  // namespace

Stamper::Stamper(AnchorFolder folder, WriteGuard guard, HttpSettings http)
    : folder_(std::move(folder)),
      guard_(std::move(guard)),
      to_authority_(with_cap(http, max_anchor_file)),
      to_lists_(with_cap(http, largest_list)) {}

Result<TimeResponse> Stamper::ask(const std::string& url, Bytes request, const std::stop_token& stop) const {
  const HttpRequest call{HttpMethod::post, url, "application/timestamp-query", std::move(request), PlainHttp::anywhere};
  DOKAZ_LET(answer, to_authority_.call(call, stop));
  constexpr int ok = 200;
  if (answer.status != ok) return fail(Errc::bad_anchor, "HTTP status " + std::to_string(answer.status));
  return TimeResponse::parse(answer.body);
}

/// A list that cannot be had does not stop the anchor: the time is what is proved, and the next anchor brings it.
Stamper::Lists Stamper::fetch_lists(const std::vector<std::string>& urls, const std::stop_token& stop) const {
  Lists out;
  std::vector<std::string> asked;
  for (const std::string& url : urls) {
    if (std::ranges::find(asked, url) != asked.end()) continue;
    asked.push_back(url);
    if (asked.size() > most_lists || !check_url(url, PlainHttp::anywhere)) {
      out.some_missing = true;
      continue;
    }
    const HttpRequest call{HttpMethod::get, url, {}, {}, PlainHttp::anywhere};
    const auto answer = to_lists_.call(call, stop);
    constexpr int ok = 200;
    const auto pem = answer && answer->status == ok ? read_revocation_list(answer->body) : Result<Bytes>(Errc::not_found);
    if (pem && out.pem.size() + pem->size() <= max_revocation_file) append(out.pem, *pem);
    else out.some_missing = true;
  }
  return out;
}

Result<Stamper::Stamp> Stamper::stamp(const Authority& authority, const Checkpoint& checkpoint,
                                      const std::stop_token& stop) {
  DOKAZ_LET(bytes, folder_.to_stamp(checkpoint));
  const auto nonce = random_id<TimeNonce>();
  DOKAZ_LET(response, ask(authority.asked.url, write_time_request(bytes, nonce), stop));
  DOKAZ_LET(first, authority.trust.check(response, bytes, {}, nonce));
  Lists lists = fetch_lists(first->list_urls, stop);
  // Once more, with all that will be kept: a token of a revoked certificate is not kept.
  const AnchorParts parts{first->chain, std::move(lists.pem)};
  DOKAZ_LET(proved, authority.trust.check(response, bytes, parts, nonce));
  DOKAZ_TRY(guard_([&] {
    return folder_.keep(checkpoint.head.size, bytes, authority.asked.name, {response.bytes(), parts});
  }));
  return Stamp{*proved, lists.some_missing};
}

}  // namespace dokaz::server
