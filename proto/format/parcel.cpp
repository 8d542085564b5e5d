// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/format/parcel.hpp"

#include <map>
#include <set>

#include "proto/format/case.hpp"
#include "proto/format/line_reader.hpp"
#include "proto/format/object.hpp"
#include "proto/format/parcel_text.hpp"

namespace dokaz {
namespace {

constexpr std::string_view parcel_header = "dokaz/parcel/v1";
constexpr std::string_view signature_label = "dokaz/v1/parcel";
constexpr std::string_view signature_key = "signature ";

Bytes signed_message(std::string_view text) {
  Bytes out = to_bytes(signature_label);
  out.push_back(0);
  append(out, sha256(text).view());
  return out;
}

Result<std::optional<Parcel::Admission>> read_admission(LineReader& lines) {
  if (!lines.next_is("ticket")) return std::optional<Parcel::Admission>();
  DOKAZ_LET(ticket, parcel_text::read_base64(lines, "ticket"));
  DOKAZ_LET(admission, parcel_text::read_base64(lines, "admission"));
  return std::optional(Parcel::Admission{std::move(ticket), std::move(admission)});
}

Result<Parcel::Item> read_item(LineReader& lines) {
  DOKAZ_LET(fields, lines.fields<2>("statement"));
  DOKAZ_LET(statement, from_base64(fields[0]));
  DOKAZ_LET(signature, id_from_base64<Signature>(fields[1]));
  return Parcel::Item{std::move(statement), signature};
}

Result<ObjectRef> read_object_line(LineReader& lines) {
  DOKAZ_LET(fields, lines.fields<2>("object"));
  DOKAZ_LET(id, id_from_hex<ObjectId>(fields[0]));
  DOKAZ_LET(size, from_decimal(fields[1]));
  return ObjectRef{id, size};
}

/// Every object that a readable item names, with its size.
std::set<ObjectRef> named_by(const std::vector<Parcel::Item>& items) {
  std::set<ObjectRef> named;
  for (const Parcel::Item& item : items)
    if (const auto statement = Statement::parse(item.statement))
      named.insert(statement->fields().objects.begin(), statement->fields().objects.end());
  return named;
}

Status check_lists(const Parcel& parcel) {
  if (parcel.items.empty() || parcel.items.size() > max_parcel_statements)
    return fail(Errc::malformed, "number of statements");
  for (const Parcel::Item& item : parcel.items)
    if (item.statement.empty() || item.statement.size() > max_statement_size)
      return fail(Errc::malformed, "length of a statement");
  if (parcel.objects.size() > max_parcel_objects) return fail(Errc::malformed, "number of objects");
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < parcel.objects.size(); ++i) {
    if (i > 0 && parcel.objects[i - 1].id >= parcel.objects[i].id) return fail(Errc::malformed, "order of objects");
    const std::uint64_t size = parcel.objects[i].size;
    if (size == 0 || size > max_parcel_bytes - total) return fail(Errc::malformed, "size of an object");
    total += size;
  }
  const auto named = named_by(parcel.items);
  for (const ObjectRef& object : parcel.objects)
    if (!named.contains(object)) return fail(Errc::unlisted_part, "an object that no statement names");
  return {};
}

Status check_rules(const Parcel& parcel) {
  if (!is_recipient_form(parcel.reply)) return fail(Errc::malformed, "reply");
  if (parcel.admission && (parcel.admission->ticket.empty() || parcel.admission->admission.empty()))
    return fail(Errc::malformed, "admission");
  DOKAZ_TRY(newest_key(parcel.rotations, parcel.member));
  return check_lists(parcel);
}

std::string text_before_signature(const Parcel& parcel) {
  std::string out(parcel_header);
  out += "\nid " + hex(parcel.id) + "\ncase " + hex(parcel.case_id) + "\nmember " + hex(parcel.member) + "\nreply " +
         parcel.reply + "\nseen " + parcel_text::format_seen(parcel.seen) + '\n';
  if (parcel.admission)
    out += "ticket " + base64(parcel.admission->ticket) + "\nadmission " + base64(parcel.admission->admission) + '\n';
  parcel_text::write_rotations(out, parcel.rotations);
  for (const Parcel::Item& item : parcel.items)
    out += "statement " + base64(item.statement) + ' ' + base64(item.signature.view()) + '\n';
  for (const ObjectRef& object : parcel.objects)
    out += "object " + hex(object.id) + ' ' + std::to_string(object.size) + '\n';
  return out;
}

Result<ParcelInPlace> parse_text(std::string_view text) {
  DOKAZ_LET(lines, LineReader::open(bytes_of(text), max_parcel_text, parcel_header));
  DOKAZ_LET(id_text, lines.value("id"));
  DOKAZ_LET(id, id_from_hex<ParcelId>(id_text));
  DOKAZ_LET(case_text, lines.value("case"));
  DOKAZ_LET(case_id, id_from_hex<Fingerprint>(case_text));
  DOKAZ_LET(member_text, lines.value("member"));
  DOKAZ_LET(member, key_from_hex(member_text));
  DOKAZ_LET(reply, lines.value("reply"));
  DOKAZ_LET(seen_text, lines.value("seen"));
  DOKAZ_LET(seen, parcel_text::parse_seen(seen_text));
  DOKAZ_LET(admission, read_admission(lines));
  Parcel parcel{id, case_id, member, std::string(reply), seen, std::move(admission), {}, {}};
  DOKAZ_LET(rotations, parcel_text::read_rotations(lines));
  parcel.rotations = std::move(rotations);
  while (lines.next_is("statement")) {
    // Counted before it is kept, so that hostile input cannot make the list grow.
    if (parcel.items.size() == max_parcel_statements) return fail(Errc::malformed, "number of statements");
    DOKAZ_LET(item, read_item(lines));
    parcel.items.push_back(std::move(item));
  }
  while (lines.next_is("object")) {
    if (parcel.objects.size() == max_parcel_objects) return fail(Errc::malformed, "number of objects");
    DOKAZ_LET(object, read_object_line(lines));
    parcel.objects.push_back(object);
  }
  DOKAZ_LET(signature_text, lines.value("signature"));
  DOKAZ_LET(signature, id_from_base64<Signature>(signature_text));
  DOKAZ_TRY(lines.end());
  const std::size_t signed_length = text.size() - signature_key.size() - signature_text.size() - 1;
  DOKAZ_TRY(check_rules(parcel));
  DOKAZ_LET(signer, newest_key(parcel.rotations, member));
  DOKAZ_TRY(verify(signer, signed_message(text.substr(0, signed_length)), signature));
  return ParcelInPlace{std::move(parcel), signature, {}};
}

std::uint64_t bytes_in(const std::vector<ObjectRef>& objects) {
  std::uint64_t total = 0;
  for (const ObjectRef& object : objects) total += object.size;
  return total;
}

}  // namespace

Result<Bytes> write_parcel_text(const Parcel& parcel, const SigningKey& member) {
  const auto signer = newest_key(parcel.rotations, parcel.member);
  DOKAZ_CHECK(signer && member.public_key() == *signer);
  return write_parcel_text(parcel, member.sign(signed_message(text_before_signature(parcel))));
}

Result<Bytes> write_parcel_text(const Parcel& parcel, const Signature& signature) {
  DOKAZ_TRY(check_rules(parcel));
  std::string text = text_before_signature(parcel);
  text.append(signature_key).append(base64(signature.view())).append("\n\n");
  if (text.size() > max_parcel_text) return Errc::too_large;
  return to_bytes(text);
}

std::uint64_t parcel_padding(std::size_t text, const std::vector<ObjectRef>& objects) {
  const std::uint64_t content = text + bytes_in(objects);
  return padme(content) - content;
}

Result<ParcelInPlace> read_parcel(const Readable& plaintext) {
  DOKAZ_LET(text, parcel_text::read_text(plaintext, max_parcel_text));
  DOKAZ_LET(out, parse_text(text));
  std::uint64_t at = text.size() + 1;  // the empty line
  for (const ObjectRef& object : out.parcel.objects) {
    out.at.push_back(at);
    at += object.size;
  }
  DOKAZ_TRY(parcel_text::check_padding(plaintext, at));
  return out;
}

std::uint64_t bytes_of_objects(const Parcel& parcel) { return bytes_in(parcel.objects); }

Status check_objects(const ParcelInPlace& parcel, const Readable& plaintext, const ParcelProgress& progress) {
  constexpr std::size_t piece = std::size_t{256} << 10;
  const std::uint64_t total = bytes_in(parcel.parcel.objects);
  std::uint64_t done = 0;
  Bytes room(piece);
  for (std::size_t i = 0; i < parcel.at.size(); ++i) {
    const ObjectRef& object = parcel.parcel.objects[i];
    Sha256Stream hash;
    for (std::uint64_t at = 0; at < object.size;) {
      const auto part = std::span(room).first(static_cast<std::size_t>(std::min<std::uint64_t>(piece, object.size - at)));
      DOKAZ_TRY(plaintext.read(part, parcel.at[i] + at));
      hash.update(part);
      at += part.size();
      DOKAZ_TRY(progress(done += part.size(), total));
    }
    if (ObjectId(hash.finish().raw()) != object.id) return fail(Errc::hash_mismatch, "an object of the parcel");
  }
  return {};
}

}  // namespace dokaz
