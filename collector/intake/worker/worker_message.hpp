// SPDX-License-Identifier: GPL-3.0-or-later
// What goes over the socket between the collector and the worker program: messages of fixed size and open files.
// Neither says a word that a stranger wrote.
#pragma once

#include <optional>
#include <span>
#include <type_traits>
#include <vector>

#include "collector/intake/intake.hpp"
#include "collector/intake/media.hpp"
#include "crypto/files.hpp"

namespace dokaz::intake {

/// `residue` is a task of its own for films alone; for photos it is a part of `check`.
enum class WorkerTask : std::uint32_t { take = 1, check = 2, pixels = 3, residue = 4 };

/// Both ends are of one build, so this is the structure as it lies in memory.
struct WorkerRequest {
  WorkerTask task = WorkerTask::take;
  ColourProfile colour_profile = ColourProfile::reduce;  ///< of `take`
  bool every_code = true;                                ///< of `take`: as WalkOptions has it
  Media media = Media::jpeg;                             ///< of `pixels` and `residue`
  bool streamed = false;                                 ///< read piece by piece, not as a whole in memory
  std::uint64_t original_size = 0;                       ///< bytes
  std::uint64_t memory = 0;                              ///< bytes of address space
  std::uint64_t answer = 0;                              ///< bytes, at most
  std::uint64_t cpu_seconds = 0;
  std::uint64_t wall_milliseconds = 0;
};
static_assert(std::is_trivially_copyable_v<WorkerRequest>);

/// How the child that did the task ended.
enum class WorkerEnd : std::uint32_t {
  well = 1,       ///< exit code 0; the answer is written
  died = 2,       ///< any other way
  late = 3,       ///< was killed
  not_begun = 4,  ///< the system has no process to spare
};

/// False where the other end is gone.
bool send_request(int socket, const WorkerRequest& request, std::span<const int> files);
bool send_end(int socket, WorkerEnd end);

struct ReceivedRequest {
  WorkerRequest request;
  std::vector<File> files;
};
/// Nothing where the other end is gone or sent something else.
std::optional<ReceivedRequest> receive_request(int socket);
std::optional<WorkerEnd> receive_end(int socket);

}  // namespace dokaz::intake
