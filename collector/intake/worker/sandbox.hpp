// SPDX-License-Identifier: GPL-3.0-or-later
// Locks the worker in before it looks at the first byte of a file.
#pragma once

#include <cstdint>

namespace dokaz::intake {

/// From here on this process can compute, use at most `memory` bytes of address space and write at most
/// `output` bytes to `result_fd`; everything else fails or kills it. There is no way back.
/// Limits of resources, no new privileges, no core dump, not traceable, Landlock where the kernel has it,
/// and seccomp, which is mandatory: false where any but Landlock could not be put in force.
[[nodiscard]] bool enter_sandbox(int result_fd, std::uint64_t memory, std::uint64_t output);

}  // namespace dokaz::intake
