// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include <random>

#include "proto/wire/caps.hpp"
#include "tests/unit/proto/dialogue_script.hpp"

using namespace dokaz;
using namespace dokaz::script;

namespace {

Errc request_failure(FrameType type, Bytes payload) {
  const auto outcome = decode_request({type, std::move(payload)});
  return outcome ? Errc::usage : outcome.code();
}
Errc response_failure(FrameType type, Bytes payload) {
  const auto outcome = decode_response({type, std::move(payload)});
  return outcome ? Errc::usage : outcome.code();
}
Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes out;
  for (const Bytes& part : parts) append(out, part);
  return out;
}
const Bytes offer_payload = joined({{0x0a, 0x20}, filled(32, 9)});

/// What comes out of a decoder goes in again and gives the same bytes.
template <class Decode>
void accepts_only_itself(const Frame& frame, Decode decode) {
  auto message = decode(frame);
  if (!message) return;
  auto again = encode(*message);
  REQUIRE(again);
  REQUIRE(*again == frame);
}

}  // namespace

TEST_CASE("what is not the canonical encoding is refused by name") {
  CHECK(request_failure(FrameType::offer, offer_payload) == Errc::usage);  // the good one, for comparison

  CHECK(request_failure(FrameType::offer, {}) == Errc::malformed);
  CHECK(request_failure(FrameType::offer, joined({{0x0a, 0x1f}, filled(31)})) == Errc::malformed);
  CHECK(request_failure(FrameType::offer, joined({{0x0a, 0x21}, filled(33)})) == Errc::malformed);
  CHECK(request_failure(FrameType::offer, joined({{0x0a, 0x21}, filled(32)})) == Errc::malformed);
  CHECK(request_failure(FrameType::offer, joined({{0x8a, 0x00, 0x20}, filled(32)})) == Errc::malformed);
  CHECK(request_failure(FrameType::offer, joined({{0x0a, 0xa0, 0x00}, filled(32)})) == Errc::malformed);
  CHECK(request_failure(FrameType::offer, Bytes(20, 0x80)) == Errc::malformed);
  CHECK(request_failure(FrameType::list, {0x08, 0x00}) == Errc::malformed);  // a default, written out
  CHECK(request_failure(FrameType::list, {0x08, 0x01, 0x08, 0x02}) == Errc::malformed);  // twice
  CHECK(request_failure(FrameType::fetch, joined({{0x10, 0x01}, offer_payload})) == Errc::malformed);  // order
  CHECK(response_failure(FrameType::resume, {0x10, 0x02}) == Errc::malformed);  // a truth value of 2
  CHECK(response_failure(FrameType::failure, {0x08, 0x52}) == Errc::usage);     // refused
  CHECK(response_failure(FrameType::failure, {0x08, 0x51}) == Errc::malformed); // wrong_pin must not travel
  CHECK(response_failure(FrameType::failure, {0x08, 0x01}) == Errc::malformed); // no such number
  CHECK(response_failure(FrameType::failure, {}) == Errc::malformed);
  CHECK(response_failure(FrameType::resume, {0x18, 0x01}) == Errc::usage);                          // 0 until 1
  CHECK(response_failure(FrameType::resume, {}) == Errc::malformed);                                // no credit
  CHECK(response_failure(FrameType::resume, {0x08, 0x02, 0x18, 0x02}) == Errc::malformed);          // none either
  CHECK(response_failure(FrameType::resume, {0x10, 0x01, 0x18, 0x01}) == Errc::malformed);          // complete
  CHECK(response_failure(FrameType::more, {0x08, 0x01}) == Errc::usage);
  CHECK(response_failure(FrameType::more, {}) == Errc::malformed);
}

TEST_CASE("a field that is not declared is refused by name, at any depth") {
  CHECK(request_failure(FrameType::offer, joined({offer_payload, {0x10, 0x01}})) == Errc::unknown_field);
  CHECK(request_failure(FrameType::list, {0x78, 0x01}) == Errc::unknown_field);
  CHECK(request_failure(FrameType::list, {0x0a, 0x01, 0x41}) == Errc::unknown_field);  // another wire type
  CHECK(request_failure(FrameType::list, {0x0b, 0x0c}) == Errc::unknown_field);        // a group
  auto nested = encode(Request(submit(1)))->payload;
  append(nested, Bytes{0x0a, 0x02, 0x18, 0x01});  // a second item with field 3
  CHECK(request_failure(FrameType::submit, nested) == Errc::unknown_field);
}

TEST_CASE("parts over their caps are refused before room is made for them") {
  Bytes many;  // half a million empty items in a frame of the allowed size
  while (many.size() + 2 <= payload_cap(FrameType::submit)) append(many, Bytes{0x0a, 0x00});
  CHECK(request_failure(FrameType::submit, many) == Errc::malformed);

  CHECK(encode(Request(submit(0))).code() == Errc::malformed);
  CHECK(encode(Request(submit(65))).code() == Errc::too_large);
  CHECK(encode(Request(Submit{{{filled(16385), {}}}})).code() == Errc::too_large);
  CHECK(encode(Request(Data{0, filled(max_chunk + 1)})).code() == Errc::too_large);
  CHECK(encode(Request(Data{0, {}})).code() == Errc::malformed);
  CHECK(encode(Request(Data{UINT64_MAX, filled(2)})).code() == Errc::malformed);
  CHECK(request_failure(FrameType::upload, filled(8)) == Errc::malformed);
  CHECK(request_failure(FrameType::upload, filled(7)) == Errc::malformed);
  CHECK(request_failure(FrameType::upload, filled(8 + max_chunk + 1)) == Errc::frame_too_large);
  CHECK(encode(Response(Entries{{}, true, {}})).code() == Errc::malformed);
  CHECK(encode(Response(Entries{{entry(2), entry(2)}, false, {}})).code() == Errc::malformed);
  CHECK(encode(Response(Content{0})).code() == Errc::malformed);
  CHECK(encode(Response(RosterTaken{0})).code() == Errc::malformed);
  CHECK(encode(Request(PutRoster{})).code() == Errc::malformed);
  CHECK(encode(Request(PutRoster{filled(caps::roster + 1)})).code() == Errc::too_large);
  CHECK(encode(Request(Prove{})).code() == Errc::malformed);
  CHECK(encode(Request(Prove{std::vector(65, id<StatementHash>(1)), 0})).code() == Errc::too_large);
  CHECK(request_failure(FrameType::prove, joined({{0x0a, 0x21}, filled(33)})) == Errc::malformed);
  CHECK(request_failure(FrameType::prove, joined({{0x0a, 0x20}, filled(32), {0x0a, 0x20}, filled(32)})) == Errc::malformed);
  CHECK(encode(Response(Proofs{})).code() == Errc::malformed);
  CHECK(encode(Response(Proofs{std::vector(65, Proofs::Proof{}), {}})).code() == Errc::too_large);
  CHECK(encode(Response(Proofs{{{filled(caps::proof + 1), {}}}, {}})).code() == Errc::too_large);
  CHECK(encode(Response(Proofs{{{{}, filled(caps::proof + 1)}}, {}})).code() == Errc::too_large);
  CHECK(encode(Response(Submitted{{{Errc::no_space, {}}}})).code() == Errc::malformed);
  CHECK(encode(Response(Submitted{{{Errc::bad_signature, filled(1)}}})).code() == Errc::malformed);
}

TEST_CASE("the largest message of each kind fits its frame") {
  Submit most;
  for (std::size_t i = 0; i < max_statements_per_submit; ++i)
    most.items.push_back({filled(max_statement_size), id<Signature>(4)});
  Submitted proofs;
  for (std::size_t i = 0; i < max_statements_per_submit; ++i)
    proofs.outcomes.push_back({std::nullopt, filled(caps::proof)});
  Entries entries;
  for (std::size_t i = 0; i < max_entries_per_list; ++i)
    entries.entries.push_back({UINT64_MAX - 64 + i, filled(max_statement_size), key(1).public_key(), {},
                               filled(caps::proof), std::string(caps::answered, 'a')});
  entries.more = true;
  entries.consistency.resize(caps::consistency);
  Welcome big = welcome();
  big.checkpoint = filled(caps::checkpoint);
  big.consistency.resize(caps::consistency);
  big.session = UINT64_MAX;
  big.roster = filled(caps::roster);
  big.chains.assign(caps::chains, {id<ChainId>(1), UINT64_MAX, id<StatementHash>(2)});
  Members members{filled(caps::roster), {caps::admissions, {filled(caps::note), filled(caps::note)}}};
  const Stored stored{filled(max_statement_size), std::string(caps::answered, 'a'), filled(caps::proof)};
  const Prove prove{std::vector(max_statements_per_prove, id<StatementHash>(1)), UINT64_MAX};
  const Proofs most_proofs{std::vector(max_statements_per_prove, Proofs::Proof{filled(caps::proof), filled(caps::proof)}),
                           ConsistencyPath(caps::consistency)};
  Hello notes = hello();
  notes.admission = AdmissionNotes{filled(caps::note), filled(caps::note)};
  notes.seen_size = UINT64_MAX;
  notes.max_version = 0xffff;
  notes.roster_number = UINT64_MAX;

  for (const Request& request : {Request(most), Request(notes), Request(prove), Request(PutRoster{filled(caps::roster)}), Request(Fetch{object, UINT64_MAX}),
                                 Request(List{UINT64_MAX, UINT64_MAX}), Request(Data{1, filled(max_chunk)})}) {
    auto frame = encode(request);
    REQUIRE(frame);
    CHECK(frame->payload.size() <= payload_cap(frame->type));
    CHECK(decode_request(*frame));
  }
  for (const Response& response :
       {Response(proofs), Response(most_proofs), Response(entries), Response(big), Response(members), Response(stored),
        Response(Resume{UINT64_MAX, true, 0}), Response(Resume{UINT64_MAX - 1, false, UINT64_MAX}),
        Response(More{UINT64_MAX}), Response(Content{UINT64_MAX}), Response(RosterTaken{UINT64_MAX})}) {
    auto frame = encode(response);
    REQUIRE(frame);
    CHECK(frame->payload.size() <= payload_cap(frame->type));
    CHECK(decode_response(*frame));
  }
}

TEST_CASE("each message survives the way there, and no decoder takes the other side's frames") {
  for (const Request& request : requests()) {
    auto frame = encode(request);
    REQUIRE(frame);
    auto back = decode_request(*frame);
    REQUIRE(back);
    CHECK(back->index() == request.index());
    CHECK(encode(*back).value() == *frame);
    CHECK(decode_response(*frame).code() == Errc::out_of_turn);
  }
  for (const Response& response : responses()) {
    auto frame = encode(response);
    REQUIRE(frame);
    auto back = decode_response(*frame);
    REQUIRE(back);
    CHECK(back->index() == response.index());
    CHECK(encode(*back).value() == *frame);
    CHECK(decode_request(*frame).code() == Errc::out_of_turn);
  }
}

TEST_CASE("the values arrive") {
  const Request request = hello();
  const auto back = std::get<Hello>(decode_request(encode(request).value()).value());
  CHECK(back.case_id == id<Fingerprint>(1));
  CHECK(back.member == key(2).public_key());
  CHECK(back.signature == id<Signature>(3));
  REQUIRE(back.admission);
  CHECK(back.admission->ticket.size() == 350);
  CHECK(back.admission->admission.size() == 340);
  CHECK(back.seen_size == 40);
  const Response response = welcome();
  const auto greeted = std::get<Welcome>(decode_response(encode(response).value()).value());
  CHECK(greeted.consistency == welcome().consistency);
  CHECK(greeted.chains.at(0).next_seq == 7);
  CHECK(greeted.chains.at(0).head == id<StatementHash>(8));
  CHECK(greeted.version == protocol_version);
}

TEST_CASE("mutated and random frames are refused or are exactly what they say") {
  std::mt19937 random(20261123);  // NOLINT: the same bytes on every run
  std::vector<Frame> seeds;
  for (const Request& request : requests()) seeds.push_back(encode(request).value());
  for (const Response& response : responses()) seeds.push_back(encode(response).value());
  for (int round = 0; round < 30'000; ++round) {
    Frame frame = seeds[random() % seeds.size()];
    if (round % 4 == 0) frame.payload.resize(random() % 40);
    for (unsigned changes = random() % 4; changes > 0 && !frame.payload.empty(); --changes) {
      const std::size_t at = random() % frame.payload.size();
      switch (random() % 4) {
        case 0: frame.payload[at] = static_cast<Byte>(random()); break;
        case 1: frame.payload[at] ^= static_cast<Byte>(1u << random() % 8); break;
        case 2: frame.payload.erase(frame.payload.begin() + static_cast<std::ptrdiff_t>(at)); break;
        case 3: frame.payload.insert(frame.payload.begin() + static_cast<std::ptrdiff_t>(at), static_cast<Byte>(random())); break;
      }
    }
    accepts_only_itself(frame, decode_request);
    accepts_only_itself(frame, decode_response);
  }
}
