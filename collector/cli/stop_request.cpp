// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/cli/stop_request.hpp"

namespace dokaz::cli {
namespace {

volatile std::sig_atomic_t came_since = 0;  // a handler reaches nothing else

void note(int) { came_since = 1; }

}  // namespace

StopRequest::StopRequest() {
  came_since = 0;
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

bool StopRequest::came() const { return came_since != 0; }

}  // namespace dokaz::cli
