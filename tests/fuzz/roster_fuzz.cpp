// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzz target of rosters, in a file and on the wire. The first byte says which: a text that the case root signs, so that
// no signature stands in the way; any bytes; or a frame that carries a roster. A roster that is read is written again as
// it was, only what the root signed is one, and the server takes none but a newer one of its case that names it.
#include <algorithm>

#include "proto/format/case_text.hpp"
#include "proto/wire/codec.hpp"
#include "tests/fuzz/rewrite.hpp"
#include "tests/fuzz/seeds.hpp"
#include "tests/fuzz/server_stage.hpp"

using namespace dokaz;
using namespace dokaz::fuzz;

namespace {

enum class Kind : Byte { signed_text, file, frame };
constexpr unsigned kinds = 3;

const Stage& stage() {
  static const Stage one;
  return one;
}

/// Of every form: more members, other recipients, who was revoked.
std::vector<Note> rosters() {
  const People& people = stage().people;
  const PublicKey server = stage().card().member;
  std::vector<Member> more;
  for (std::uint8_t n = 1; n <= 4; ++n)
    more.push_back({"member-" + std::to_string(n), n % 2 == 0 ? Role::reviewer : Role::documenter, Scribe::key_of(n).public_key()});
  std::vector<Note> out = {people.roster(server, 2), people.roster(server, 3, more), people.roster(Scribe::key_of(90).public_key(), 4)};
  Roster revoking = parse_roster(out[1]).value();
  revoking.number = 5;
  revoking.revoked = {{Scribe::key_of(1).public_key(), 0}, {Scribe::key_of(2).public_key(), 7}};
  std::ranges::sort(revoking.revoked, {}, &Revoked::key);
  out.push_back(sign_roster(revoking, people.root).value());
  return out;
}

/// What the root has signed here, which nothing else can be.
bool is_known(const std::string& text) {
  static const std::vector<Note> all = rosters();
  return std::ranges::any_of(all, [&](const Note& note) { return note.text() == text; });
}

void read_file_of(ByteView bytes, bool signed_here) {
  const auto note = Note::parse(bytes);
  if (!note) return;
  if (const auto again = rewrite::case_note<parse_roster>(bytes)) DOKAZ_CHECK(std::ranges::equal(*again, bytes));
  const auto checked = CaseRoot(stage().people.case_id()).check_roster(*note);
  if (!checked) return;
  DOKAZ_CHECK(signed_here || is_known(note->text()));
  const Membership members(*checked);
  for (const Member& member : (*checked)->members) {
    const Member* found = members.find(member.key);
    DOKAZ_CHECK(found != nullptr && found->pseudonym == member.pseudonym && found->role == member.role);
  }
  for (const Revoked& each : (*checked)->revoked) DOKAZ_CHECK(members.revoked_since(each.key) == each.since);
}

/// The server's word on it.
void bring(ByteView bytes) {
  Custody custody = Custody::open(stage().fresh(), clock_at(noon)).value();
  Session counsel = enter(custody, stage().people, stage().people.counsel.public_key());
  const Bytes before = custody.members(counsel)->roster;
  const auto taken = custody.put_roster(counsel, {to_bytes(bytes)});
  const auto note = Note::parse(bytes);
  const auto roster = note ? CaseRoot(stage().people.case_id()).check_roster(*note) : Result<Verified<Roster>>(note.error());
  if (!taken) {
    DOKAZ_CHECK(custody.members(counsel)->roster == before);
    return;
  }
  const bool same = std::ranges::equal(before, bytes);
  DOKAZ_CHECK(roster && taken->number == (*roster)->number && (same || taken->number > 1));
  const Membership members(*roster);
  const Member* self = members.find(stage().card().member);
  DOKAZ_CHECK(self != nullptr && self->role == Role::server);
  // Who is counsel no more reads no more, and whoever is reads this very roster.
  const auto after = custody.members(counsel);
  if (after) DOKAZ_CHECK(std::ranges::equal(after->roster, bytes));
}

void read_frame(ByteView bytes) {
  if (bytes.empty()) return;
  const auto type = frame_type_from(bytes[0]);
  if (!type || bytes.size() - 1 > payload_cap(*type)) return;
  const Frame frame{*type, to_bytes(bytes.subspan(1))};
  if (const auto request = decode_request(frame))
    if (const auto* put = std::get_if<PutRoster>(&*request)) {
      read_file_of(put->roster, false);
      bring(put->roster);
    }
  if (const auto response = decode_response(frame)) {
    if (const auto* members = std::get_if<Members>(&*response)) read_file_of(members->roster, false);
    if (const auto* welcome = std::get_if<Welcome>(&*response)) read_file_of(welcome->roster, false);
  }
}

}  // namespace

std::vector<Bytes> fuzz_seeds() {
  std::vector<Bytes> out;
  const auto keep = [&](Kind kind, ByteView body) {
    Bytes seed{static_cast<Byte>(kind)};
    append(seed, body);
    out.push_back(std::move(seed));
  };
  const auto keep_frame = [&](const Result<Frame>& frame) {
    Bytes body{static_cast<Byte>(frame.value().type)};
    append(body, frame->payload);
    keep(Kind::frame, body);
  };
  for (const Note& note : rosters()) {
    keep(Kind::signed_text, bytes_of(note.text()));
    keep(Kind::file, note.bytes());
    keep_frame(encode(Request(PutRoster{note.bytes()})));
    keep_frame(encode(Response(Members{note.bytes(), {}})));
  }
  return out;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView bytes(data + 1, size - 1);
  switch (static_cast<Kind>(data[0] % kinds)) {
    case Kind::file: read_file_of(bytes, false); break;
    case Kind::frame: read_frame(bytes); break;
    case Kind::signed_text: {
      const std::string text(text_of(bytes));
      const auto read = Note::parse(rewrite::note_of(text, {{std::string(case_note_name), {}, Bytes(64)}}));
      if (!read || read->text() != text) break;  // no text of a note, or one that ends before its end
      const Note note = Note::sign(text, case_note_name, stage().people.root);
      read_file_of(note.bytes(), true);
      if (CaseRoot(stage().people.case_id()).check_roster(note)) bring(note.bytes());
      break;
    }
  }
  return 0;
}
