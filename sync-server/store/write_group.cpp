// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/store/write_group.hpp"

namespace dokaz::server {
namespace {

constexpr std::string_view unclear_event =
    "writes_stopped: a write could be neither committed nor taken back; reading goes on; start the server again";

/// A write that runs out of memory is one that failed, not the end of the leader, who may be anybody.
template <class F>
Status guarded(const F& write) noexcept {
  try {
    return write();
  } catch (...) {
    return Errc::internal;  // a detail would want memory
  }
}

}  // namespace

/// One group, led by who is first in it. However that ends, all of it are told and the next can lead.
class WriteGroup::Lead {
 public:
  Lead(WriteGroup& all, std::unique_lock<std::mutex>& lock) : all_(all), lock_(lock) {
    all_.leading_ = true;
    all_.gather();
    lock_.unlock();
  }
  ~Lead() {
    lock_.lock();
    all_.leading_ = false;
    for (Job* each : all_.group_) {
      each->done = true;
      if (each->outcome && failure_) each->outcome = *failure_;
      each->turn.notify_one();
    }
    all_.group_.clear();
    if (!all_.waiting_.empty()) all_.waiting_.front()->turn.notify_one();
  }
  Lead(const Lead&) = delete;
  Lead& operator=(const Lead&) = delete;

  void finish(const Status& committed) {
    failure_ = committed ? std::nullopt : std::optional(committed.code());
  }

 private:
  WriteGroup& all_;
  std::unique_lock<std::mutex>& lock_;
  std::optional<Errc> failure_ = Errc::internal;  // of all, until the commit has returned
};

WriteGroup::WriteGroup(Database& database, Brake& brake, std::function<void()> committed)
    : database_(database), brake_(brake), committed_(std::move(committed)) {
  group_.reserve(most_writes);
}

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
  if (!job.done) {
    Lead lead(*this, lock);
    lead.finish(guarded([this] { return lead_group(); }));
  }
  return std::move(job.outcome);
}

/// The leader is its first: all that wait, up to one that must be alone. Wants no memory.
void WriteGroup::gather() {
  while (!waiting_.empty() && group_.size() < most_writes) {
    Job* next = waiting_.front();
    if (next->alone && !group_.empty()) break;
    waiting_.pop_front();
    group_.push_back(next);
    if (next->alone) break;
  }
}

Status WriteGroup::lead_group() {
  if (brake_.is_pulled()) return Errc::writes_stopped;
  const Status committed = brake_.judge(guarded([this] { return group_.front()->alone ? run_alone() : commit(); }));
  // What can neither be committed nor taken back would become a part of what comes next.
  if (database_.in_transaction()) return brake_.stop(unclear_event);
  return committed;
}

Status WriteGroup::run_alone() {
  Job& job = *group_.front();
  job.outcome = brake_.judge(guarded(job.write));
  tell();
  return {};
}

Status WriteGroup::commit() {
  DOKAZ_LET(transaction, database_.begin());
  for (Job* job : group_) {
    DOKAZ_TRY(run_one(*job));
    // A full disk may end the whole transaction in the middle.
    if (!database_.in_transaction()) return job->outcome ? Status(Errc::internal) : job->outcome;
  }
  DOKAZ_TRY(transaction.commit());
  tell();
  return {};
}

/// Fails where nobody could say what of it is there.
Status WriteGroup::run_one(Job& job) {
  DOKAZ_LET(part, database_.savepoint());
  job.outcome = guarded(job.write);
  if (job.outcome) return part.release();
  return guarded([&] { return part.roll_back(); }) ? Status() : brake_.stop(unclear_event);
}

/// What is committed is committed, whatever comes of telling it.
void WriteGroup::tell() {
  (void)guarded([this] {
    committed_();
    return Status();
  });
}

}  // namespace dokaz::server
