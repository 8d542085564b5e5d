// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/format/note.hpp"

#include <algorithm>

#include "proto/format/line_reader.hpp"

namespace dokaz {
namespace {

constexpr std::string_view dash = "\xe2\x80\x94 ";
constexpr std::size_t key_id_size = 4;

bool is_note_text(std::string_view text) {
  return !text.empty() && text.back() == '\n' &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_printable(c) || c == '\n'; });
}

std::string line_of(const NoteSignature& signature) {
  Bytes blob(signature.key_id.begin(), signature.key_id.end());
  append(blob, signature.signature);
  return std::string(dash) + signature.name + ' ' + base64(blob) + '\n';
}

Result<NoteSignature> read_line(std::string_view line) {
  if (!line.starts_with(dash)) return fail(Errc::malformed, "signature line");
  DOKAZ_LET(fields, split_fields(line.substr(dash.size())));
  if (fields.size() != 2 || !is_note_name(fields[0])) return fail(Errc::malformed, "signature line");
  DOKAZ_LET(blob, from_base64(fields[1]));
  if (blob.size() <= key_id_size) return fail(Errc::malformed, "signature line");
  NoteSignature out;
  out.name = fields[0];
  std::copy_n(blob.begin(), key_id_size, out.key_id.begin());
  out.signature.assign(blob.begin() + key_id_size, blob.end());
  return out;
}

}  // namespace

bool is_note_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return is_printable(c) && c != ' ' && c != '+';
  });
}

std::array<Byte, 4> note_key_id(std::string_view name, NoteKeyType type, const PublicKey& key) {
  Bytes message = to_bytes(name);
  message.push_back('\n');
  message.push_back(static_cast<Byte>(type));
  append(message, key.view());
  const Sha256 hash = sha256(message);
  std::array<Byte, key_id_size> out{};
  std::copy_n(hash.raw().begin(), key_id_size, out.begin());
  return out;
}

Result<Note> Note::parse(ByteView bytes) {
  if (bytes.size() > max_note_size) return fail(Errc::malformed, "note too long");
  const std::string_view whole = text_of(bytes);
  const std::size_t split = whole.rfind("\n\n");
  if (split == std::string_view::npos) return fail(Errc::malformed, "no empty line");
  Note out;
  out.text_ = whole.substr(0, split + 1);
  if (!is_note_text(out.text_)) return fail(Errc::malformed, "note text");
  std::string_view rest = whole.substr(split + 2);
  if (rest.empty()) return fail(Errc::malformed, "no signature line");
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return fail(Errc::malformed, "no line feed at the end");
    DOKAZ_LET(signature, read_line(rest.substr(0, end)));
    if (out.find_line(signature.name, signature.key_id) != nullptr) return fail(Errc::malformed, "two lines by one key");
    if (out.signatures_.size() == max_note_signatures) return fail(Errc::malformed, "too many signature lines");
    out.signatures_.push_back(std::move(signature));
    rest.remove_prefix(end + 1);
  }
  out.bytes_ = to_bytes(bytes);
  return out;
}

Note Note::sign(std::string text, std::string_view name, const SigningKey& key) {
  DOKAZ_CHECK(is_note_text(text) && is_note_name(name));
  NoteSignature line;
  line.name = name;
  line.key_id = note_key_id(name, NoteKeyType::ed25519, key.public_key());
  line.signature = to_bytes(key.sign(bytes_of(text)).view());
  return parse(bytes_of(text + '\n' + line_of(line))).value();
}

const NoteSignature* Note::find_line(std::string_view name, const std::array<Byte, 4>& key_id) const {
  const auto found = std::find_if(signatures_.begin(), signatures_.end(), [&](const NoteSignature& line) {
    return line.name == name && line.key_id == key_id;
  });
  return found == signatures_.end() ? nullptr : &*found;
}

Status Note::verify(std::string_view name, const PublicKey& key) const {
  const NoteSignature* line = find_line(name, note_key_id(name, NoteKeyType::ed25519, key));
  if (line == nullptr) return Errc::bad_signature;
  const auto signature = Signature::from(line->signature);
  if (!signature) return Errc::bad_signature;
  return dokaz::verify(key, bytes_of(text_), *signature);
}

Status Note::verify_only(std::string_view name, const PublicKey& key) const {
  if (signatures_.size() != 1) return fail(Errc::malformed, "more than one signature line");
  return verify(name, key);
}

Result<Note> Note::with_line(const NoteSignature& line) const {
  Bytes bytes = bytes_;
  append(bytes, bytes_of(line_of(line)));
  return parse(bytes);
}

}  // namespace dokaz
