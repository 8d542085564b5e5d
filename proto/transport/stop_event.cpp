// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/transport/stop_event.hpp"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace dokaz {

StopEvent::~StopEvent() {
  if (writer_ >= 0) ::close(writer_);
}

Status StopEvent::open() {
  const int reader = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  writer_ = reader < 0 ? -1 : ::fcntl(reader, F_DUPFD_CLOEXEC, 0);
  boost::system::error_code error;
  if (reader >= 0) reader_.assign(reader, error);
  return writer_ < 0 || error ? fail(Errc::io_error, "eventfd") : Status();
}

asio::awaitable<void> StopEvent::wait() {
  co_await reader_.async_wait(asio::posix::stream_descriptor::wait_read, as_value);
}

void StopEvent::stop() const {
  const std::uint64_t one = 1;
  // It fails only if it was called 2^64 - 1 times before.
  [[maybe_unused]] const auto written = ::write(writer_, &one, sizeof(one));
}

}  // namespace dokaz
