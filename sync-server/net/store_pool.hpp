// SPDX-License-Identifier: GPL-3.0-or-later
// The threads on which Custody works. A coroutine waits here without holding up the network; a thread waits for
// the disk, so that there are more of them than processors.
#pragma once

#include <optional>
#include <type_traits>

#include "proto/transport/asio.hpp"

namespace dokaz::server {

class StorePool {
 public:
  explicit StorePool(std::size_t threads) : pool_(threads) {}

  /// What `work` gives, computed on a thread of the pool; the caller resumes on its own.
  /// `work` and what it refers to must live until then. By reference: GCC 12 destroys some temporaries in
  /// the operand of co_await twice.
  template <class F>
  asio::awaitable<std::invoke_result_t<F&>> run(F& work) {
    std::optional<std::invoke_result_t<F&>> outcome;
    auto job = compute(&work, &outcome);
    co_await asio::co_spawn(pool_, std::move(job), asio::use_awaitable);
    co_return std::move(*outcome);
  }
  /// Ends what is under way; nothing may be run afterwards.
  void join() { pool_.join(); }

 private:
  template <class F, class T>
  static asio::awaitable<void> compute(F* work, std::optional<T>* outcome) {
    outcome->emplace((*work)());
    co_return;
  }

  asio::thread_pool pool_;
};

}  // namespace dokaz::server
