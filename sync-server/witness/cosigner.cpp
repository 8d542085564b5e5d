// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/witness/cosigner.hpp"

#include <algorithm>

namespace dokaz::server {
namespace {

/// One may be wrong, or somebody between; where there is but one, nobody else can be asked.
constexpr std::size_t enough_contradict = 2;
/// What was said longer ago, by one that has not been reached since, is not said now.
constexpr std::chrono::hours lasts{1};

bool contradicts(const WitnessAnswer& answer, const Checkpoint& newest) {
  return answer.kind == WitnessAnswer::Kind::contradicted ||
         (answer.kind == WitnessAnswer::Kind::other_size && answer.size > newest.head.size);
}

HttpSettings small(HttpSettings http) {
  http.max_body = max_witness_answer;
  return http;
}

}  // namespace

Cosigner::Cosigner(const ServerPolicy& policy, WitnessedLog log, WitnessSettings settings, Clock clock, EventSink events)
    : places_(policy.places),
      log_(std::move(log)),
      settings_(std::move(settings)),
      http_(small(settings_.http)),
      clock_(std::move(clock)),
      events_(std::move(events)),
      cosigning_(policy, settings_.pauses) {
  counts_.witnesses = places_.size();
  contradicted_.resize(places_.size());
}

Result<std::unique_ptr<Cosigner>> Cosigner::start(const ServerPolicy& policy, WitnessedLog log, WitnessSettings settings,
                                                  Clock clock, EventSink events) {
  for (const ServerPolicy::Place& place : policy.places)
    DOKAZ_TRY(check_url(place.url + "/add-checkpoint", PlainHttp::loopback_only));
  auto cosigner = std::unique_ptr<Cosigner>(
      new Cosigner(policy, std::move(log), std::move(settings), std::move(clock), std::move(events)));
  for (std::size_t i = 0; i < policy.places.size(); ++i)
    cosigner->threads_.emplace_back([self = cosigner.get(), i](const std::stop_token& stop) { self->serve(i, stop); });
  return cosigner;
}

Cosigner::~Cosigner() {
  for (std::jthread& thread : threads_) thread.request_stop();
}

void Cosigner::wait_until_known(Pause at_most) {
  std::unique_lock lock(mutex_);
  change_.wait_for(lock, at_most, [&] { return counts_.contradicted || cosigning_.is_known(); });
}

WitnessCounts Cosigner::counts() const {
  const std::lock_guard lock(mutex_);
  WitnessCounts out = counts_;
  for (std::size_t i = 0; i < places_.size(); ++i)
    if (cosigning_.is_answering(i)) ++out.answering;
  return out;
}

void Cosigner::serve(std::size_t witness, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const Checkpoint newest = log_.newest();
    std::optional<Cosigning::Task> task;
    {
      std::unique_lock lock(mutex_);
      if (counts_.contradicted) return;
      const Instant now = std::chrono::steady_clock::now();
      cosigning_.offer(newest, now);
      task = cosigning_.begin(witness, now);
      if (!task) {
        // Nothing wakes it but the end: the log is looked at once an interval.
        change_.wait_for(lock, stop, settings_.pauses.interval, [] { return false; });
        continue;
      }
    }
    try {
      const auto answer = ask(witness, *task, stop);
      if (stop.stop_requested()) return;
      if (answer)
        take(witness, *task, *answer);
      else
        note_failure(witness, answer.error());
    } catch (const std::exception&) {  // short memory is a failure as any other
      const std::lock_guard lock(mutex_);
      cosigning_.failed(witness, std::chrono::steady_clock::now());
    }
    change_.notify_all();
  }
}

Result<WitnessAnswer> Cosigner::ask_from(std::size_t witness, const Cosigning::Task& task, const std::stop_token& stop) {
  DOKAZ_LET(path, log_.prove_between(task.known_size, task.target.head.size));
  DOKAZ_LET(response,
            http_.call(add_checkpoint(places_[witness].url, task.known_size, path, task.target.note), stop));
  return read_answer(response, task.known_size, task.target, places_[witness].witness, clock_(), settings_.tolerance);
}

/// A contradiction is believed to be the witness's own only if it remains when everything is asked anew: the newest
/// checkpoint, with a proof from the size that it named.
Result<WitnessAnswer> Cosigner::ask(std::size_t witness, Cosigning::Task& task, const std::stop_token& stop) {
  DOKAZ_LET(answer, ask_from_its_size(witness, task, stop));
  const Checkpoint newest = log_.newest();
  if (!contradicts(answer, newest)) return answer;
  task.target = newest;
  task.known_size = std::min(task.known_size, newest.head.size);
  return ask_from_its_size(witness, task, stop);
}

/// Once more from the size that it has, if that is one of ours.
Result<WitnessAnswer> Cosigner::ask_from_its_size(std::size_t witness, Cosigning::Task& task,
                                                  const std::stop_token& stop) {
  DOKAZ_LET(answer, ask_from(witness, task, stop));
  if (answer.kind != WitnessAnswer::Kind::other_size || answer.size > task.target.head.size) return answer;
  if (answer.size == task.known_size) return fail(Errc::malformed, "a conflict with the size that it has");
  task.known_size = answer.size;
  DOKAZ_LET(again, ask_from(witness, task, stop));
  if (again.kind == WitnessAnswer::Kind::other_size && again.size <= task.target.head.size)
    return fail(Errc::malformed, "another size each time");
  return again;
}

void Cosigner::take(std::size_t witness, const Cosigning::Task& task, const WitnessAnswer& answer) {
  if (contradicts(answer, log_.newest())) return contradict(witness);
  if (answer.kind == WitnessAnswer::Kind::other_size) {
    // It is ahead of the target: of an answer that was lost.
    const std::lock_guard lock(mutex_);
    cosigning_.knows(witness, answer.size);
    cosigning_.passed(witness);
    return;
  }
  const std::lock_guard one_at_a_time(vouching_);
  std::optional<Note> note;
  {
    const std::lock_guard lock(mutex_);
    ++counts_.cosignatures;
    withdraw(witness);
    if (!cosigning_.is_answering(witness)) tell(witness, "cosigns");
    note = cosigning_.cosigned(witness, task, answer.line, std::chrono::steady_clock::now());
    if (counts_.contradicted) return;
  }
  if (!note) return;
  const Status kept = log_.vouch(*note);
  const std::lock_guard lock(mutex_);
  if (kept) ++counts_.vouched;
  else events_("a checkpoint that the witnesses cosigned could not be kept: " + std::string(name_of(kept.code())));
}

void Cosigner::note_failure(std::size_t witness, const Error& error) {
  const std::lock_guard lock(mutex_);
  ++counts_.failures;
  const bool news = cosigning_.begins_to_fail(witness);
  cosigning_.failed(witness, std::chrono::steady_clock::now());
  if (news) tell(witness, "gives no cosignature: " + std::string(name_of(error.code)));
}

void Cosigner::contradict(std::size_t witness) {
  std::vector<std::string> who;
  bool enough = false;
  {
    const std::lock_guard lock(mutex_);
    if (counts_.contradicted) return;
    ++counts_.failures;
    cosigning_.failed(witness, std::chrono::steady_clock::now());
    const bool news = !contradicted_[witness];
    contradicted_[witness] = std::chrono::steady_clock::now();
    who = contradicting();
    counts_.contradicting = who.size();
    enough = who.size() >= std::min(enough_contradict, places_.size());
    counts_.contradicted = enough;
    if (news)
      tell(witness, "says, unsigned, that it has cosigned a log that this one does not continue; it counts as silent");
  }
  if (!enough) return log_.doubt(who.size());
  log_.stop_writes(who);
  events_("witnesses have cosigned a log that this one does not continue: it was rolled back or forked. No statement and "
          "no object is taken any more; reading goes on");
  change_.notify_all();
}

/// What it cosigns, it does not contradict any more.
void Cosigner::withdraw(std::size_t witness) {
  if (!contradicted_[witness]) return;
  contradicted_[witness].reset();
  if (counts_.contradicted) return;  // what was acted on stays
  counts_.contradicting = contradicting().size();
  log_.doubt(counts_.contradicting);
}

std::vector<std::string> Cosigner::contradicting() const {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < places_.size(); ++i)
    if (contradicted_[i] && std::chrono::steady_clock::now() - *contradicted_[i] < lasts) out.push_back(places_[i].witness.name);
  return out;
}

void Cosigner::tell(std::size_t witness, std::string_view what) const {
  events_("witness " + std::to_string(witness + 1) + " of " + std::to_string(places_.size()) + " " + std::string(what));
}

}  // namespace dokaz::server
