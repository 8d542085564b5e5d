// SPDX-License-Identifier: GPL-3.0-or-later
// Starts the worker program, watches over it, and hands back the bytes that it left.
#pragma once

#include <chrono>
#include <filesystem>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz::intake {

enum class WorkerTask { take, check };

/// Runs the program with the original as descriptor 3, the answer as 4 and, to check, the clean copy as 5;
/// no other descriptor but /dev/null, an empty environment, and nothing of this process's memory.
/// Its answer is at most `cap` bytes. `parser_died` where it ends otherwise than with exit code 0, is
/// not done in `time` (then it is killed), or writes more; `internal` where it cannot be started.
Result<Bytes> run_worker(const std::filesystem::path& program, WorkerTask task, int original, int clean,
                         std::uint64_t cap, std::chrono::milliseconds time);

}  // namespace dokaz::intake
