// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/verify/consistency.hpp"

#include "proto/format/line_reader.hpp"

namespace dokaz {
namespace {

constexpr std::string_view header = "dokaz/consistency/v1";
constexpr std::size_t max_text = 8192;

Result<TreeHead> read_head(LineReader& lines, std::string_view key) {
  DOKAZ_LET(fields, lines.fields<2>(key));
  DOKAZ_LET(size, from_decimal(fields[0]));
  DOKAZ_LET(root, id_from_base64<TreeHash>(fields[1]));
  return TreeHead{size, root};
}

std::string line(std::string_view key, const TreeHead& head) {
  return std::string(key) + " " + std::to_string(head.size) + " " + base64(head.root.view()) + "\n";
}

}  // namespace

Result<Consistency> read_consistency(ByteView bytes) {
  DOKAZ_LET(lines, LineReader::open(bytes, max_text, header));
  DOKAZ_LET(from, read_head(lines, "from"));
  DOKAZ_LET(to, read_head(lines, "to"));
  Consistency out{from, to, {}};
  while (!lines.end()) {
    if (out.path.size() == max_consistency_path) return fail(Errc::malformed, "too long for a proof");
    DOKAZ_LET(text, lines.line());
    DOKAZ_LET(hash, id_from_base64<TreeHash>(text));
    out.path.push_back(hash);
  }
  return out;
}

Bytes write_consistency(const Consistency& consistency) {
  std::string text = std::string(header) + "\n" + line("from", consistency.from) + line("to", consistency.to);
  for (const TreeHash& hash : consistency.path) text += base64(hash.view()) + "\n";
  return to_bytes(text);
}

}  // namespace dokaz
