// SPDX-License-Identifier: GPL-3.0-or-later
// Worker programs that are running, and the tasks that they are given.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "crypto/files_memory.hpp"
#include "collector/intake/worker/worker_message.hpp"

namespace dokaz::intake {

/// One running program and the socket to it. Killed on destruction, and its child with it.
class WorkerProgram {
 public:
  /// With an empty environment, no descriptor but /dev/null and the socket, and nothing of this process's
  /// memory. `internal` where it cannot be started.
  static Result<WorkerProgram> start(const std::filesystem::path& program);
  WorkerProgram(WorkerProgram&& other) noexcept;
  WorkerProgram& operator=(WorkerProgram&& other) noexcept;
  ~WorkerProgram();

  int socket() const { return socket_.descriptor(); }

 private:
  WorkerProgram(int pid, File handle, File socket)
      : pid_(pid), handle_(std::move(handle)), socket_(std::move(socket)) {}
  int pid_ = -1;
  File handle_;  ///< of the process: its number may be another's where this process ignores SIGCHLD
  File socket_;
};

class WorkerPool;

/// A task that a worker is at. Dropped before its end, it takes the worker with it.
class WorkerJob {
 public:
  /// Waits. The bytes that the child left, at most as many as were asked for: `parser_died` where it ended
  /// otherwise than with exit code 0, was not done in time, or wrote more. After that the next task gets a
  /// program started anew, whose memory lies elsewhere. A program that ends itself is replaced once.
  Result<Bytes> finish();

 private:
  friend class WorkerPool;
  WorkerJob(WorkerPool& pool, const WorkerRequest& request, int original, std::optional<int> plan)
      : pool_(&pool), request_(request), original_(original), plan_(plan) {}
  Status begin();
  /// Nothing where the program is gone.
  std::optional<WorkerEnd> wait();

  WorkerPool* pool_;
  WorkerRequest request_;
  int original_;
  std::optional<int> plan_;
  std::optional<MemoryFile> answer_;
  std::optional<WorkerProgram> program_;
};

/// Starts as many programs as there are tasks at once, and keeps them. May be used from several threads.
class WorkerPool {
 public:
  explicit WorkerPool(std::filesystem::path program) : program_(std::move(program)) {}

  /// The descriptors must stay open until the job is finished. `internal` where no program can be started.
  Result<WorkerJob> begin(const WorkerRequest& request, int original, std::optional<int> plan = {});

 private:
  friend class WorkerJob;
  /// One that took the request.
  Result<WorkerProgram> give(const WorkerRequest& request, std::span<const int> files);
  std::optional<WorkerProgram> idle();
  void keep(WorkerProgram program);

  std::filesystem::path program_;
  std::mutex mutex_;
  std::vector<WorkerProgram> idle_;
};

}  // namespace dokaz::intake
