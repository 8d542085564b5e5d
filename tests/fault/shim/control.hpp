// SPDX-License-Identifier: GPL-3.0-or-later
// How a test reaches into a shim that runs inside another program: a small file that both have mapped. fault.py writes
// the same layout.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>

namespace dokaz::fault {

struct Control {
  std::atomic<std::uint32_t> calls;      // bits of Calls: which are counted, and may fail
  std::atomic<std::int32_t> error;       // errno of those that fail; below 0: the signal that ends the program instead
  std::atomic<std::uint64_t> fail_from;  // the number of the first that fails, from 1; 0: none
  std::atomic<std::uint64_t> fail_until; // the last that fails
  std::atomic<std::uint64_t> count;      // calls so far
  std::atomic<std::uint64_t> failed;     // how many were made to fail
  std::atomic<std::int64_t> clock;       // seconds that the clock is ahead
};

/// Null where no test has asked for faults. Mapped before main, so before any sandbox.
inline Control* control() {
  static Control* const mapped = [] {
    const char* path = std::getenv("DOKAZ_FAULT_CONTROL");
    const int descriptor = path ? ::open(path, O_RDWR | O_CLOEXEC) : -1;
    void* at = descriptor < 0 ? MAP_FAILED
                              : ::mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (descriptor >= 0) ::close(descriptor);
    return at == MAP_FAILED ? nullptr : static_cast<Control*>(at);
  }();
  return mapped;
}

}  // namespace dokaz::fault
