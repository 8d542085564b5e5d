// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/format/parcel_answer.hpp"

#include "proto/format/line_reader.hpp"
#include "proto/format/object.hpp"
#include "proto/format/parcel_text.hpp"

namespace dokaz {
namespace {

constexpr std::string_view answer_header = "dokaz/parcel-answer/v1";

bool is_within(std::size_t size, std::size_t most) { return size > 0 && size <= most; }

Status check_outcome(const ParcelAnswer::Outcome& outcome) {
  if (outcome.refused)
    return outcome.tlog_proof.empty() && !outcome.stored ? Status() : fail(Errc::malformed, "a refusal with a receipt");
  if (!is_within(outcome.tlog_proof.size(), max_answer_proof)) return fail(Errc::malformed, "receipt");
  if (!outcome.stored) return {};
  const ParcelAnswer::Stored& stored = *outcome.stored;
  const bool fits = is_within(stored.receive.size(), max_statement_size) &&
                    is_within(stored.answered.size(), max_answer_disclosure) &&
                    is_within(stored.tlog_proof.size(), max_answer_proof);
  return fits ? Status() : fail(Errc::malformed, "stored receipt");
}

Status check_rules(const ParcelAnswer& answer) {
  if (!is_within(answer.checkpoint.size(), max_answer_proof)) return fail(Errc::malformed, "checkpoint");
  if (answer.path.size() > max_answer_path) return fail(Errc::malformed, "path");
  if (!is_within(answer.outcomes.size(), max_parcel_statements)) return fail(Errc::malformed, "number of outcomes");
  for (const auto& outcome : answer.outcomes) DOKAZ_TRY(check_outcome(outcome));
  if (answer.missing.size() > max_parcel_objects) return fail(Errc::malformed, "number of objects");
  for (std::size_t i = 1; i < answer.missing.size(); ++i)
    if (answer.missing[i - 1].object >= answer.missing[i].object) return fail(Errc::malformed, "order of objects");
  return {};
}

/// "stored" is written only with a disclosure that cannot break the line.
bool is_disclosure(std::string_view text) {
  return from_base64url(text).has_value();
}

Result<ParcelAnswer::Outcome> read_refused(LineReader& lines) {
  DOKAZ_LET(fields, lines.fields<2>("refused"));
  DOKAZ_LET(statement, id_from_hex<StatementHash>(fields[0]));
  const auto code = errc_from_name(fields[1]);
  if (!code) return fail(Errc::malformed, "name of a failure");
  return ParcelAnswer::Outcome{statement, code, {}, {}};
}

Result<ParcelAnswer::Outcome> read_logged(LineReader& lines) {
  DOKAZ_LET(fields, lines.fields<2>("logged"));
  DOKAZ_LET(statement, id_from_hex<StatementHash>(fields[0]));
  DOKAZ_LET(proof, from_base64(fields[1]));
  ParcelAnswer::Outcome out{statement, {}, std::move(proof), {}};
  if (!lines.next_is("stored")) return out;
  DOKAZ_LET(parts, lines.fields<3>("stored"));
  DOKAZ_LET(receive, from_base64(parts[0]));
  if (!is_disclosure(parts[1])) return fail(Errc::malformed, "disclosure");
  DOKAZ_LET(stored_proof, from_base64(parts[2]));
  out.stored = ParcelAnswer::Stored{std::move(receive), std::string(parts[1]), std::move(stored_proof)};
  return out;
}

Result<ParcelAnswer::Missing> read_missing(LineReader& lines) {
  DOKAZ_LET(fields, lines.fields<2>("missing"));
  DOKAZ_LET(object, id_from_hex<ObjectId>(fields[0]));
  const auto code = errc_from_name(fields[1]);
  if (!code) return fail(Errc::malformed, "name of a failure");
  return ParcelAnswer::Missing{object, *code};
}

Status read_lists(LineReader& lines, ParcelAnswer& answer) {
  while (lines.next_is("path")) {
    if (answer.path.size() == max_answer_path) return fail(Errc::malformed, "path");
    DOKAZ_LET(text, lines.value("path"));
    DOKAZ_LET(hash, id_from_base64<TreeHash>(text));
    answer.path.push_back(hash);
  }
  while (lines.next_is("logged") || lines.next_is("refused")) {
    if (answer.outcomes.size() == max_parcel_statements) return fail(Errc::malformed, "number of outcomes");
    DOKAZ_LET(outcome, lines.next_is("logged") ? read_logged(lines) : read_refused(lines));
    answer.outcomes.push_back(std::move(outcome));
  }
  while (lines.next_is("missing")) {
    if (answer.missing.size() == max_parcel_objects) return fail(Errc::malformed, "number of objects");
    DOKAZ_LET(missing, read_missing(lines));
    answer.missing.push_back(missing);
  }
  return lines.end();
}

}  // namespace

Result<Bytes> write_parcel_answer(const ParcelAnswer& answer) {
  DOKAZ_TRY(check_rules(answer));
  std::string text(answer_header);
  text += "\nparcel " + hex(answer.parcel) + "\ncase " + hex(answer.case_id) + "\ncheckpoint " +
          base64(answer.checkpoint) + '\n';
  for (const TreeHash& hash : answer.path) text += "path " + base64(hash.view()) + '\n';
  for (const auto& outcome : answer.outcomes) {
    if (outcome.refused) {
      text.append("refused ").append(hex(outcome.statement)).append(" ").append(name_of(*outcome.refused)).append("\n");
      continue;
    }
    text += "logged " + hex(outcome.statement) + ' ' + base64(outcome.tlog_proof) + '\n';
    if (!outcome.stored) continue;
    if (!is_disclosure(outcome.stored->answered)) return fail(Errc::malformed, "disclosure");
    text += "stored " + base64(outcome.stored->receive) + ' ' + outcome.stored->answered + ' ' +
            base64(outcome.stored->tlog_proof) + '\n';
  }
  for (const auto& missing : answer.missing)
    text.append("missing ").append(hex(missing.object)).append(" ").append(name_of(missing.reason)).append("\n");
  text += '\n';
  if (text.size() > max_answer_text) return Errc::too_large;
  Bytes out = to_bytes(text);
  out.resize(static_cast<std::size_t>(padme(out.size())));
  return out;
}

Result<ParcelAnswer> read_parcel_answer(const Readable& plaintext) {
  DOKAZ_LET(text, parcel_text::read_text(plaintext, max_answer_text));
  DOKAZ_LET(lines, LineReader::open(bytes_of(text), max_answer_text, answer_header));
  DOKAZ_LET(id_text, lines.value("parcel"));
  DOKAZ_LET(id, id_from_hex<ParcelId>(id_text));
  DOKAZ_LET(case_text, lines.value("case"));
  DOKAZ_LET(case_id, id_from_hex<Fingerprint>(case_text));
  DOKAZ_LET(checkpoint, parcel_text::read_base64(lines, "checkpoint"));
  ParcelAnswer answer{id, case_id, std::move(checkpoint), {}, {}, {}};
  DOKAZ_TRY(read_lists(lines, answer));
  DOKAZ_TRY(check_rules(answer));
  DOKAZ_TRY(parcel_text::check_padding(plaintext, text.size() + 1));
  return answer;
}

}  // namespace dokaz
