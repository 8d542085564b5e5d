// SPDX-License-Identifier: GPL-3.0-or-later
// Frames: `u32be length of payload | u8 type | payload`. docs/protocol.md section 2.
#pragma once

#include <functional>
#include <span>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz {

/// Below 0x80: client to server. From 0x80 on: server to client. No type travels both ways.
enum class FrameType : Byte {
  hello = 0x01,
  submit = 0x02,
  offer = 0x03,
  upload = 0x04,  // Data
  collect = 0x05,
  list = 0x06,
  list_members = 0x07,
  fetch = 0x08,
  prove = 0x09,
  put_roster = 0x0c,
  welcome = 0x81,
  submitted = 0x82,
  resume = 0x83,
  download = 0x84,  // Data
  stored = 0x85,
  entries = 0x86,
  members = 0x87,
  content = 0x88,
  kept = 0x89,
  proofs = 0x8a,
  more = 0x8b,
  roster_taken = 0x8c,
  failure = 0xff,
};
std::optional<FrameType> frame_type_from(Byte number);
/// Largest payload in bytes.
std::size_t payload_cap(FrameType type);

struct FrameHeader {
  FrameType type = FrameType::failure;
  std::uint32_t length = 0;
};
inline constexpr std::size_t frame_header_size = 5;

struct Frame {
  FrameType type = FrameType::failure;
  Bytes payload;
  friend bool operator==(const Frame&, const Frame&) = default;
};
/// frame_header_size + payload.
Bytes serialize(const Frame& frame);

/// Bytes in, frames out, in pieces of any size. Reads never past the end of the frame under way.
class FrameReader {
 public:
  /// Judges each header before room for its payload is made. The cap of the type holds anyway.
  using Admit = std::function<Status(FrameHeader)>;
  explicit FrameReader(Admit admit) : admit_(std::move(admit)) {}

  /// Where the next bytes go: 1 byte to 64 KiB. Memory grows only as bytes arrive.
  std::span<Byte> room();
  /// `count` bytes of `room` were written: a frame if that completes one.
  /// out_of_turn for an unknown type, frame_too_large, what `admit` says; the same ever after.
  Result<std::optional<Frame>> filled(std::size_t count);
  /// Whether bytes of a frame have arrived and others are missing.
  bool mid_frame() const { return have_ > 0; }

 private:
  Result<std::optional<Frame>> begin_payload();
  Result<std::optional<Frame>> finish();

  Admit admit_;
  std::array<Byte, frame_header_size> header_{};
  std::size_t have_ = 0;  // bytes of header and payload that arrived
  std::size_t length_ = 0;
  Frame frame_;
  std::optional<Error> failed_;
};

}  // namespace dokaz
