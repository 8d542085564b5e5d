// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dialogue/server_dialogue.hpp"

#include "proto/dialogue/turns.hpp"

namespace dokaz {

using turns::frame_type_of;
using turns::is_query;

bool ends_connection(Errc code) {
  return code == Errc::out_of_turn || code == Errc::frame_too_large || code == Errc::unknown_field ||
         code == Errc::malformed;
}

Status ServerDialogue::admits(const FrameHeader& header) const {
  bool allowed = false;
  switch (state_) {
    case State::start: allowed = header.type == FrameType::hello; break;
    case State::ready:
      allowed = is_query(header.type) || (draining_ && header.type == FrameType::upload);
      break;
    case State::uploading: allowed = header.type == FrameType::upload; break;
    case State::greeting:
    case State::answering:
    case State::keeping:
    case State::sending:
    case State::closed: break;
  }
  if (!allowed) return Errc::out_of_turn;
  if (header.length > payload_cap(header.type)) return Errc::frame_too_large;
  const std::uint64_t content = header.length - std::min<std::uint64_t>(header.length, data_header_size);
  if (state_ == State::uploading && content > until_ - next_) return fail(Errc::out_of_turn, "credit");
  return {};
}

Result<std::optional<Request>> ServerDialogue::received(const Frame& frame) {
  const auto take_frame = [&]() -> Result<std::optional<Request>> {
    DOKAZ_TRY(admits({frame.type, static_cast<std::uint32_t>(frame.payload.size())}));
    DOKAZ_LET(request, decode_request(frame));
    if (state_ == State::ready && frame.type == FrameType::upload) return std::optional<Request>();
    DOKAZ_TRY(take(request));
    return std::optional(std::move(request));
  };
  auto outcome = take_frame();
  if (!outcome) state_ = State::closed;
  return outcome;
}

Status ServerDialogue::take(const Request& request) {
  asked_ = frame_type_of(request);
  draining_ = false;
  if (const auto* data = std::get_if<Data>(&request)) {
    if (data->offset != next_) return fail(Errc::malformed, "offset");
    next_ += data->bytes.size();
    state_ = State::keeping;
    return {};
  }
  if (const auto* hello = std::get_if<Hello>(&request)) {
    known_ = true;
    if (hello->min_version <= protocol_version) version_ = std::min(hello->max_version, protocol_version);
    state_ = State::greeting;
    return {};
  }
  if (const auto* submit = std::get_if<Submit>(&request)) items_ = submit->items.size();
  if (const auto* prove = std::get_if<Prove>(&request)) items_ = prove->statements.size();
  if (const auto* offer = std::get_if<Offer>(&request)) object_ = offer->object;
  if (const auto* list = std::get_if<List>(&request)) from_ = list->from;
  if (const auto* fetch = std::get_if<Fetch>(&request)) next_ = fetch->offset;
  state_ = State::answering;
  return {};
}

Result<Frame> ServerDialogue::reply(Response response) {
  turns::make_travel(response);
  // Encoding first: a reply that cannot be sent changes nothing.
  DOKAZ_LET(frame, encode(response));
  DOKAZ_TRY(give(response));
  return frame;
}

Status ServerDialogue::give(const Response& response) {
  const bool owed = state_ == State::greeting || state_ == State::answering || state_ == State::keeping ||
                    state_ == State::sending;
  if (!owed) return Errc::out_of_turn;
  if (const auto* failure = std::get_if<Failure>(&response)) {
    draining_ = state_ == State::keeping;
    state_ = state_ == State::greeting || ends_connection(failure->code) ? State::closed : State::ready;
    return {};
  }
  if (const auto* data = std::get_if<Data>(&response)) return give_data(*data);
  if (const auto* more = std::get_if<More>(&response)) return give_credit(*more);
  if (state_ == State::sending || frame_type_of(response) != turns::answer_to(asked_)) return Errc::out_of_turn;
  DOKAZ_TRY(turns::fits({items_, from_, object_, next_}, response));
  state_ = State::ready;
  if (const auto* resume = std::get_if<Resume>(&response); resume && !resume->complete) {
    next_ = resume->offset;
    until_ = resume->until;
    state_ = State::uploading;
  }
  if (const auto* content = std::get_if<Content>(&response); content && content->size > next_) {
    size_ = content->size;
    state_ = State::sending;
  }
  return {};
}

Status ServerDialogue::give_data(const Data& data) {
  if (state_ != State::sending) return Errc::out_of_turn;
  if (data.offset != next_ || data.bytes.size() > size_ - next_) return fail(Errc::malformed, "offset");
  next_ += data.bytes.size();
  if (next_ == size_) state_ = State::ready;
  return {};
}

Status ServerDialogue::give_credit(const More& more) {
  if (state_ != State::keeping) return Errc::out_of_turn;
  if (more.until <= until_) return fail(Errc::malformed, "credit");
  until_ = more.until;
  state_ = State::uploading;
  return {};
}

void ServerDialogue::goes_on() {
  DOKAZ_CHECK(state_ == State::keeping);
  state_ = State::uploading;
}

std::optional<Frame> ServerDialogue::last_words(Errc code) const {
  if (!known_) return std::nullopt;
  Response response = Failure{code};
  turns::make_travel(response);
  auto frame = encode(response);
  DOKAZ_CHECK(frame.has_value());
  return std::move(frame).value();
}

}  // namespace dokaz
