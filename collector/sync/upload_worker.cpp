// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/sync/upload_worker.hpp"

#include <algorithm>

#include "collector/sync/judge.hpp"

namespace dokaz {
namespace {

constexpr std::size_t chunk_size = std::size_t{256} << 10;  // a slow line still shows progress
static_assert(chunk_size <= max_chunk);

class Worker {
 public:
  Worker(UploadQueue& queue, const Reach& reach, std::optional<Client> client, const Outbox& outbox, const Retry& retry)
      : queue_(queue), reach_(reach), client_(std::move(client)), outbox_(outbox), tries_(retry.tries), backoff_(retry),
        pause_(reach.line().stop) {}

  void run() {
    while (const auto number = queue_.take()) {
      const auto file = outbox_.open(queue_.object(*number).object);
      if (file) bring(*number, *file);
      else lose(*number, file.code());
    }
  }

 private:
  void lose(std::size_t number, Errc code) {
    const WaitingObject& lost = queue_.object(number);
    queue_.at(number, lost.object.size);
    queue_.happened(number, Held{lost.sealed_again ? Held::Why::replaced : Held::Why::lost_here, code});
  }

  void bring(std::size_t number, const File& file) {
    queue_.happened(number, Begun());
    for (;;) {
      const Status brought = try_once(number, file);
      if (brought) return;
      if (pause_.stopped()) return give_up(number, fail(Errc::interrupted));
      if (concerns_one_object(brought.code())) return queue_.happened(number, Held{Held::Why::refused, brought.code()});
      if (!is_broken_line(brought.code()) || backoff_.failed() >= tries_) return give_up(number, brought.error());
      client_.reset();
      if (!pause_.wait(backoff_.next())) return give_up(number, fail(Errc::interrupted));
    }
  }

  void give_up(std::size_t number, const Error& failure) {
    queue_.put_back(number);
    queue_.stop(failure);
  }

  Status try_once(std::size_t number, const File& file) {
    if (!client_) {
      DOKAZ_LET(client, reach_.connect());
      client_ = std::move(client);
    }
    DOKAZ_TRY(upload(number, file));
    backoff_.reset();
    if (!queue_.kept(number)) return {};
    DOKAZ_LET(answer, client_->collect(queue_.object(number).statement));
    queue_.happened(number, Answered{{answer.receive, answer.answered, answer.tlog_proof}});
    return {};
  }

  Status upload(std::size_t number, const File& file) {
    const ObjectRef& object = queue_.object(number).object;
    DOKAZ_LET(resume, client_->offer(object.id));
    if (resume.complete) {
      queue_.at(number, object.size);
      return {};
    }
    if (number == tried_ && resume.offset > resumed_at_) backoff_.reset();  // the line before brought something
    tried_ = number;
    resumed_at_ = resume.offset;
    // A whole object that was not acknowledged would leave nothing to send and nothing to wait for.
    if (resume.offset >= object.size) return fail(Errc::out_of_turn, "the server wants bytes after the end");
    for (std::uint64_t offset = resume.offset; offset < object.size;) {
      queue_.at(number, offset);
      chunk_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(chunk_size, object.size - offset)));
      DOKAZ_TRY(file.read_exactly_at(chunk_, offset));
      DOKAZ_TRY(client_->send(offset, chunk_));
      offset += chunk_.size();
    }
    DOKAZ_LET(answer, client_->kept());
    if (answer.object != object.id) return fail(Errc::out_of_turn, "another object was acknowledged");
    queue_.at(number, object.size);
    return {};
  }

  UploadQueue& queue_;
  const Reach& reach_;
  std::optional<Client> client_;
  const Outbox& outbox_;
  const unsigned tries_;
  Backoff backoff_;
  const Pause pause_;
  std::optional<std::size_t> tried_;  // the object that was offered last, and from where it went on
  std::uint64_t resumed_at_ = 0;
  Bytes chunk_;
};

}  // namespace

void work_off(UploadQueue& queue, const Reach& reach, std::optional<Client> client, const Outbox& outbox, Retry retry) {
  Worker(queue, reach, std::move(client), outbox, retry).run();
  queue.left();
}

}  // namespace dokaz
