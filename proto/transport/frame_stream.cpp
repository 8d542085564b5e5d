// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/transport/frame_stream.hpp"

namespace dokaz {

std::chrono::milliseconds frame_time(std::chrono::milliseconds base, std::size_t length) {
  return base + std::chrono::seconds(length / 8192);
}

FrameStream::FrameStream(TlsStream& stream, Watchdog& watchdog, FrameReader::Admit admit,
                         std::chrono::milliseconds base)
    : stream_(stream),
      watchdog_(watchdog),
      base_(base),
      reader_([this, admit = std::move(admit)](FrameHeader header) -> Status {
        DOKAZ_TRY(admit(header));
        watchdog_.set(frame_time(base_, std::min<std::size_t>(header.length, payload_cap(header.type))));
        return {};
      }) {}

Error FrameStream::lost() {
  watchdog_.rest();
  return fail(watchdog_.has_bitten() ? Errc::timed_out : Errc::connection_lost);
}

asio::awaitable<Result<Frame>> FrameStream::read(std::chrono::milliseconds idle) {
  watchdog_.set(idle);
  for (;;) {
    const auto count = co_await stream_.read_some(reader_.room());
    if (!count) co_return lost();
    if (!reader_.mid_frame()) watchdog_.set(base_);
    auto frame = reader_.filled(*count);
    if (!frame) {
      watchdog_.rest();
      co_return std::move(frame).error();
    }
    if (!*frame) continue;
    watchdog_.rest();
    co_return std::move(**frame);
  }
}

asio::awaitable<Status> FrameStream::write(const Frame& frame) {
  const Bytes bytes = serialize(frame);
  watchdog_.set(frame_time(base_, bytes.size()));
  const auto status = co_await stream_.write_all(bytes);
  watchdog_.rest();
  if (!status) co_return lost();
  co_return Status();
}

}  // namespace dokaz
