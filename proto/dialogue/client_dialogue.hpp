// SPDX-License-Identifier: GPL-3.0-or-later
// The client's turns as a value without sockets: docs/protocol.md section 4. Requests in, frames out;
// frames in, responses out. One object a connection.
#pragma once

#include "proto/wire/codec.hpp"

namespace dokaz {

class ClientDialogue {
 public:
  enum class State { start, waiting, ready, uploading, receiving, closed };

  /// The frame to send. out_of_turn (also for Data past the credit), malformed, too_large for what may not be sent now: nothing changes.
  Result<Frame> request(const Request& request);

  /// out_of_turn, frame_too_large: judged from the header alone.
  Status admits(const FrameHeader& header) const;
  /// A Failure of the server is a response. out_of_turn, frame_too_large, unknown_field, malformed, bad_key,
  /// unsupported_version: the server broke the protocol, and the dialogue is closed.
  Result<Response> answer(const Frame& frame);

  /// The upload under way may send bytes below this offset.
  std::uint64_t credit_end() const { return until_; }
  State state() const { return state_; }
  bool closed() const { return state_ == State::closed; }
  /// Whether an answer, or more of one, is still to come.
  bool awaits() const { return state_ == State::waiting || state_ == State::receiving; }

 private:
  void note(const Request& request);
  Status take(const Response& response);
  Status take_data(const Data& data);

  State state_ = State::start;
  FrameType asked_ = FrameType::hello;
  std::uint16_t min_version_ = 0;
  std::uint16_t max_version_ = 0;
  bool sent_data_ = false;  // of the upload under way
  std::size_t items_ = 0;
  std::uint64_t from_ = 0;
  ObjectId object_;
  std::uint64_t next_ = 0;  // offset of the next Data, either way
  std::uint64_t size_ = 0;  // of the object that is received
  std::uint64_t until_ = 0; // credit of the upload under way
};

}  // namespace dokaz
