// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/sync/upload_queue.hpp"

namespace dokaz {

UploadQueue::UploadQueue(std::vector<WaitingObject> objects, unsigned workers)
    : objects_(std::move(objects)), offsets_(objects_.size()), kept_(objects_.size()), workers_(workers) {
  for (std::size_t i = 0; i < objects_.size(); ++i) {
    waiting_.push_back(i);
    ++items_[objects_[i].item].objects;
  }
}

std::optional<std::size_t> UploadQueue::take() {
  const std::lock_guard guard(mutex_);
  if (failure_ || waiting_.empty()) return std::nullopt;
  const std::size_t number = waiting_.front();
  waiting_.pop_front();
  return number;
}

void UploadQueue::put_back(std::size_t number) {
  const std::lock_guard guard(mutex_);
  waiting_.push_front(number);
}

void UploadQueue::at(std::size_t number, std::uint64_t offset) {
  const std::lock_guard guard(mutex_);
  done_ = done_ - offsets_[number] + offset;
  offsets_[number] = offset;
}

bool UploadQueue::kept(std::size_t number) {
  const std::lock_guard guard(mutex_);
  Item& item = items_[objects_[number].item];
  if (!kept_[number]) ++item.kept;
  kept_[number] = true;
  return item.kept == item.objects && !item.held;
}

void UploadQueue::happened(std::size_t number, std::variant<Begun, Answered, Held> what) {
  const std::lock_guard guard(mutex_);
  Item& item = items_[objects_[number].item];
  const bool known = std::holds_alternative<Begun>(what) && item.begun;
  item.begun = true;
  item.held = item.held || std::holds_alternative<Held>(what);
  if (!known) news_.push_back({objects_[number].item, std::move(what)});
  changed_.notify_all();
}

void UploadQueue::stop(const Error& failure) {
  const std::lock_guard guard(mutex_);
  if (!failure_) failure_ = failure;
}

void UploadQueue::left() {
  const std::lock_guard guard(mutex_);
  --workers_;
  changed_.notify_all();
}

std::vector<Happened> UploadQueue::wait(std::chrono::milliseconds most) {
  std::unique_lock held(mutex_);
  changed_.wait_for(held, most, [this] { return !news_.empty() || workers_ == 0; });
  return std::exchange(news_, {});
}

bool UploadQueue::over() const {
  const std::lock_guard guard(mutex_);
  return workers_ == 0 && news_.empty();
}

std::uint64_t UploadQueue::bytes_done() const {
  const std::lock_guard guard(mutex_);
  return done_;
}

Status UploadQueue::outcome() const {
  const std::lock_guard guard(mutex_);
  return failure_ ? Status(*failure_) : Status();
}

}  // namespace dokaz
