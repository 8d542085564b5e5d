// SPDX-License-Identifier: GPL-3.0-or-later
// A bound on the memory that reading somebody else's file takes: a small file can unpack to one without end.
#pragma once

#include <sys/resource.h>

namespace dokaz::pdf {

/// While it lives, this process gets at most so much more memory; what wants more throws std::bad_alloc. One thread.
class MemoryBound {
 public:
  MemoryBound();
  ~MemoryBound();
  MemoryBound(const MemoryBound&) = delete;
  MemoryBound& operator=(const MemoryBound&) = delete;

 private:
  rlimit before_{};
  bool set_ = false;
};

}  // namespace dokaz::pdf
