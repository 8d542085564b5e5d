// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/store/write_group.hpp"

namespace dokaz::server {
namespace {

/// A write that runs out of memory is one that failed, not the end of the leader, who may be anybody.
Status guarded(const std::function<Status()>& write) {
  try {
    return write();
  } catch (const std::exception&) {
    return fail(Errc::internal, "a write was interrupted");
  }
}

}  // namespace

Status WriteGroup::run(const std::function<Status()>& write) {
  Job job{write, false, false, {}, {}};
  return queue(job);
}

Status WriteGroup::run_alone(const std::function<Status()>& write) {
  Job job{write, true, false, {}, {}};
  return queue(job);
}

Status WriteGroup::queue(Job& job) {
  std::unique_lock lock(mutex_);
  waiting_.push_back(&job);
  job.turn.wait(lock, [&] { return job.done || (!leading_ && waiting_.front() == &job); });
  if (job.done) return std::move(job.outcome);

  leading_ = true;
  const std::vector<Job*> group = next_group();
  lock.unlock();
  const Status committed = brake_.is_pulled() ? Status(Errc::writes_stopped) : brake_.judge(commit(group));
  lock.lock();
  leading_ = false;
  for (Job* each : group) {
    each->done = true;
    if (!committed && each->outcome) each->outcome = committed;
    if (each != &job) each->turn.notify_one();
  }
  if (!waiting_.empty()) waiting_.front()->turn.notify_one();
  return std::move(job.outcome);
}

/// The leader is its first: all that wait, up to one that must be alone.
std::vector<WriteGroup::Job*> WriteGroup::next_group() {
  std::vector<Job*> group;
  while (!waiting_.empty() && group.size() < most_writes) {
    Job* next = waiting_.front();
    if (next->alone && !group.empty()) break;
    waiting_.pop_front();
    group.push_back(next);
    if (next->alone) break;
  }
  return group;
}

Status WriteGroup::commit(const std::vector<Job*>& group) {
  if (group.front()->alone) {
    group.front()->outcome = brake_.judge(guarded(group.front()->write));
    committed_();
    return {};
  }
  DOKAZ_LET(transaction, database_.begin());
  for (Job* job : group) {
    run_one(*job);
    // A full disk may end the whole transaction in the middle.
    if (!database_.in_transaction()) return job->outcome ? Status(Errc::internal) : job->outcome;
  }
  DOKAZ_TRY(transaction.commit());
  committed_();
  return {};
}

void WriteGroup::run_one(Job& job) {
  auto part = database_.savepoint();
  if (!part) {
    job.outcome = part.error();
    return;
  }
  job.outcome = guarded(job.write);
  if (job.outcome) job.outcome = part->release();
}

}  // namespace dokaz::server
