// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/wire/codec.hpp"

#include "proto/wire/caps.hpp"
#include "proto/wire/convert.hpp"
#include "proto/wire/scan.hpp"

namespace dokaz {
namespace {

template <class M>
constexpr FrameType type_of() {
  if constexpr (std::is_same_v<M, Hello>) return FrameType::hello;
  if constexpr (std::is_same_v<M, Submit>) return FrameType::submit;
  if constexpr (std::is_same_v<M, Offer>) return FrameType::offer;
  if constexpr (std::is_same_v<M, Collect>) return FrameType::collect;
  if constexpr (std::is_same_v<M, List>) return FrameType::list;
  if constexpr (std::is_same_v<M, ListMembers>) return FrameType::list_members;
  if constexpr (std::is_same_v<M, Fetch>) return FrameType::fetch;
  if constexpr (std::is_same_v<M, Prove>) return FrameType::prove;
  if constexpr (std::is_same_v<M, PutRoster>) return FrameType::put_roster;
  if constexpr (std::is_same_v<M, Welcome>) return FrameType::welcome;
  if constexpr (std::is_same_v<M, Submitted>) return FrameType::submitted;
  if constexpr (std::is_same_v<M, Resume>) return FrameType::resume;
  if constexpr (std::is_same_v<M, Kept>) return FrameType::kept;
  if constexpr (std::is_same_v<M, More>) return FrameType::more;
  if constexpr (std::is_same_v<M, Stored>) return FrameType::stored;
  if constexpr (std::is_same_v<M, Entries>) return FrameType::entries;
  if constexpr (std::is_same_v<M, Members>) return FrameType::members;
  if constexpr (std::is_same_v<M, Content>) return FrameType::content;
  if constexpr (std::is_same_v<M, Proofs>) return FrameType::proofs;
  if constexpr (std::is_same_v<M, RosterTaken>) return FrameType::roster_taken;
  if constexpr (std::is_same_v<M, Failure>) return FrameType::failure;
}

Status check_data(const Data& data) {
  if (data.bytes.empty()) return fail(Errc::malformed, "empty");
  if (data.bytes.size() > max_chunk) return Errc::too_large;
  if (data.offset > UINT64_MAX - data.bytes.size()) return fail(Errc::malformed, "offset");
  return {};
}

Result<Frame> encode_data(const Data& data, FrameType type) {
  DOKAZ_TRY(check_data(data));
  Frame frame{type, {}};
  frame.payload.reserve(data_header_size + data.bytes.size());
  for (int shift = 56; shift >= 0; shift -= 8) frame.payload.push_back(static_cast<Byte>(data.offset >> shift));
  append(frame.payload, data.bytes);
  return frame;
}

Result<Data> decode_data(const Frame& frame) {
  if (frame.payload.size() < data_header_size) return fail(Errc::malformed, "cut");
  Data data;
  for (std::size_t i = 0; i < data_header_size; ++i) data.offset = data.offset << 8 | frame.payload[i];
  data.bytes.assign(frame.payload.begin() + data_header_size, frame.payload.end());
  DOKAZ_TRY(check_data(data));
  return data;
}

template <class M>
Result<Frame> encode_message(const M& message) {
  DOKAZ_TRY(convert::check(message));
  const auto wire = convert::to_wire(message);
  Frame frame{type_of<M>(), Bytes(wire.ByteSizeLong())};
  if (frame.payload.size() > payload_cap(frame.type)) return Errc::too_large;
  DOKAZ_CHECK(wire.SerializeToArray(frame.payload.data(), static_cast<int>(frame.payload.size())));
  return frame;
}

template <class M>
Result<M> decode_message(const Frame& frame) {
  using Wire = decltype(convert::to_wire(std::declval<M>()));
  // The largest number of fields that a valid message has: Welcome's chains.
  constexpr std::size_t most_fields = caps::chains + 5;
  DOKAZ_TRY(scan(frame.payload, *Wire::descriptor(), most_fields));
  Wire wire;
  if (!wire.ParseFromArray(frame.payload.data(), static_cast<int>(frame.payload.size())))
    return fail(Errc::malformed, "protobuf");
  if (const std::string again = wire.SerializeAsString(); !std::ranges::equal(bytes_of(again), frame.payload))
    return fail(Errc::malformed, "not canonical");
  DOKAZ_LET(message, convert::from_wire(wire));
  if (auto status = convert::check(message); !status) return fail(Errc::malformed, status.error().detail);
  return message;
}

template <class M, class Variant>
Result<Variant> decode_as(const Frame& frame) {
  DOKAZ_LET(message, decode_message<M>(frame));
  return Variant(std::move(message));
}

template <class Variant>
Result<Variant> decode_data_as(const Frame& frame) {
  DOKAZ_LET(data, decode_data(frame));
  return Variant(std::move(data));
}

template <class Variant>
Result<Frame> encode_any(const Variant& any, FrameType data_type) {
  return std::visit(
      [&]<class M>(const M& message) -> Result<Frame> {
        if constexpr (std::is_same_v<M, Data>)
          return encode_data(message, data_type);
        else
          return encode_message(message);
      },
      any);
}

}  // namespace

Result<Frame> encode(const Request& request) { return encode_any(request, FrameType::upload); }
Result<Frame> encode(const Response& response) { return encode_any(response, FrameType::download); }

Result<Request> decode_request(const Frame& frame) {
  if (frame.payload.size() > payload_cap(frame.type)) return Errc::frame_too_large;
  switch (frame.type) {
    case FrameType::hello: return decode_as<Hello, Request>(frame);
    case FrameType::submit: return decode_as<Submit, Request>(frame);
    case FrameType::offer: return decode_as<Offer, Request>(frame);
    case FrameType::upload: return decode_data_as<Request>(frame);
    case FrameType::collect: return decode_as<Collect, Request>(frame);
    case FrameType::list: return decode_as<List, Request>(frame);
    case FrameType::list_members: return decode_as<ListMembers, Request>(frame);
    case FrameType::fetch: return decode_as<Fetch, Request>(frame);
    case FrameType::prove: return decode_as<Prove, Request>(frame);
    case FrameType::put_roster: return decode_as<PutRoster, Request>(frame);
    case FrameType::welcome:
    case FrameType::submitted:
    case FrameType::resume:
    case FrameType::download:
    case FrameType::stored:
    case FrameType::entries:
    case FrameType::members:
    case FrameType::content:
    case FrameType::kept:
    case FrameType::proofs:
    case FrameType::more:
    case FrameType::roster_taken:
    case FrameType::failure: return fail(Errc::out_of_turn, "an answer");
  }
  return fail(Errc::out_of_turn, "unknown type");
}

Result<Response> decode_response(const Frame& frame) {
  if (frame.payload.size() > payload_cap(frame.type)) return Errc::frame_too_large;
  switch (frame.type) {
    case FrameType::welcome: return decode_as<Welcome, Response>(frame);
    case FrameType::submitted: return decode_as<Submitted, Response>(frame);
    case FrameType::resume: return decode_as<Resume, Response>(frame);
    case FrameType::download: return decode_data_as<Response>(frame);
    case FrameType::stored: return decode_as<Stored, Response>(frame);
    case FrameType::entries: return decode_as<Entries, Response>(frame);
    case FrameType::members: return decode_as<Members, Response>(frame);
    case FrameType::content: return decode_as<Content, Response>(frame);
    case FrameType::kept: return decode_as<Kept, Response>(frame);
    case FrameType::proofs: return decode_as<Proofs, Response>(frame);
    case FrameType::more: return decode_as<More, Response>(frame);
    case FrameType::roster_taken: return decode_as<RosterTaken, Response>(frame);
    case FrameType::failure: return decode_as<Failure, Response>(frame);
    case FrameType::hello:
    case FrameType::submit:
    case FrameType::offer:
    case FrameType::upload:
    case FrameType::collect:
    case FrameType::list:
    case FrameType::list_members:
    case FrameType::fetch:
    case FrameType::prove:
    case FrameType::put_roster: return fail(Errc::out_of_turn, "a request");
  }
  return fail(Errc::out_of_turn, "unknown type");
}

bool may_travel(Errc code) {
  static constexpr Errc travelling[] = {
      Errc::refused,       Errc::ticket_expired,  Errc::ticket_used,  Errc::unsupported_version,
      Errc::malformed,     Errc::unknown_field,   Errc::frame_too_large, Errc::out_of_turn,
      Errc::bad_signature, Errc::bad_key,         Errc::not_a_member, Errc::broken_chain,
      Errc::forked_chain,  Errc::hash_mismatch,   Errc::missing_part, Errc::not_found,
      Errc::too_large,     Errc::quota_exceeded,  Errc::server_full,  Errc::busy,
      Errc::internal,      Errc::case_suspended,  Errc::writes_stopped, Errc::chain_closed,
      Errc::wrong_epoch,   Errc::already_exists, Errc::key_revoked};
  return std::ranges::find(travelling, code) != std::end(travelling);
}

}  // namespace dokaz
