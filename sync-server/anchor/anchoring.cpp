// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/anchor/anchoring.hpp"

#include <fmt/format.h>

#include <condition_variable>

namespace dokaz::server {
namespace {

using std::chrono::steady_clock;

/// Sleeps until `when`, or until a stop is asked for.
void wait_until(steady_clock::time_point when, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock(mutex);
  woken.wait_until(lock, stop, when, [] { return false; });
}

/// When an authority is asked first: as if the server had run all the time.
steady_clock::time_point first_due(const TimeAuthority& asked, const NewestAnchor& newest, std::int64_t now) {
  const std::int64_t passed = now - newest.unix_time;
  const auto every = static_cast<std::int64_t>(asked.every);
  if (passed < 0 || passed >= every) return steady_clock::now();
  return steady_clock::now() + std::chrono::seconds(every - passed);
}

}  // namespace

Anchoring::Anchoring(Stamper stamper, Source source, Clock clock, Note note, AnchorTiming timing)
    : stamper_(std::move(stamper)),
      source_(std::move(source)),
      clock_(std::move(clock)),
      note_(std::move(note)),
      timing_(timing) {}

Result<std::unique_ptr<Anchoring>> Anchoring::start(const Path& log, std::vector<Authority> authorities, Source source,
                                                    WriteGuard guard, Clock clock, Note note, HttpSettings http,
                                                    AnchorTiming timing) {
  DOKAZ_LET(folder, AnchorFolder::open(log));
  const auto newest = newest_anchors(log);
  std::unique_ptr<Anchoring> out(new Anchoring(Stamper(std::move(folder), std::move(guard), std::move(http)), std::move(source),
                                               std::move(clock), std::move(note), timing));
  const std::int64_t now = out->clock_();
  for (Authority& each : authorities) {
    const auto found = newest.find(each.asked.name);
    const NewestAnchor last = found == newest.end() ? NewestAnchor{} : found->second;
    out->counts_.push_back({each.asked.name, 0, 0, false, last});
    const Moment due = first_due(each.asked, last, now);
    out->asked_.push_back({std::move(each), due});
  }
  if (!out->asked_.empty())
    out->thread_ = std::jthread([&all = *out](const std::stop_token& stop) { all.run(stop); });
  return out;
}

Anchoring::~Anchoring() = default;

std::vector<AuthorityCounts> Anchoring::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void Anchoring::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    Moment next = Moment::max();
    for (std::size_t i = 0; i < asked_.size() && !stop.stop_requested(); ++i) {
      if (steady_clock::now() >= asked_[i].due) {
        const Checkpoint checkpoint = source_();
        // The empty log is nobody's evidence.
        if (checkpoint.head.size > counts_[i].newest.size) try_one(i, checkpoint, stop);
        else asked_[i].due = steady_clock::now() + timing_.look;
      }
      next = std::min(next, asked_[i].due);
    }
    wait_until(next, stop);
  }
}

/// Short memory is a failure as any other: a time stamp ends no server.
void Anchoring::try_one(std::size_t which, const Checkpoint& checkpoint, const std::stop_token& stop) {
  try {
    attempt(which, checkpoint, stop);
  } catch (const std::exception&) {
    asked_[which].due = steady_clock::now() + timing_.longest_retry;
  }
}

void Anchoring::attempt(std::size_t which, const Checkpoint& checkpoint, const std::stop_token& stop) {
  Asked& asked = asked_[which];
  const auto stamp = stamper_.stamp(asked.authority, checkpoint, stop);
  if (!stamp && stamp.code() == Errc::interrupted) return;
  {
    const std::lock_guard lock(mutex_);
    AuthorityCounts& counts = counts_[which];
    counts.failing = !stamp;
    ++(stamp ? counts.stamps : counts.failures);
    if (stamp) counts.newest = {checkpoint.head.size, stamp->proved.claims.unix_time};
  }
  // What is said is counted already.
  if (stamp) {
    asked.failures_in_a_row = 0;
    asked.due = steady_clock::now() + std::chrono::seconds(asked.authority.asked.every);
    note_(fmt::format("time stamp by authority {} over {} entries", which + 1, checkpoint.head.size));
    say_more(which, *stamp);
  } else {
    constexpr unsigned most_doublings = 16;
    const auto pause = timing_.first_retry * (1U << std::min(asked.failures_in_a_row++, most_doublings));
    asked.due = steady_clock::now() + std::min<std::chrono::milliseconds>(pause, timing_.longest_retry);
    const Error& why = stamp.error();
    note_(fmt::format("no time stamp by authority {}: {}{}{}", which + 1, name_of(why.code),
                      why.detail.empty() ? "" : ": ", why.detail));
  }
}

void Anchoring::say_more(std::size_t which, const Stamper::Stamp& stamp) const {
  const std::int64_t difference = stamp.proved.claims.unix_time - clock_();
  if (difference > timing_.largest_difference || difference < -timing_.largest_difference)
    note_(fmt::format("the clock here and that of authority {} are {} seconds apart", which + 1, difference));
  if (stamp.lists_missing)
    note_(fmt::format("a revocation list of authority {} could not be fetched; the time stamp is kept without it",
                      which + 1));
}

}  // namespace dokaz::server
