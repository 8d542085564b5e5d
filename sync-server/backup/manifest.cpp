// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/backup/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/format/line_reader.hpp"
#include "proto/format/time.hpp"

namespace dokaz::server {
namespace {

/// Ten years of hourly anchors by four authorities are 1,140,000 files, a line of some 130 bytes for each.
constexpr std::size_t max_manifest = std::size_t{1} << 28;
constexpr std::string_view header = "dokaz-backup/v1";

}  // namespace

bool is_inner_path(std::string_view path) {
  if (path.empty() || path.back() == '/') return false;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    if (end == at || path[at] == '.') return false;
    at = end + 1;
  }
  return std::ranges::all_of(path, [](char c) { return c > ' ' && c <= '~'; });
}

std::string write_manifest(const Manifest& m) {
  std::string text = fmt::format(
      "{}\nlog {}\nnumber {}\nmade {}\nlog-size {}\nstatements {}\nobjects {} {}\nmissing {}\n", header, hex(m.log),
      m.number, format_time({m.made, false}), m.log_size, m.statements, m.objects, m.object_bytes, m.missing);
  for (const OwnFile& file : m.files) text += fmt::format("file {} {} {}\n", hex(file.hash), file.size, file.path);
  return text;
}

Result<Manifest> read_manifest(ByteView bytes) {
  DOKAZ_LET(lines, LineReader::open(bytes, max_manifest, header));
  const auto number = [&lines](std::string_view key) -> Result<std::uint64_t> {
    DOKAZ_LET(text, lines.value(key));
    return from_decimal(text);
  };
  DOKAZ_LET(log_text, lines.value("log"));
  DOKAZ_LET(log, key_from_hex(log_text));
  Manifest out{.log = log};
  DOKAZ_LET(n, number("number"));
  DOKAZ_LET(made_text, lines.value("made"));
  DOKAZ_LET(made, parse_time(made_text));
  DOKAZ_LET(log_size, number("log-size"));
  DOKAZ_LET(statements, number("statements"));
  DOKAZ_LET(counts, lines.fields<2>("objects"));
  DOKAZ_LET(objects, from_decimal(counts[0]));
  DOKAZ_LET(object_bytes, from_decimal(counts[1]));
  DOKAZ_LET(missing, number("missing"));
  if (n == 0 || log_size > statements) return fail(Errc::malformed, "the manifest");
  out.number = n;
  out.made = made.unix_seconds;
  out.log_size = log_size;
  out.statements = statements;
  out.objects = objects;
  out.object_bytes = object_bytes;
  out.missing = missing;
  while (lines.next_is("file")) {
    DOKAZ_LET(fields, lines.fields<3>("file"));
    DOKAZ_LET(hash, id_from_hex<Sha256>(fields[0]));
    DOKAZ_LET(size, from_decimal(fields[1]));
    const std::string path(fields[2]);
    if (!is_inner_path(path) || (!out.files.empty() && out.files.back().path >= path))
      return fail(Errc::malformed, "a path in the manifest");
    out.files.push_back({path, hash, size});
  }
  DOKAZ_TRY(lines.end());
  return out;
}

Result<Manifest> load_manifest(const BackupFolder& folder) {
  const auto bytes = read_file(folder.manifest(), max_manifest);
  if (bytes) return read_manifest(*bytes);
  if (bytes.code() != Errc::not_found) return bytes.error();
  std::error_code unclear;
  return fail(Errc::not_found, std::filesystem::exists(folder.unfinished(), unclear)
                                   ? "the only backup in this folder was cut before its end"
                                   : "there is no backup in this folder");
}

}  // namespace dokaz::server
