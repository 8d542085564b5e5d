// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/worker/worker_pool.hpp"

#include <poll.h>

#include <cerrno>
#include <chrono>

namespace dokaz::intake {
namespace {

using Clock = std::chrono::steady_clock;

/// The program itself keeps the time of its child; where it does not answer so long after, it hangs.
constexpr std::chrono::milliseconds grace{5'000};

}  // namespace

std::optional<WorkerEnd> WorkerJob::wait() {
  const Clock::time_point deadline = Clock::now() + std::chrono::milliseconds(request_.wall_milliseconds) + grace;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return WorkerEnd::late;
    pollfd answered{program_->socket(), POLLIN, 0};
    const int outcome = poll(&answered, 1, static_cast<int>(std::min<std::int64_t>(left, 1'000'000)));
    if (outcome < 0 && errno != EINTR) return WorkerEnd::died;
    if (outcome > 0) return receive_end(program_->socket());
  }
}

Status WorkerJob::begin() {
  program_.reset();
  DOKAZ_LET(answer, MemoryFile::create());
  answer_.emplace(std::move(answer));
  std::vector<int> files = {original_, answer_->fd()};
  if (plan_) files.push_back(*plan_);
  DOKAZ_LET(program, pool_->give(request_, files));
  program_.emplace(std::move(program));
  return {};
}

Result<Bytes> WorkerJob::finish() {
  auto end = wait();
  if (!end) {
    DOKAZ_TRY(begin());
    end = wait();
  }
  if (end == WorkerEnd::not_begun) return fail(Errc::internal, "no process to spare");
  if (end != WorkerEnd::well) return fail(Errc::parser_died);
  pool_->keep(std::move(*program_));
  auto bytes = answer_->read(request_.answer);
  if (!bytes && bytes.code() == Errc::too_large) return fail(Errc::parser_died, "answer too large");
  return bytes;
}

Result<WorkerJob> WorkerPool::begin(const WorkerRequest& request, int original, std::optional<int> plan) {
  WorkerJob job(*this, request, original, plan);
  DOKAZ_TRY(job.begin());
  return job;
}

Result<WorkerProgram> WorkerPool::give(const WorkerRequest& request, std::span<const int> files) {
  if (auto waiting = idle(); waiting && send_request(waiting->socket(), request, files)) return std::move(*waiting);
  DOKAZ_LET(fresh, WorkerProgram::start(program_));
  if (!send_request(fresh.socket(), request, files)) return fail(Errc::parser_died, "the program ended at once");
  return fresh;
}

std::optional<WorkerProgram> WorkerPool::idle() {
  const std::scoped_lock lock(mutex_);
  if (idle_.empty()) return std::nullopt;
  WorkerProgram program = std::move(idle_.back());
  idle_.pop_back();
  return program;
}

void WorkerPool::keep(WorkerProgram program) {
  const std::scoped_lock lock(mutex_);
  idle_.push_back(std::move(program));
}

}  // namespace dokaz::intake
