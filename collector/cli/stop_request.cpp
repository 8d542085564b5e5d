// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/cli/stop_request.hpp"

#include <atomic>

namespace dokaz::cli {
namespace {

std::atomic<bool> came_since{false};  // a handler reaches nothing else, and other threads ask
static_assert(std::atomic<bool>::is_always_lock_free);

void note(int) { came_since = true; }

}  // namespace

StopRequest::StopRequest() {
  came_since = false;
  struct sigaction once {};
  once.sa_handler = note;
  once.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
  sigset_t both;
  sigemptyset(&both);
  sigaddset(&both, SIGINT);
  sigaddset(&both, SIGTERM);
  ::sigaction(SIGINT, &once, &interrupt_before_);
  ::sigaction(SIGTERM, &once, &terminate_before_);
  ::pthread_sigmask(SIG_UNBLOCK, &both, nullptr);
}

StopRequest::~StopRequest() {
  ::sigaction(SIGINT, &interrupt_before_, nullptr);
  ::sigaction(SIGTERM, &terminate_before_, nullptr);
}

bool StopRequest::came() const { return came_since; }

}  // namespace dokaz::cli
