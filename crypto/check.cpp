// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace dokaz {

void check_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "dokaz: a bug stopped the program (%s, %s:%d). Nothing was sent or deleted.\n",
               expression, file, line);
  std::abort();
}

}  // namespace dokaz
