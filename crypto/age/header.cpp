// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/age/header.hpp"

#include "crypto/encoding.hpp"

namespace dokaz::age {
namespace {

constexpr std::string_view stanza_start = "-> ";
constexpr std::string_view end_mark = "---";
constexpr std::size_t columns = 64;

Error bad(const char* what) { return fail(Errc::age_header, what); }

/// The next line without its line feed.
Result<std::string_view> take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return bad("line");
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

Result<Bytes> unpadded(std::string_view text, const char* what) {
  auto bytes = from_base64_unpadded(text);
  if (!bytes) return bad(what);
  return bytes;
}

Result<std::vector<std::string>> parse_arguments(std::string_view line) {
  std::vector<std::string> arguments;
  for (std::size_t start = 0;;) {
    const std::size_t end = std::min(line.find(' ', start), line.size());
    const std::string_view argument = line.substr(start, end - start);
    if (argument.empty()) return bad("empty argument");
    for (char c : argument)
      if (c < 33 || c > 126) return bad("argument character");
    arguments.emplace_back(argument);
    if (end == line.size()) return arguments;
    start = end + 1;
  }
}

Result<Stanza> parse_stanza(std::string_view first_line, std::string_view& rest) {
  if (!first_line.starts_with(stanza_start)) return bad("stanza");
  DOKAZ_LET(arguments, parse_arguments(first_line.substr(stanza_start.size())));
  Stanza stanza{std::move(arguments), {}};
  for (;;) {
    DOKAZ_LET(line, take_line(rest));
    if (line.size() > columns) return bad("long line");
    DOKAZ_LET(bytes, unpadded(line, "body"));
    append(stanza.body, bytes);
    if (line.size() < columns) return stanza;
  }
}

HmacTag tag_of(ByteView authenticated, const FileKey& key) {
  const auto mac_key = key.reveal([](ByteView bytes) { return hkdf_sha256(bytes, {}, "header"); });
  return mac_key.reveal([&](ByteView bytes) { return hmac_sha256(bytes, authenticated); });
}

/// The header up to and including "---".
std::string text_of_stanzas(const std::vector<Stanza>& stanzas) {
  std::string text(version_line);
  text += '\n';
  for (const Stanza& stanza : stanzas) {
    text += "->";
    for (const std::string& argument : stanza.arguments) text += ' ' + argument;
    text += '\n';
    const std::string body = base64_unpadded(stanza.body);
    for (std::size_t at = 0; at <= body.size(); at += columns) text += body.substr(at, columns) + '\n';
  }
  text += end_mark;
  return text;
}

}  // namespace

Result<Header> parse_header(ByteView text) {
  std::string_view rest = text_of(text);
  DOKAZ_LET(version, take_line(rest));
  if (version != version_line) return bad("version");
  Header header;
  for (;;) {
    DOKAZ_LET(line, take_line(rest));
    if (line.starts_with(end_mark)) {
      if (!line.starts_with("--- ")) return bad("end");
      DOKAZ_LET(tag, unpadded(line.substr(4), "tag"));
      const auto exact = HmacTag::from(tag);
      if (!exact || !rest.empty()) return bad("end");
      header.tag = *exact;
      const auto covered = static_cast<std::size_t>(line.data() - text_of(text).data()) + end_mark.size();
      header.authenticated = to_bytes(text.first(covered));
      break;
    }
    DOKAZ_LET(stanza, parse_stanza(line, rest));
    header.stanzas.push_back(std::move(stanza));
  }
  if (header.stanzas.empty()) return bad("no stanza");
  if (header.stanzas.size() > 1)
    for (const Stanza& stanza : header.stanzas)
      if (stanza.kind() == "scrypt") return bad("a passphrase is not alone");
  if (text_of_stanzas(header.stanzas) != text_of(header.authenticated)) return bad("form");
  return header;
}

Bytes make_header(const std::vector<Stanza>& stanzas, const FileKey& key) {
  Bytes out = to_bytes(text_of_stanzas(stanzas));
  const HmacTag tag = tag_of(out, key);
  append(out, bytes_of(" " + base64_unpadded(tag.view()) + "\n"));
  return out;
}

Status check_header(const Header& header, const FileKey& key) {
  if (!equal_in_constant_time(tag_of(header.authenticated, key).view(), header.tag.view()))
    return Errc::age_hmac;
  return {};
}

}  // namespace dokaz::age
