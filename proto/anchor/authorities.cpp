// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/anchor/authorities.hpp"

#include <algorithm>

#include "proto/format/line_reader.hpp"

namespace dokaz {
namespace {

constexpr std::uint64_t longest_interval = 31'536'000;

Result<TimeAuthority> read_authority(LineReader& lines) {
  DOKAZ_LET(fields, lines.fields<4>("authority"));
  const auto [name, every_text, url, ca_file] = fields;
  DOKAZ_LET(every, from_decimal(every_text));
  if (!is_authority_name(name)) return fail(Errc::malformed, "the name of an authority");
  if (every == 0 || every > longest_interval) return fail(Errc::malformed, "how often an authority is asked");
  if (!url.starts_with("http://") && !url.starts_with("https://"))
    return fail(Errc::malformed, "the address of an authority");
  return TimeAuthority{std::string(name), every, std::string(url), std::string(ca_file)};
}

}  // namespace

bool is_authority_name(std::string_view name) {
  constexpr std::size_t longest = 32;
  const auto is_good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !name.empty() && name.size() <= longest && name[0] != '-' && std::ranges::all_of(name, is_good);
}

Result<std::vector<TimeAuthority>> read_authorities(ByteView text) {
  DOKAZ_LET(lines, LineReader::open(text, max_authorities_file, "dokaz/authorities/v1"));
  std::vector<TimeAuthority> out;
  do {
    DOKAZ_LET(authority, read_authority(lines));
    if (std::ranges::any_of(out, [&](const auto& each) { return each.name == authority.name; }))
      return fail(Errc::malformed, "two authorities with one name");
    if (out.size() == max_authorities) return fail(Errc::malformed, "too many authorities");
    out.push_back(std::move(authority));
  } while (lines.next_is("authority"));
  DOKAZ_TRY(lines.end());
  return out;
}

}  // namespace dokaz
