// SPDX-License-Identifier: GPL-3.0-or-later
// Ends this process, or one that it forked, by SIGKILL at the n-th call that changes something on a disk. The test's
// program has such calls of its own before those of libc: kill_points.cpp.
#pragma once

#include <cstdint>

namespace dokaz::test {

/// Counts from now on, over all processes forked later; 0: nobody is killed.
void kill_at(std::uint64_t call);
/// The same, but it is stopped there (SIGSTOP), and goes on when it is told to.
void stop_at(std::uint64_t call);
/// Calls since then.
std::uint64_t calls_counted();

}  // namespace dokaz::test
