// SPDX-License-Identifier: GPL-3.0-or-later
// The property of every reader: what it accepts, its writer writes again byte for byte from the values read.
#pragma once

#include <optional>

#include "proto/format/case_text.hpp"
#include "proto/format/fact.hpp"
#include "proto/format/courier.hpp"
#include "proto/format/invitation.hpp"
#include "proto/format/object.hpp"
#include "proto/format/parcel_answer.hpp"
#include "proto/format/second_statements.hpp"
#include "crypto/encoding.hpp"
#include "crypto/key_slots.hpp"

namespace dokaz::rewrite {

/// The bytes written anew; nothing if the reader refuses. Never the bytes that a value merely kept.
using Rewrite = std::optional<Bytes> (*)(ByteView);

inline Bytes note_of(const std::string& text, const std::vector<NoteSignature>& lines) {
  std::string out = text + '\n';
  for (const NoteSignature& line : lines) {
    Bytes blob(line.key_id.begin(), line.key_id.end());
    append(blob, line.signature);
    out += "\xe2\x80\x94 " + line.name + ' ' + base64(blob) + '\n';
  }
  return to_bytes(out);
}

inline std::optional<Bytes> statement(ByteView bytes) {
  const auto read = Statement::parse(bytes);
  if (!read) return std::nullopt;
  return Statement::make(read->fields()).value().bytes();
}

inline std::optional<Bytes> chain(ByteView bytes) {
  const auto read = read_second_statements(bytes);
  if (!read) return std::nullopt;
  return write_second_statements(*read);
}

inline std::optional<Bytes> fact(ByteView bytes) {
  const auto read = read_facts(bytes);
  if (!read) return std::nullopt;
  return write_facts(*read);
}

inline std::optional<Bytes> object(ByteView bytes) {
  const auto read = read_object(bytes);
  if (!read) return std::nullopt;
  return write_object(*read).value();
}

inline std::optional<Bytes> note(ByteView bytes) {
  const auto read = Note::parse(bytes);
  if (!read) return std::nullopt;
  return note_of(read->text(), read->signatures());
}

template <auto parse>
std::optional<Bytes> case_note(ByteView bytes) {
  const auto note = Note::parse(bytes);
  if (!note) return std::nullopt;
  const auto read = parse(*note);
  if (!read) return std::nullopt;
  return note_of(write_text(*read), note->signatures());
}

inline std::optional<Bytes> checkpoint(ByteView bytes) {
  const auto note = Note::parse(bytes);
  if (!note) return std::nullopt;
  const auto read = parse_checkpoint(*note);
  if (!read) return std::nullopt;
  const std::string text =
      read->origin + '\n' + std::to_string(read->head.size) + '\n' + base64(read->head.root.view()) + '\n';
  return note_of(text, read->note.signatures());
}

/// Log and witness lines are written anew; group and quorum have no accessor and stay as they came.
inline std::optional<Bytes> policy(ByteView bytes) {
  const auto read = Policy::parse(bytes);
  if (!read) return std::nullopt;
  std::string out = "log " + hex(read->log()) + '\n';
  for (const Witness& witness : read->witnesses()) out += "witness " + witness.name + ' ' + hex(witness.key) + '\n';
  return to_bytes(out.append(text_of(bytes).substr(out.size())));
}

inline std::optional<Bytes> server_card(ByteView bytes) {
  const auto read = read_server_card(bytes);
  if (!read) return std::nullopt;
  return write_server_card(*read);
}

inline std::optional<Bytes> invitation(ByteView bytes) {
  const auto read = read_invitation(bytes);
  if (!read) return std::nullopt;
  return write_invitation(*read).reveal([](ByteView text) { return to_bytes(text); });
}

inline std::optional<Bytes> parcel(ByteView bytes) {
  const ReadableBytes plaintext(bytes);
  const auto read = read_parcel(plaintext);
  if (!read) return std::nullopt;
  Bytes out = write_parcel_text(read->parcel, read->signature).value();
  const std::size_t text = out.size();
  for (std::size_t i = 0; i < read->at.size(); ++i)
    append(out, plaintext.bytes(read->at[i], read->parcel.objects[i].size).value());
  out.resize(out.size() + parcel_padding(text, read->parcel.objects));
  return out;
}

inline std::optional<Bytes> parcel_answer(ByteView bytes) {
  const auto read = read_parcel_answer(ReadableBytes(bytes));
  if (!read) return std::nullopt;
  return write_parcel_answer(*read).value();
}

inline std::optional<Bytes> pass_papers(ByteView bytes) {
  const auto read = read_pass_papers(bytes);
  if (!read) return std::nullopt;
  return write_pass_papers(*read);
}

inline std::optional<Bytes> courier(ByteView bytes) {
  const auto read = read_courier_file(bytes);
  if (!read) return std::nullopt;
  return write_courier_file(*read).reveal([](ByteView text) { return to_bytes(text); });
}

inline std::optional<Bytes> key_slots(ByteView bytes) {
  const auto read = KeySlots::parse(bytes);
  if (!read) return std::nullopt;
  return read->bytes();
}

struct Reader {
  std::string_view format;  // as the folder of its vectors
  Rewrite rewrite;
};
inline constexpr Reader readers[] = {
    {"statement", statement}, {"chain", chain}, {"fact", fact}, {"object", object}, {"note", note},
    {"roster", case_note<parse_roster>}, {"ticket", case_note<parse_ticket>},
    {"admission", case_note<parse_admission>}, {"checkpoint", checkpoint}, {"policy", policy},
    {"server-card", server_card}, {"invitation", invitation},
    {"parcel", parcel}, {"parcel-answer", parcel_answer}, {"pass-papers", pass_papers}, {"courier", courier},
    {"key-slots", key_slots}};

}  // namespace dokaz::rewrite
