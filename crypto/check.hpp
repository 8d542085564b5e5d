// SPDX-License-Identifier: GPL-3.0-or-later
// An assertion that stays on in every build: a bug stops the program before it can harm evidence.
#pragma once

namespace dokaz {

[[noreturn]] void check_failed(const char* expression, const char* file, int line);

}  // namespace dokaz

#define DOKAZ_CHECK(expression) \
  ((expression) ? static_cast<void>(0) : ::dokaz::check_failed(#expression, __FILE__, __LINE__))
