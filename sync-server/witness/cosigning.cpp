// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/witness/cosigning.hpp"

#include <algorithm>

namespace dokaz::server {

Cosigning::Cosigning(const ServerPolicy& policy, Pauses pauses) : policy_(policy.policy), pauses_(pauses) {
  for (const ServerPolicy::Place& place : policy.places) witnesses_.push_back(place.witness);
  each_.resize(witnesses_.size());
}

bool Cosigning::may_move(Instant now) const {
  if (met_ && now >= *met_ + pauses_.grace) return true;
  return std::none_of(each_.begin(), each_.end(),
                      [&](const Each& one) { return one.asked || (!one.done && now >= one.not_before); });
}

void Cosigning::offer(const Checkpoint& newest, Instant now) {
  if (target_ && (target_->head == newest.head || !may_move(now))) return;
  target_ = newest;
  note_ = newest.note;
  met_.reset();
  for (Each& one : each_) one.done = false;
}

std::optional<Cosigning::Task> Cosigning::begin(std::size_t witness, Instant now) {
  Each& one = each_[witness];
  if (!target_ || one.done || one.asked || now < one.not_before) return std::nullopt;
  one.asked = true;
  return Task{*target_, one.known_size};
}

std::optional<Note> Cosigning::cosigned(std::size_t witness, const Task& task, const NoteSignature& line,
                                        Instant now) {
  Each& one = each_[witness];
  one.asked = false;
  one.ever = true;
  one.failures = 0;
  one.known_size = task.target.head.size;
  if (!target_ || target_->head != task.target.head) return std::nullopt;  // too late
  one.done = true;
  auto longer = note_->with_line(line);
  if (!longer) return std::nullopt;
  note_ = std::move(*longer);
  if (!policy_.check(*note_)) return std::nullopt;
  if (!met_) met_ = now;
  return note_;
}

void Cosigning::failed(std::size_t witness, Instant now) {
  Each& one = each_[witness];
  one.asked = false;
  one.ever = true;
  const unsigned doublings = std::min(one.failures, 20u);
  one.failures = std::min(one.failures + 1, 1'000u);
  one.not_before = now + std::min<Pause>(pauses_.interval * (1 << doublings), pauses_.longest);
}

void Cosigning::passed(std::size_t witness) {
  Each& one = each_[witness];
  one.asked = false;
  one.ever = true;
  one.failures = 0;
  one.done = true;
}

bool Cosigning::is_known() const {
  return std::all_of(each_.begin(), each_.end(), [](const Each& one) { return one.ever; });
}

}  // namespace dokaz::server
