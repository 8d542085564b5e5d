// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/format/parcel_text.hpp"

#include <algorithm>

#include "proto/format/object.hpp"

namespace dokaz::parcel_text {

Result<std::string> read_text(const Readable& plaintext, std::size_t most) {
  constexpr std::size_t piece = std::size_t{64} << 10;
  std::string text;
  while (true) {
    const std::uint64_t left = std::min<std::uint64_t>(plaintext.size(), most) - text.size();
    if (left == 0) return fail(Errc::malformed, "the text does not end");
    DOKAZ_LET(more, plaintext.bytes(text.size(), std::min<std::uint64_t>(piece, left)));
    const std::size_t from = text.empty() ? 0 : text.size() - 1;
    text += text_of(more);
    if (const std::size_t end = text.find("\n\n", from); end != std::string::npos) {
      text.resize(end + 1);
      return text;
    }
  }
}

Status check_padding(const Readable& plaintext, std::uint64_t end) {
  if (end > plaintext.size() || plaintext.size() != padme(end)) return fail(Errc::malformed, "length of the parcel");
  constexpr std::size_t piece = std::size_t{64} << 10;
  Bytes room(piece);
  for (std::uint64_t at = end; at < plaintext.size();) {
    const auto part =
        std::span(room).first(static_cast<std::size_t>(std::min<std::uint64_t>(piece, plaintext.size() - at)));
    DOKAZ_TRY(plaintext.read(part, at));
    if (!std::all_of(part.begin(), part.end(), [](Byte b) { return b == 0; }))
      return fail(Errc::malformed, "padding of the parcel");
    at += part.size();
  }
  return {};
}

Result<Bytes> read_base64(LineReader& lines, std::string_view key) {
  DOKAZ_LET(text, lines.value(key));
  return from_base64(text);
}

std::string format_seen(const Seen& seen) {
  return seen.size == 0 ? std::string("0 -") : std::to_string(seen.size) + ' ' + base64(seen.root.view());
}

Result<Seen> parse_seen(std::string_view text) {
  if (text == "0 -") return Seen{};
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return fail(Errc::malformed, "seen");
  DOKAZ_LET(size, from_decimal(text.substr(0, space)));
  if (size == 0) return fail(Errc::malformed, "seen");
  DOKAZ_LET(root, id_from_base64<TreeHash>(text.substr(space + 1)));
  return Seen{size, root};
}

void write_rotations(std::string& to, const std::vector<Rotation>& rotations) {
  for (const Rotation& each : rotations)
    to += "rotation " + base64(each.statement) + ' ' + base64(each.signature.view()) + '\n';
}

Result<std::vector<Rotation>> read_rotations(LineReader& lines) {
  std::vector<Rotation> out;
  while (lines.next_is("rotation")) {
    if (out.size() == max_shown_rotations) return fail(Errc::malformed, "number of key-rotates");
    DOKAZ_LET(fields, lines.fields<2>("rotation"));
    DOKAZ_LET(statement, from_base64(fields[0]));
    DOKAZ_LET(signature, id_from_base64<Signature>(fields[1]));
    out.push_back({std::move(statement), signature});
  }
  return out;
}

}  // namespace dokaz::parcel_text
