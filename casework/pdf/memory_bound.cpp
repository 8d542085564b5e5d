// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/pdf/memory_bound.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace dokaz::pdf {
namespace {

constexpr rlim_t most = rlim_t{4} << 30;

}  // namespace

MemoryBound::MemoryBound() {
  rlim_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  if (pages == 0 || getrlimit(RLIMIT_AS, &before_) != 0) return;
  rlimit bound = before_;
  bound.rlim_cur = std::min(before_.rlim_cur, pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + most);
  set_ = setrlimit(RLIMIT_AS, &bound) == 0;
}

MemoryBound::~MemoryBound() {
  if (set_) setrlimit(RLIMIT_AS, &before_);
}

}  // namespace dokaz::pdf
