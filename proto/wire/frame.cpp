// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/wire/frame.hpp"

#include "proto/wire/caps.hpp"

namespace dokaz {
namespace {

constexpr std::size_t growth = 64 * 1024;

}  // namespace

std::optional<FrameType> frame_type_from(Byte number) {
  if ((number >= 0x01 && number <= 0x09) || number == 0x0c || (number >= 0x81 && number <= 0x8c) || number == 0xff)
    return static_cast<FrameType>(number);
  return std::nullopt;
}

std::size_t payload_cap(FrameType type) {
  switch (type) {
    case FrameType::hello: return 16 * 1024;
    case FrameType::submit: return caps::submit_frame;
    case FrameType::offer: return 64;
    case FrameType::upload: return caps::data_frame;
    case FrameType::collect: return 64;
    case FrameType::list: return 32;
    case FrameType::list_members: return 0;
    case FrameType::fetch: return 64;
    case FrameType::prove: return caps::prove_frame;
    case FrameType::put_roster: return caps::roster_frame;
    case FrameType::welcome: return caps::welcome_frame;
    case FrameType::submitted: return caps::submitted_frame;
    case FrameType::resume: return 24;
    case FrameType::download: return caps::data_frame;
    case FrameType::stored: return 64 * 1024;
    case FrameType::entries: return caps::entries_frame;
    case FrameType::members: return caps::members_frame;
    case FrameType::content: return 16;
    case FrameType::kept: return 64;
    case FrameType::proofs: return caps::proofs_frame;
    case FrameType::more: return 16;
    case FrameType::roster_taken: return 16;
    case FrameType::failure: return 16;
  }
  return 0;
}

Bytes serialize(const Frame& frame) {
  DOKAZ_CHECK(frame.payload.size() <= payload_cap(frame.type));
  const auto length = static_cast<std::uint32_t>(frame.payload.size());
  Bytes out;
  out.reserve(frame_header_size + frame.payload.size());
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<Byte>(length >> shift));
  out.push_back(static_cast<Byte>(frame.type));
  append(out, frame.payload);
  return out;
}

std::span<Byte> FrameReader::room() {
  if (have_ < frame_header_size) return std::span(header_).subspan(have_);
  const std::size_t arrived = have_ - frame_header_size;
  if (frame_.payload.size() == arrived) frame_.payload.resize(std::min(length_, arrived + growth));
  return std::span(frame_.payload).subspan(arrived);
}

Result<std::optional<Frame>> FrameReader::filled(std::size_t count) {
  if (failed_) return *failed_;
  DOKAZ_CHECK(count <= (have_ < frame_header_size ? header_.size() - have_
                                                  : frame_.payload.size() - (have_ - frame_header_size)));
  const bool in_header = have_ < frame_header_size;
  have_ += count;
  if (have_ < frame_header_size) return std::optional<Frame>();
  auto outcome = in_header ? begin_payload() : finish();
  if (!outcome) failed_ = outcome.error();
  return outcome;
}

Result<std::optional<Frame>> FrameReader::begin_payload() {
  const auto type = frame_type_from(header_[4]);
  if (!type) return fail(Errc::out_of_turn, "unknown type");
  std::uint32_t length = 0;
  for (std::size_t i = 0; i < 4; ++i) length = length << 8 | header_[i];
  DOKAZ_TRY(admit_({*type, length}));
  if (length > payload_cap(*type)) return Errc::frame_too_large;
  frame_ = {*type, {}};
  length_ = length;
  return finish();
}

Result<std::optional<Frame>> FrameReader::finish() {
  if (have_ - frame_header_size < length_) return std::optional<Frame>();
  have_ = 0;
  return std::optional<Frame>(std::move(frame_));
}

}  // namespace dokaz
