// SPDX-License-Identifier: GPL-3.0-or-later
// Locks the worker in before it looks at the first byte of a file.
#pragma once

#include <cstdint>

namespace dokaz::intake {

struct SandboxLimits {
  std::uint64_t memory = 0;       ///< bytes of address space
  std::uint64_t output = 0;       ///< bytes of a file
  std::uint64_t cpu_seconds = 0;
};

/// From here on this process can compute, read from `input_fd` at any place, and write to `result_fd`;
/// everything else fails or kills it. There is no way back.
/// Limits of resources, no new privileges, no core dump, not traceable, Landlock where the kernel has it,
/// and seccomp, which is mandatory: false where any but Landlock could not be put in force.
[[nodiscard]] bool enter_sandbox(int input_fd, int result_fd, const SandboxLimits& limits);

}  // namespace dokaz::intake
