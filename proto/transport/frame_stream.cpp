// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/transport/frame_stream.hpp"

#include <algorithm>

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

asio::awaitable<Status> FrameStream::write(const Frame& frame, Pace* pace) {
  const Bytes bytes = serialize(frame);
  if (pace != nullptr) co_return co_await write_paced(bytes, *pace);
  watchdog_.set(frame_time(base_, bytes.size()));
  const auto status = co_await stream_.write_all(bytes);
  watchdog_.rest();
  if (!status) co_return lost();
  co_return Status();
}

asio::awaitable<Status> FrameStream::write_paced(ByteView bytes, Pace& pace) {
  asio::steady_timer turn(co_await asio::this_coro::executor);
  while (!bytes.empty()) {
    const ByteView piece = bytes.first(std::min(bytes.size(), pace.piece()));
    watchdog_.rest();
    turn.expires_at(pace.take(piece.size(), std::chrono::steady_clock::now()));
    const auto [woken] = co_await turn.async_wait(as_value);
    static_cast<void>(woken);
    watchdog_.set(frame_time(base_, piece.size()));
    const auto status = co_await stream_.write_all(piece);
    watchdog_.rest();
    if (!status) co_return lost();
    bytes = bytes.subspan(piece.size());
  }
  co_return Status();
}

}  // namespace dokaz
