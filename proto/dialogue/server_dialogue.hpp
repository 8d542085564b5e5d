// SPDX-License-Identifier: GPL-3.0-or-later
// The server's turns as a value without sockets: docs/protocol.md section 4. Frames in, requests out;
// responses in, frames out. One object a connection.
#pragma once

#include "proto/wire/codec.hpp"

namespace dokaz {

class ServerDialogue {
 public:
  enum class State { start, greeting, ready, answering, uploading, keeping, sending, closed };

  /// out_of_turn (also for Data past the credit), frame_too_large: judged from the header alone.
  Status admits(const FrameHeader& header) const;

  /// The request to act on; empty for Data that came too late and are thrown away.
  /// out_of_turn, frame_too_large, unknown_field, malformed, bad_key: then the dialogue is closed.
  Result<std::optional<Request>> received(const Frame& frame);

  /// The answer that is owed. A failure that must not travel becomes server_full or internal.
  /// out_of_turn, malformed, too_large if it is no answer to the request: a bug of the caller; nothing changes.
  Result<Frame> reply(Response response);
  /// Instead of a reply: the Data received do not complete the object yet, and the credit stays as it is.
  void goes_on();

  /// The frame to send before closing after `received` or `admits` failed: none before a well-formed Hello.
  std::optional<Frame> last_words(Errc code) const;

  /// The highest version that both sides know, after Hello; empty if there is none.
  std::optional<std::uint16_t> version() const { return version_; }
  State state() const { return state_; }
  bool closed() const { return state_ == State::closed; }

 private:
  Status take(const Request& request);
  Status give(const Response& response);
  Status give_data(const Data& data);
  Status give_credit(const More& more);

  State state_ = State::start;
  bool known_ = false;      // a well-formed Hello has come
  bool draining_ = false;   // a Failure was sent while Data may be under way
  FrameType asked_ = FrameType::hello;
  std::size_t items_ = 0;   // of the Submit or Prove that is answered
  std::uint64_t from_ = 0;  // of the List that is answered
  ObjectId object_;         // offered or fetched
  std::uint64_t next_ = 0;  // offset of the next Data, either way
  std::uint64_t size_ = 0;  // of the object that is sent
  std::uint64_t until_ = 0; // credit of the upload under way
  std::optional<std::uint16_t> version_;
};

/// After these a connection closes: docs/protocol.md section 4.
bool ends_connection(Errc code);

}  // namespace dokaz
