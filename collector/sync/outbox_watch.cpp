// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/sync/outbox_watch.hpp"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>

namespace dokaz {

Result<OutboxWatch> OutboxWatch::on(const Path& outbox) {
  OutboxWatch watch(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  constexpr std::uint32_t of_interest = IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
  if (watch.descriptor_ < 0 || ::inotify_add_watch(watch.descriptor_, outbox.c_str(), of_interest) < 0)
    return fail(Errc::io_error, "the outbox cannot be watched");
  return watch;
}

OutboxWatch::OutboxWatch(OutboxWatch&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
OutboxWatch::~OutboxWatch() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

/// Half-written files have other names. A folder that is gone is news, too, and so is a queue that overflowed.
bool OutboxWatch::something_came() {
  alignas(inotify_event) std::array<char, 4096> room{};
  bool came = false;
  for (ssize_t got = 0; (got = ::read(descriptor_, room.data(), room.size())) > 0;)
    for (ssize_t at = 0; at < got;) {
      inotify_event event{};
      std::memcpy(&event, room.data() + at, sizeof event);
      const std::string_view name = event.len > 0 ? std::string_view(room.data() + at + sizeof event) : std::string_view();
      came = came || event.len == 0 || name.ends_with(".age");
      at += static_cast<ssize_t>(sizeof event + event.len);
    }
  return came;
}

void OutboxWatch::forget() { static_cast<void>(something_came()); }

OutboxWatch::Woken OutboxWatch::wait(std::chrono::milliseconds most, const std::function<bool()>& stop) {
  using std::chrono::milliseconds;
  constexpr milliseconds asked_every{1'000};
  const auto end = std::chrono::steady_clock::now() + most;
  for (;;) {
    if (stop && stop()) return Woken::stopped;
    if (something_came()) return Woken::sealed;
    const auto now = std::chrono::steady_clock::now();
    if (now >= end) return Woken::time;
    const auto left = std::chrono::ceil<milliseconds>(end - now);
    pollfd one{descriptor_, POLLIN, 0};
    static_cast<void>(::poll(&one, 1, static_cast<int>(std::min(left, asked_every).count())));
  }
}

}  // namespace dokaz
