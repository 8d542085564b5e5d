// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/anchor/authority_list.hpp"

#include "sync-server/outward/http_client.hpp"

namespace dokaz::server {
namespace {

Result<Authority> load(const Path& data, const TimeAuthority& asked) {
  DOKAZ_TRY(check_url(asked.url, PlainHttp::anywhere));
  DOKAZ_LET(pem, read_file(data / asked.ca_file, max_anchor_file, Links::follow));  // an absolute path stays as it is
  DOKAZ_LET(trust, TimeTrust::parse(pem));
  return Authority{asked, std::move(trust)};
}

}  // namespace

Result<std::vector<Authority>> load_authorities(const Path& data) {
  const auto text = read_file(data / "authorities", max_authorities_file, Links::follow);
  if (!text && text.code() == Errc::not_found) return std::vector<Authority>();
  if (!text) return text.error();
  DOKAZ_LET(all, read_authorities(*text));
  std::vector<Authority> out;
  for (const TimeAuthority& asked : all) {
    auto authority = load(data, asked);
    if (!authority)
      return fail(authority.code(), "authority " + std::to_string(out.size() + 1) + ": " + authority.error().detail);
    out.push_back(std::move(authority).value());
  }
  return out;
}

}  // namespace dokaz::server
