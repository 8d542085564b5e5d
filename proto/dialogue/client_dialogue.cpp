// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dialogue/client_dialogue.hpp"

#include "proto/dialogue/server_dialogue.hpp"
#include "proto/dialogue/turns.hpp"

namespace dokaz {

using turns::frame_type_of;

Result<Frame> ClientDialogue::request(const Request& request) {
  const FrameType type = frame_type_of(request);
  const bool allowed = (state_ == State::start && type == FrameType::hello) ||
                       (state_ == State::ready && turns::is_query(type)) ||
                       (state_ == State::uploading && type == FrameType::upload);
  if (!allowed) return Errc::out_of_turn;
  if (const auto* data = std::get_if<Data>(&request)) {
    if (data->offset != next_) return fail(Errc::malformed, "offset");
    if (data->bytes.size() > until_ - next_) return fail(Errc::out_of_turn, "credit");
  }
  DOKAZ_LET(frame, encode(request));
  note(request);
  return frame;
}

void ClientDialogue::note(const Request& request) {
  asked_ = frame_type_of(request);
  if (const auto* data = std::get_if<Data>(&request)) {
    next_ += data->bytes.size();
    sent_data_ = true;
    return;  // still uploading
  }
  if (const auto* hello = std::get_if<Hello>(&request)) {
    min_version_ = hello->min_version;
    max_version_ = hello->max_version;
  }
  if (const auto* submit = std::get_if<Submit>(&request)) items_ = submit->items.size();
  if (const auto* prove = std::get_if<Prove>(&request)) items_ = prove->statements.size();
  if (const auto* offer = std::get_if<Offer>(&request)) object_ = offer->object;
  if (const auto* list = std::get_if<List>(&request)) from_ = list->from;
  if (const auto* fetch = std::get_if<Fetch>(&request)) next_ = fetch->offset;
  state_ = State::waiting;
}

Status ClientDialogue::admits(const FrameHeader& header) const {
  bool allowed = header.type == FrameType::failure;
  switch (state_) {
    case State::waiting: allowed |= header.type == turns::answer_to(asked_); break;
    case State::uploading:
      allowed |= sent_data_ && (header.type == FrameType::kept || header.type == FrameType::more);
      break;
    case State::receiving: allowed |= header.type == FrameType::download; break;
    case State::start:
    case State::ready:
    case State::closed: allowed = false; break;
  }
  if (!allowed) return Errc::out_of_turn;
  if (header.length > payload_cap(header.type)) return Errc::frame_too_large;
  return {};
}

Result<Response> ClientDialogue::answer(const Frame& frame) {
  const auto take_frame = [&]() -> Result<Response> {
    DOKAZ_TRY(admits({frame.type, static_cast<std::uint32_t>(frame.payload.size())}));
    DOKAZ_LET(response, decode_response(frame));
    DOKAZ_TRY(take(response));
    return response;
  };
  auto outcome = take_frame();
  if (!outcome) state_ = State::closed;
  return outcome;
}

Status ClientDialogue::take(const Response& response) {
  if (const auto* failure = std::get_if<Failure>(&response)) {
    const bool last = asked_ == FrameType::hello || ends_connection(failure->code);
    state_ = last ? State::closed : State::ready;
    return {};
  }
  if (const auto* data = std::get_if<Data>(&response)) return take_data(*data);
  if (const auto* more = std::get_if<More>(&response)) {
    if (more->until <= until_) return fail(Errc::malformed, "credit");
    until_ = more->until;
    return {};
  }
  DOKAZ_TRY(turns::fits({items_, from_, object_, next_}, response));
  if (const auto* welcome = std::get_if<Welcome>(&response))
    if (welcome->version < min_version_ || welcome->version > max_version_) return Errc::unsupported_version;
  state_ = State::ready;
  if (const auto* resume = std::get_if<Resume>(&response); resume && !resume->complete) {
    next_ = resume->offset;
    until_ = resume->until;
    sent_data_ = false;
    state_ = State::uploading;
  }
  if (const auto* content = std::get_if<Content>(&response); content && content->size > next_) {
    size_ = content->size;
    state_ = State::receiving;
  }
  return {};
}

Status ClientDialogue::take_data(const Data& data) {
  if (data.offset != next_ || data.bytes.size() > size_ - next_) return fail(Errc::malformed, "offset");
  next_ += data.bytes.size();
  if (next_ == size_) state_ = State::ready;
  return {};
}

}  // namespace dokaz
