// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/format/checkpoint.hpp"

#include "proto/format/line_reader.hpp"

namespace dokaz {
namespace {

constexpr std::string_view origin_stem = "sigsum.org/v1/tree/";

std::string text_of_head(const std::string& origin, const TreeHead& head) {
  return origin + '\n' + std::to_string(head.size) + '\n' + base64(head.root.view()) + '\n';
}

bool is_consistent(const TreeHead& head) { return head.size != 0 || head.root.raw() == sha256(ByteView()).raw(); }

/// c2sp.org/tlog-cosignature.
Bytes cosignature_message(std::string_view checkpoint_text, std::uint64_t unix_time) {
  Bytes out = to_bytes("cosignature/v1\ntime " + std::to_string(unix_time) + '\n');
  append(out, bytes_of(checkpoint_text));
  return out;
}

}  // namespace

std::string log_origin(const PublicKey& log) { return std::string(origin_stem) + hex(log.hash()); }

Result<Checkpoint> parse_checkpoint(const Note& note) {
  DOKAZ_LET(lines, LineReader::open(bytes_of(note.text()), max_note_size));
  DOKAZ_LET(origin, lines.line());
  if (!origin.starts_with(origin_stem)) return fail(Errc::malformed, "origin");
  DOKAZ_TRY(id_from_hex<KeyHash>(origin.substr(origin_stem.size())));
  DOKAZ_LET(size_text, lines.line());
  DOKAZ_LET(size, from_decimal(size_text));
  DOKAZ_LET(root_text, lines.line());
  DOKAZ_LET(root, id_from_base64<TreeHash>(root_text));
  DOKAZ_TRY(lines.end());
  const TreeHead head{size, root};
  if (!is_consistent(head)) return fail(Errc::malformed, "root of the empty tree");
  if (note.signatures()[0].name != origin) return fail(Errc::malformed, "first signature line");
  return Checkpoint{std::string(origin), head, note};
}

Checkpoint sign_checkpoint(const TreeHead& head, const SigningKey& log) {
  DOKAZ_CHECK(is_consistent(head));
  std::string origin = log_origin(log.public_key());
  Note note = Note::sign(text_of_head(origin, head), origin, log);
  return {std::move(origin), head, std::move(note)};
}

NoteSignature cosign(const Checkpoint& checkpoint, std::string_view witness_name, std::uint64_t unix_time,
                     const SigningKey& witness) {
  DOKAZ_CHECK(is_note_name(witness_name));
  NoteSignature out;
  out.name = witness_name;
  out.key_id = note_key_id(witness_name, NoteKeyType::cosignature, witness.public_key());
  for (int shift = 56; shift >= 0; shift -= 8) out.signature.push_back(static_cast<Byte>(unix_time >> shift));
  append(out.signature, witness.sign(cosignature_message(checkpoint.note.text(), unix_time)).view());
  return out;
}

Result<std::uint64_t> verify_cosignature(const Note& checkpoint, const NoteSignature& line, const PublicKey& witness) {
  constexpr std::size_t time_size = 8;
  const ByteView bytes = line.signature;
  if (bytes.size() != time_size + Signature::size) return Errc::bad_signature;
  std::uint64_t time = 0;
  for (Byte b : bytes.first(time_size)) time = time << 8 | b;
  const Signature signature = *Signature::from(bytes.subspan(time_size));
  DOKAZ_TRY(verify(witness, cosignature_message(checkpoint.text(), time), signature));
  return time;
}

}  // namespace dokaz
