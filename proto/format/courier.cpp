// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/format/courier.hpp"

#include "proto/format/case_text.hpp"
#include "proto/format/line_reader.hpp"
#include "proto/format/network_line.hpp"
#include "proto/format/parcel_text.hpp"
#include "proto/format/pin_lines.hpp"
#include "proto/format/secret_line.hpp"

namespace dokaz {
namespace {

constexpr std::string_view pass_header = "dokaz/courier-pass/v1";
constexpr std::string_view papers_header = "dokaz/pass-papers/v1";
constexpr std::string_view file_header = "dokaz/courier/v1";

Status check_rules(const CourierPass& pass) {
  if (pass.courier == pass.member) return fail(Errc::malformed, "one key twice");
  if (pass.size == 0 || pass.size > max_parcel_bytes) return fail(Errc::malformed, "size");
  if (pass.until.day_only || !is_representable(pass.until)) return fail(Errc::malformed, "until");
  return {};
}

Result<Note> read_note(LineReader& lines, std::string_view key) {
  DOKAZ_LET(bytes, parcel_text::read_base64(lines, key));
  return Note::parse(bytes);
}

}  // namespace

Note sign_pass(const CourierPass& pass, const SigningKey& member) {
  DOKAZ_CHECK(pass.courier != member.public_key() && check_rules(pass).has_value());
  const std::string text = std::string(pass_header) + "\ncase " + hex(pass.case_id) + "\nmember " + hex(pass.member) +
                           "\ncourier " + hex(pass.courier) + "\nparcel " + hex(pass.parcel) + "\nsize " +
                           std::to_string(pass.size) + "\nuntil " + format_time(pass.until) + '\n';
  return Note::sign(text, member_note_name, member);
}

Result<CourierPass> parse_pass(const Note& note) {
  DOKAZ_LET(lines, LineReader::open(bytes_of(note.text()), max_note_size, pass_header));
  DOKAZ_LET(case_text, lines.value("case"));
  DOKAZ_LET(case_id, id_from_hex<Fingerprint>(case_text));
  DOKAZ_LET(member_text, lines.value("member"));
  DOKAZ_LET(member, key_from_hex(member_text));
  DOKAZ_LET(courier_text, lines.value("courier"));
  DOKAZ_LET(courier, key_from_hex(courier_text));
  DOKAZ_LET(parcel_hash, lines.value("parcel"));
  DOKAZ_LET(parcel, id_from_hex<ParcelHash>(parcel_hash));
  DOKAZ_LET(size_text, lines.value("size"));
  DOKAZ_LET(size, from_decimal(size_text));
  DOKAZ_LET(until_text, lines.value("until"));
  DOKAZ_LET(until, parse_time(until_text));
  DOKAZ_TRY(lines.end());
  CourierPass pass{case_id, member, courier, parcel, size, until};
  DOKAZ_TRY(check_rules(pass));
  return pass;
}

Result<CourierPass> check_pass(const Note& note, const PublicKey& signer) {
  DOKAZ_LET(pass, parse_pass(note));
  if (pass.courier == signer) return fail(Errc::malformed, "one key twice");
  DOKAZ_TRY(note.verify_only(member_note_name, signer));
  return pass;
}

Result<CourierPass> check_pass(const PassPapers& papers) {
  DOKAZ_LET(pass, parse_pass(papers.pass));
  DOKAZ_LET(signer, newest_key(papers.rotations, pass.member));
  return check_pass(papers.pass, signer);
}

Bytes write_pass_papers(const PassPapers& papers) {
  std::string out = std::string(papers_header) + "\npass " + base64(papers.pass.bytes()) + "\nticket " +
                    base64(papers.admission.ticket) + "\nadmission " + base64(papers.admission.admission) + '\n';
  parcel_text::write_rotations(out, papers.rotations);
  return to_bytes(out);
}

Result<PassPapers> read_pass_papers(ByteView bytes) {
  DOKAZ_LET(lines, LineReader::open(bytes, max_pass_text, papers_header));
  DOKAZ_LET(pass, read_note(lines, "pass"));
  DOKAZ_LET(ticket, parcel_text::read_base64(lines, "ticket"));
  DOKAZ_LET(admission, parcel_text::read_base64(lines, "admission"));
  DOKAZ_LET(rotations, parcel_text::read_rotations(lines));
  DOKAZ_TRY(lines.end());
  return PassPapers{std::move(pass), {std::move(ticket), std::move(admission)}, std::move(rotations)};
}

SecretBytes write_courier_file(const CourierFile& file) {
  const std::string before = std::string(file_header) + "\nserver " + format_server_address(file.server) +
                             write_network(file.network) + write_pins(file.pins) + "\nsecret ";
  return secret_line::write(before, file.courier.seed(), "\npass " + base64(file.sealed_pass) + '\n');
}

Result<CourierFile> read_courier_file(ByteView bytes) {
  DOKAZ_LET(lines, LineReader::open(bytes, max_courier_file, file_header));
  DOKAZ_LET(server_text, lines.value("server"));
  DOKAZ_LET(server, parse_server_address(server_text));
  DOKAZ_LET(network, read_network(lines));
  DOKAZ_LET(pins, read_pins(lines));
  DOKAZ_LET(secret_text, lines.value("secret"));
  DOKAZ_LET(secret, secret_line::read(secret_text));
  DOKAZ_LET(sealed, parcel_text::read_base64(lines, "pass"));
  DOKAZ_TRY(lines.end());
  if (sealed.empty() || sealed.size() > max_sealed_pass) return fail(Errc::malformed, "pass");
  return CourierFile{std::move(server), pins, SigningKey::from_seed(secret), std::move(sealed), network};
}

}  // namespace dokaz
