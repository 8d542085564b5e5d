// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/format/server_policy.hpp"

#include <algorithm>

#include "proto/format/line_reader.hpp"

namespace dokaz {
namespace {

bool is_witness_url(std::string_view url) {
  if (url.size() > max_witness_url || url.back() == '/' || url.find_first_of("?#") != url.npos) return false;
  if (!std::all_of(url.begin(), url.end(), is_printable)) return false;
  for (const std::string_view scheme : {"https://", "http://"})
    if (url.starts_with(scheme)) return url.size() > scheme.size();
  return false;
}

}  // namespace

Result<ServerPolicy> ServerPolicy::parse(ByteView bytes) {
  if (bytes.size() > max_server_policy_size) return Errc::malformed;
  // Line by line, so that what is left is exactly a policy and is read by its one reader.
  std::string plain;
  std::vector<std::pair<std::string, std::string>> found;  // name, URL
  std::string_view rest = text_of(bytes);
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return fail(Errc::malformed, "no line feed at the end");
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    if (line.starts_with("witness ")) {
      DOKAZ_LET(fields, split_fields(line));
      if (fields.size() == 4) {
        if (!is_witness_url(fields[3])) return fail(Errc::malformed, "address of a witness");
        found.emplace_back(fields[1], fields[3]);
        line.remove_suffix(fields[3].size() + 1);
      }
    }
    plain += line;
    plain += '\n';
  }
  DOKAZ_LET(policy, Policy::parse(bytes_of(plain)));
  std::vector<Place> places;
  for (auto& [name, url] : found) {
    const auto witness = std::find_if(policy.witnesses().begin(), policy.witnesses().end(),
                                      [&, &wanted = name](const Witness& one) { return one.name == wanted; });
    DOKAZ_CHECK(witness != policy.witnesses().end());
    places.push_back({*witness, std::move(url)});
  }
  return ServerPolicy{std::move(policy), std::move(places)};
}

}  // namespace dokaz
