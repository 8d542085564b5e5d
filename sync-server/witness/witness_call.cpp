// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/witness/witness_call.hpp"

#include "crypto/encoding.hpp"

namespace dokaz::server {
namespace {

constexpr std::string_view size_type = "text/x.tlog.size";

/// The checkpoint with the log's line alone, which comes first.
std::string signed_by_log(const Note& checkpoint) {
  const std::string_view all = text_of(checkpoint.bytes());
  const std::size_t first_line_end = all.find('\n', checkpoint.text().size() + 1);
  return std::string(all.substr(0, first_line_end + 1));
}

Result<WitnessAnswer> read_size(const HttpResponse& response) {
  if (response.content_type != size_type) return fail(Errc::malformed, "type of a size");
  std::string_view text = text_of(response.body);
  if (!text.ends_with('\n')) return fail(Errc::malformed, "size");
  text.remove_suffix(1);
  DOKAZ_LET(size, from_decimal(text));
  return WitnessAnswer{.kind = WitnessAnswer::Kind::other_size, .size = size};
}

/// The sizes differ; where they do not, the roots do.
Result<WitnessAnswer> read_conflict(const HttpResponse& response, std::uint64_t old_size, std::uint64_t new_size) {
  auto size = read_size(response);
  if (old_size == new_size && (!size || size->size == old_size))
    return WitnessAnswer{.kind = WitnessAnswer::Kind::contradicted};
  return size;
}

Result<WitnessAnswer> read_line(const HttpResponse& response, const Checkpoint& checkpoint, const Witness& witness,
                                std::int64_t latest) {
  // Lines of the checkpoint's own text: read as the note that they would make.
  const std::string note_text = checkpoint.note.text() + "\n" + to_text(response.body);
  DOKAZ_LET(note, Note::parse(bytes_of(note_text)));
  if (note.text() != checkpoint.note.text()) return fail(Errc::malformed, "cosignature");
  const auto id = note_key_id(witness.name, NoteKeyType::cosignature, witness.key);
  const NoteSignature* line = note.find_line(witness.name, id);
  if (!line) return fail(Errc::bad_signature, "another key");
  DOKAZ_LET(time, verify_cosignature(note, *line, witness.key));
  if (latest < 0 || time > static_cast<std::uint64_t>(latest)) return fail(Errc::bad_signature, "a time in the future");
  return WitnessAnswer{.kind = WitnessAnswer::Kind::cosigned, .line = *line, .unix_time = time};
}

}  // namespace

HttpRequest add_checkpoint(const std::string& prefix, std::uint64_t old_size, const ConsistencyPath& path,
                           const Note& checkpoint) {
  std::string body = "old " + std::to_string(old_size) + "\n";
  for (const TreeHash& hash : path) body += base64(hash.view()) + "\n";
  body += "\n" + signed_by_log(checkpoint);
  return {HttpMethod::post, prefix + "/add-checkpoint", "text/plain; charset=utf-8", to_bytes(std::string_view(body))};
}

Result<WitnessAnswer> read_answer(const HttpResponse& response, std::uint64_t old_size, const Checkpoint& checkpoint,
                                  const Witness& witness, std::int64_t now, std::int64_t tolerance) {
  switch (response.status) {
    case 200: return read_line(response, checkpoint, witness, now + tolerance);
    case 403: return Errc::refused;
    case 404: return Errc::not_found;
    case 409: return read_conflict(response, old_size, checkpoint.head.size);
    case 422: return WitnessAnswer{.kind = WitnessAnswer::Kind::contradicted};
    default: return fail(Errc::malformed, "status " + std::to_string(response.status));
  }
}

}  // namespace dokaz::server
