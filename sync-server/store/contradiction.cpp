// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/store/contradiction.hpp"

#include "proto/format/line_reader.hpp"
#include "proto/format/time.hpp"

namespace dokaz::server {
namespace {

constexpr std::string_view header = "dokaz-contradicted/v1";
constexpr std::size_t max_mark = 1 << 16;

Path mark(const Path& folder) { return folder / "contradicted"; }

}  // namespace

bool is_contradicted(const Path& folder) {
  std::error_code unclear;
  return std::filesystem::exists(mark(folder), unclear);
}

Status mark_contradicted(const Path& folder, const Contradiction& found) {
  std::string text = std::string(header) + "\ntime " + format_time({found.time, false}) + "\n";
  for (const std::string& witness : found.witnesses) text += "witness " + witness + "\n";
  Status made = create_file_durably(mark(folder), bytes_of(text));
  return !made && made.code() == Errc::already_exists ? Status() : made;
}

Result<Contradiction> read_contradiction(const Path& folder) {
  DOKAZ_LET(bytes, read_file(mark(folder), max_mark));
  DOKAZ_LET(lines, LineReader::open(bytes, max_mark, header));
  DOKAZ_LET(time_text, lines.value("time"));
  DOKAZ_LET(time, parse_time(time_text));
  Contradiction out{time.unix_seconds, {}};
  while (lines.next_is("witness")) {
    DOKAZ_LET(name, lines.value("witness"));
    out.witnesses.emplace_back(name);
  }
  DOKAZ_TRY(lines.end());
  return out;
}

Status forget_contradiction(const Path& folder) { return remove_file_durably(mark(folder)); }

}  // namespace dokaz::server
