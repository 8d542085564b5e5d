// SPDX-License-Identifier: GPL-3.0-or-later
// A wall clock that a test sets (LD_PRELOAD): whoever asks for the time of day gets it so many seconds ahead.
#include <dlfcn.h>
#include <sys/time.h>

#include <ctime>

#include "tests/fault/shim/control.hpp"

namespace {

std::int64_t ahead() {
  const auto* const now = dokaz::fault::control();
  return now == nullptr ? 0 : now->clock.load();
}
[[gnu::constructor]] void map_early() { dokaz::fault::control(); }

using ClockGettime = int (*)(clockid_t, timespec*);
int real_clock(clockid_t clock, timespec* time) {
  static const auto real = reinterpret_cast<ClockGettime>(::dlsym(RTLD_NEXT, "clock_gettime"));
  return real(clock, time);
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* time) {
  const int done = real_clock(clock, time);
  if (done == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI))
    time->tv_sec += ahead();
  return done;
}
time_t time(time_t* out) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != nullptr) *out = now.tv_sec;
  return now.tv_sec;
}
int gettimeofday(timeval* time, void*) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  time->tv_sec = now.tv_sec;
  time->tv_usec = static_cast<suseconds_t>(now.tv_nsec / 1000);
  return 0;
}

}  // extern "C"
