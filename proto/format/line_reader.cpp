// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/format/line_reader.hpp"

namespace dokaz {

Result<LineReader> LineReader::open(ByteView bytes, std::size_t max_size) {
  const std::string_view text = text_of(bytes);
  if (text.size() > max_size) return fail(Errc::malformed, "too long");
  if (!text.empty() && text.back() != '\n') return fail(Errc::malformed, "no line feed at the end");
  char before = '\n';
  for (char c : text) {
    if (!is_printable(c) && (c != '\n' || before == '\n')) return fail(Errc::malformed, "not a text of lines");
    if (c == '\n' && before == ' ') return fail(Errc::malformed, "space at the end of a line");
    before = c;
  }
  return LineReader(text, 0);
}

Result<LineReader> LineReader::open(ByteView bytes, std::size_t max_size, std::string_view header) {
  const std::string_view text = text_of(bytes);
  if (is_other_version(text.substr(0, text.find('\n')), header)) return Errc::unsupported_version;
  DOKAZ_LET(reader, open(bytes, max_size));
  DOKAZ_LET(first, reader.line());
  if (first != header) return fail(Errc::malformed, "line 1");
  return reader;
}

Result<std::string_view> LineReader::line() {
  if (rest_.empty()) return malformed();
  const std::size_t end = rest_.find('\n');
  const std::string_view out = rest_.substr(0, end);
  rest_.remove_prefix(end + 1);
  ++line_;
  return out;
}

bool LineReader::next_is(std::string_view key) const {
  return rest_.starts_with(key) && rest_.substr(key.size()).starts_with(' ');
}

Result<std::string_view> LineReader::value(std::string_view key) {
  if (!next_is(key)) return malformed();
  DOKAZ_LET(whole, line());
  return whole.substr(key.size() + 1);
}

Status LineReader::end() const {
  if (!rest_.empty()) return malformed();
  return {};
}

Status LineReader::split(std::string_view text, std::span<std::string_view> out) const {
  auto found = split_fields(text);
  if (!found || found->size() != out.size()) return fail(Errc::malformed, "line " + std::to_string(line_));
  std::copy(found->begin(), found->end(), out.begin());
  return {};
}

Error LineReader::malformed() const { return fail(Errc::malformed, "line " + std::to_string(line_ + 1)); }

Result<std::vector<std::string_view>> split_fields(std::string_view text) {
  std::vector<std::string_view> out;
  for (;;) {
    const std::size_t end = text.find(' ');
    out.push_back(text.substr(0, end));
    if (out.back().empty()) return fail(Errc::malformed, "empty field");
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

Result<PublicKey> key_from_hex(std::string_view text) {
  if (text.size() != 2 * PublicKey::size) return fail(Errc::malformed, "key");
  return PublicKey::from_hex(text);
}

bool is_other_version(std::string_view line, std::string_view header) {
  const std::size_t kind = header.find_last_not_of("0123456789") + 1;
  return line != header && line.starts_with(header.substr(0, kind)) && from_decimal(line.substr(kind)).has_value();
}

}  // namespace dokaz
