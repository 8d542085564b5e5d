// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/net/descriptors.hpp"

#include <sys/resource.h>

namespace dokaz::server {

std::size_t descriptors_for_connections() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  if (limit.rlim_cur < limit.rlim_max) {
    const rlimit raised{limit.rlim_max, limit.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  return limit.rlim_cur > reserved_descriptors ? limit.rlim_cur - reserved_descriptors : 0;
}

}  // namespace dokaz::server
